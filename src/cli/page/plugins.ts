/** The plugins of the page: a row each, which opens to all that is known of it. */
import type { HostSnapshot } from '../../host/observe/snapshot.js';
import type { PluginRecord } from '../../registry/record.js';
import { type CallMetric, quantile } from '../../services/built-in/calls.js';
import { perSecond, seconds } from '../render/duration.js';
import type { History } from '../serve/history.js';
import { type Html, html } from './html.js';
import { busiestFirst, renderPlugin } from './plugin.js';

/** More than so many plugins say only how they are; the rest of each comes when it is opened. */
const maxWhole = 40;

/** A row each. @param only the index of one, which is open */
export function renderPlugins(snapshot: HostSnapshot, history: History, only?: number): Html {
  const { plugins } = snapshot;
  const callsOf = byPlugin(snapshot.calls);
  const metricsOf = byPlugin(snapshot.metrics);
  const isWhole = plugins.length <= maxWhole || only !== undefined;
  const one = (plugin: PluginRecord, index: number) => {
    if (only !== undefined && index !== only) return '';
    const calls = callsOf.get(plugin.name) ?? [];
    const from = `/plugins/${index}`;
    const more = isWhole
      ? renderPlugin(plugin, calls, metricsOf.get(plugin.name) ?? [], history)
      : html`<a href="${from}">all of ${plugin.name}</a>`;
    return html`
<details id="plugin-${index}" class="plugin"${!isWhole && html` data-from="${from}"`}${only === index && html` open`}>
${summary(plugin, calls, history)}
<div class="inside">${more}</div>
</details>`;
  };
  return html`${plugins.map(one)}`;
}

function byPlugin<One extends { plugin: string }>(all: readonly One[]): Map<string, One[]> {
  const found = new Map<string, One[]>();
  for (const one of all) {
    const known = found.get(one.plugin);
    if (known) known.push(one);
    else found.set(one.plugin, [one]);
  }
  return found;
}

function summary(plugin: PluginRecord, calls: readonly CallMetric[], history: History): Html {
  const { name, version, dialect, state, process, warnings } = plugin;
  const [busiest] = busiestFirst(calls);
  const rate = calls.reduce((sum, { entry }) => sum + history.rate(name, entry), 0);
  const notes = [
    process?.pid !== undefined && `pid ${process.pid}`,
    process && process.restarts > 0 && `${process.restarts} restarts`,
    warnings.length > 0 && `${warnings.length} warnings`,
  ].filter(Boolean);
  return html`<summary>
<span class="state ${state === 'ready' ? 'good' : 'bad'}">${state}</span>
<span class="name">${name}</span>
<span class="dim what">${[version, dialect, ...notes].filter(Boolean).join(' · ')}</span>
<span class="figure">${calls.length > 0 && html`<b>${perSecond(rate)}</b><span class="dim">/s</span>`}</span>
<span class="figure">${busiest && html`<b>${seconds(quantile(busiest, 0.99))}</b> <span class="dim">p99</span>`}</span>
</summary>`;
}
