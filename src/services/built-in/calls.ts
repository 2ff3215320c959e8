/** How often the entry points of plugins were called, and how long that took. */
import type { NativeCalls } from '../../native/addon.js';

/** One entry point of one plugin, since the host opened: `Host.open({ observe: true })`. */
export interface CallMetric {
  plugin: string;
  /** `calls`: plugins name their own metrics otherwise, with another `kind`. */
  name: 'calls';
  help: string;
  kind: 'calls';
  /** `module_route`, `read`, or a service's function: `shop.price_rule.apply`. */
  entry: string;
  /** Exact. */
  count: number;
  /**
   * What they took together, in seconds. Quick entry points that are called often are timed once in 64 calls, at
   * random: such a call stands for those before it, so this and the buckets are estimates.
   */
  sum: number;
  /** How many calls took at most so many seconds. Only bounds at which that grows; each is at most 1/8 too high. */
  buckets: { atMost: number; count: number }[];
}

export function callMetrics(calls: readonly NativeCalls[]): CallMetric[] {
  return calls.map(({ plugin, entry, count, nanoseconds, buckets }) => {
    const help = `calls of ${entry}, in seconds`;
    const all: CallMetric['buckets'] = [];
    let sofar = 0;
    for (let at = 0; at < buckets.length; at += 2) {
      sofar += buckets[at + 1] as number;
      all.push({ atMost: (buckets[at] as number) / 1e9, count: sofar });
    }
    return { plugin, name: 'calls', help, kind: 'calls', entry, count, sum: nanoseconds / 1e9, buckets: all };
  });
}

/**
 * The value that a part of what a histogram counted is at or under.
 * @param part from 0 to 1: 0.99 for the 99th percentile
 * @returns undefined when it counted nothing
 */
export function quantile(
  { buckets }: { buckets: readonly { atMost: number; count: number }[] },
  part: number,
): number | undefined {
  const all = buckets.at(-1)?.count ?? 0;
  if (all === 0) return undefined;
  return buckets.find(({ count }) => count >= part * all)?.atMost;
}
