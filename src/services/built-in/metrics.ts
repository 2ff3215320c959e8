/** What plugins count, as a snapshot. */
import type { NativeMetric } from '../../native/addon.js';
import type { CallMetric } from './calls.js';

interface Named {
  /** The plugin that counts it. */
  plugin: string;
  name: string;
  /** What it says, and in which unit. */
  help: string;
}

/** What a plugin counts, or how its entry points are called. */
export type Metric = PluginMetric | CallMetric;

export type PluginMetric = Named &
  (
    | { kind: 'counter' | 'gauge'; value: number }
    | {
        kind: 'histogram';
        /** How many values were counted, and what they add up to. */
        count: number;
        sum: number;
        /** How many of them were at or under each bound. */
        buckets: { atMost: number; count: number }[];
      }
  );

/** In the order of plugin and name. Counts that change meanwhile may be from slightly different moments. */
export function metricsOf(metrics: readonly NativeMetric[]): PluginMetric[] {
  return metrics.map(({ plugin, name, help, kind, value, bounds, buckets }) => {
    const named = { plugin, name, help };
    if (kind !== 2) return { ...named, kind: kind === 0 ? 'counter' : 'gauge', value };
    let count = 0;
    const cumulative = [...bounds, Number.POSITIVE_INFINITY].map((atMost, index) => {
      count += buckets[index] ?? 0;
      return { atMost, count };
    });
    return { ...named, kind: 'histogram', count, sum: value, buckets: cumulative };
  });
}
