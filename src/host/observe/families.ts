/** A host as families of numbers with labels: what Prometheus and OpenTelemetry are told alike. */
import type { CallMetric } from '../../services/built-in/calls.js';
import type { PluginMetric } from '../../services/built-in/metrics.js';
import type { HostSnapshot } from './snapshot.js';

export type Labels = Readonly<Record<string, string>>;

export interface Family {
  /** In Prometheus's form: letters, digits and `_`; a counter's ends in `_total`. */
  name: string;
  help: string;
  kind: 'counter' | 'gauge' | 'histogram';
  points: (
    | { labels: Labels; value: number }
    | { labels: Labels; count: number; sum: number; buckets: CallMetric['buckets'] }
  )[];
}

export function familiesOf(snapshot: HostSnapshot): Family[] {
  return [...ownFamilies(snapshot), ...pluginFamilies(snapshot.metrics)].filter(
    ({ points }) => points.length > 0,
  );
}

function ownFamilies({ plugins, calls, readers, writers }: HostSnapshot): Family[] {
  const each = <One>(
    kind: 'counter' | 'gauge',
    name: string,
    help: string,
    all: readonly One[],
    labels: (one: One) => Labels,
    value: (one: One) => number,
  ): Family => ({
    name,
    help,
    kind,
    points: all.map((one) => ({ labels: labels(one), value: value(one) })),
  });
  const call = ({ plugin, entry }: CallMetric) => ({ plugin, entry });
  const reader = ({ plugin, name }: { plugin: string; name: string }) => ({ plugin, reader: name });
  const writer = ({ plugin, name }: { plugin: string; name: string }) => ({ plugin, writer: name });
  const programs = plugins.filter(({ process }) => process);
  return [
    each(
      ...(['gauge', 'mortise_plugin_ready', 'whether a plugin takes part: 1 or 0'] as const),
      plugins,
      ({ name, version, dialect, state }) => ({
        plugin: name,
        version: version ?? '',
        dialect: dialect ?? '',
        state,
      }),
      ({ state }) => (state === 'ready' ? 1 : 0),
    ),
    each(
      ...(['counter', 'mortise_plugin_restarts_total', 'how often its process was started again'] as const),
      programs,
      ({ name }) => ({ plugin: name }),
      ({ process }) => process?.restarts ?? 0,
    ),
    each('counter', 'mortise_calls_total', 'calls of an entry point', calls, call, ({ count }) => count),
    {
      name: 'mortise_call_seconds',
      help: 'how long calls of an entry point took; one in 64 of quick ones is timed, and stands for the others',
      kind: 'histogram',
      points: calls.map((one) => ({
        labels: call(one),
        count: one.buckets.at(-1)?.count ?? 0,
        sum: one.sum,
        buckets: atBounds(one.buckets),
      })),
    },
    each('counter', 'mortise_reader_runs_total', 'runs of a reader', readers, reader, ({ runs }) => runs),
    each(
      ...(['counter', 'mortise_reader_failures_total', 'runs of a reader that failed'] as const),
      readers,
      reader,
      ({ failures }) => failures,
    ),
    each(
      ...(['gauge', 'mortise_reader_lateness_seconds', 'by how much the last run began too late'] as const),
      readers,
      reader,
      ({ latenessMs }) => latenessMs / 1000,
    ),
    each(
      'counter',
      'mortise_writer_written_total',
      'samples that a writer took',
      writers,
      writer,
      (one) => one.written,
    ),
    each(
      'counter',
      'mortise_writer_failed_total',
      'samples that a writer failed on',
      writers,
      writer,
      (one) => one.failed,
    ),
    each(
      'counter',
      'mortise_writer_dropped_total',
      'samples that a full queue dropped',
      writers,
      writer,
      (one) => one.dropped,
    ),
    each(
      'gauge',
      'mortise_writer_waiting',
      'samples that wait for a writer',
      writers,
      writer,
      (one) => one.waiting,
    ),
  ];
}

/** In seconds. Few, since each makes a series, and always the same ones. */
const bounds = [
  ...[1e-7, 2.5e-7, 1e-6, 2.5e-6, 1e-5, 2.5e-5, 1e-4, 2.5e-4],
  ...[1e-3, 2.5e-3, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10],
];

function atBounds(buckets: CallMetric['buckets']): CallMetric['buckets'] {
  return bounds.map((atMost) => ({
    atMost,
    count: buckets.findLast((bucket) => bucket.atMost <= atMost)?.count ?? 0,
  }));
}

/** Called PLUGIN_NAME: plugins know nothing of each other, and may mean different things by one name. */
function pluginFamilies(metrics: readonly PluginMetric[]): Family[] {
  const families = new Map<string, Family>();
  for (const metric of metrics) {
    const { plugin, help, kind } = metric;
    const plain = `${plugin}_${metric.name}`.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    const wanted = kind === 'counter' && !plain.endsWith('_total') ? `${plain}_total` : plain;
    // Names that only differ in what Prometheus can't write.
    const name = (families.get(wanted)?.kind ?? kind) === kind ? wanted : `${wanted}_${kind}`;
    const family = families.get(name) ?? { name, help: help || metric.name, kind, points: [] };
    families.set(name, family);
    const labels = { plugin };
    if (metric.kind !== 'histogram') family.points.push({ labels, value: metric.value });
    else family.points.push({ labels, count: metric.count, sum: metric.sum, buckets: metric.buckets });
  }
  return [...families.values()];
}
