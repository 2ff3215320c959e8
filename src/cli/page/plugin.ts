/** All that is known of one plugin: why it isn't ready, what it needs, and how each entry point is called. */
import type { HostSnapshot } from '../../host/observe/snapshot.js';
import type { PluginRecord } from '../../registry/record.js';
import { type CallMetric, quantile } from '../../services/built-in/calls.js';
import { perSecond, seconds } from '../render/duration.js';
import type { History } from '../serve/history.js';
import { histogram, sparkline } from './figures.js';
import { type Html, html } from './html.js';

export function renderPlugin(
  plugin: PluginRecord,
  calls: readonly CallMetric[],
  metrics: HostSnapshot['metrics'],
  history: History,
): Html {
  const { path, requires, wants, provides, signature, process } = plugin;
  return html`
${problems(plugin)}
<dl>${[
    pair('file', path),
    pair('needs', requires.join(', ')),
    pair('wants', wants.join(', ')),
    pair('provides', provides.join(', ')),
    pair('signature', signature),
    pair('last end', process?.lastEnd),
  ]}</dl>
${busiestFirst(calls).map((one) => call(one, history))}
${counted(metrics)}
`;
}

/** Those that were called. */
export const busiestFirst = (calls: readonly CallMetric[]) =>
  calls.filter(({ count }) => count > 0).sort((one, other) => other.count - one.count);

const pair = (name: string, value: string | null | undefined) =>
  value ? html`<dt>${name}</dt><dd>${value}</dd>` : '';

function problems({ errors, warnings }: PluginRecord): Html {
  const all: { code?: string | undefined; message: string; remedy?: string | undefined; kind: string }[] = [
    ...errors.map((problem) => ({ ...problem, kind: 'bad' })),
    ...warnings.map((warning) => ({ ...warning, kind: 'warn' })),
  ];
  return html`${all.map(
    ({ code, message, remedy, kind }) =>
      html`<p class="problem ${kind}">${code && html`<code>${code}</code>`} ${message}${remedy && html` <span class="dim">${remedy}</span>`}</p>`,
  )}`;
}

function call(metric: CallMetric, history: History): Html {
  const { plugin, entry, count, sum, buckets } = metric;
  const timed = buckets.at(-1)?.count ?? 0;
  const times = [
    ['mean', timed > 0 ? sum / timed : undefined],
    ...[0.5, 0.9, 0.99].map((part) => [`p${part * 100}`, quantile(metric, part)] as const),
  ] as const;
  // A single call has no distribution.
  const figures =
    count > 1 &&
    html`<div class="figures">${sparkline(history.rates(plugin, entry))}${buckets.length > 0 && histogram(metric)}</div>`;
  return html`
<section class="call">
<h3>${entry}</h3>
<p class="numbers"><span><b>${count.toLocaleString('en')}</b> ${count === 1 ? 'call' : 'calls'}</span>
<span><b>${perSecond(history.rate(plugin, entry))}</b>/s</span>
${times.map(([name, value]) => html`<span><span class="dim">${name}</span> ${seconds(value)}</span>`)}</p>
${figures}
</section>`;
}

function counted(metrics: HostSnapshot['metrics']): Html | string {
  if (metrics.length === 0) return '';
  const rows = metrics.map((metric) => {
    const { name, help } = metric;
    const value =
      metric.kind === 'histogram'
        ? `${metric.count} values, ${metric.sum} together`
        : metric.value.toLocaleString('en');
    return html`<dt title="${help}">${name}</dt><dd>${value}</dd>`;
  });
  return html`<h3>What it counts itself</h3><dl>${rows}</dl>`;
}
