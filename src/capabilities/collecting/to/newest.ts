/** The newest value of each series, for who asks now and then: Prometheus, OpenTelemetry. */
import type { Sample, Series, SourceKind } from '../sample.js';

/** One value of a series, as metrics are called: `collectd_if_octets_rx`. */
export interface Newest {
  readonly metric: string;
  readonly kind: SourceKind;
  readonly labels: Readonly<Record<LabelName, string>>;
  /** Of an absolute: the sum of what came. */
  value: number;
  /** Milliseconds since 1970. */
  time: number;
  /** In seconds. */
  interval: number;
}

export const labelNames = ['host', 'plugin_instance', 'type_instance'] as const;
export type LabelName = (typeof labelNames)[number];

const shortestPause = 1000;
const maxPauseMs = 60_000;

interface Entry {
  series: Series;
  all: readonly Newest[];
}

export class NewestValues {
  /** By the series' id: a series that the collector forgot meanwhile comes back as another object. */
  readonly #bySeries = new Map<string, Entry>();
  /** When those that are stale are looked for again, though nobody asks. */
  #nextSweep = 0;
  #found: { now: number; metrics: ReadonlyMap<string, readonly Newest[]> } | undefined;
  readonly #prefix: string;
  readonly #staleIntervals: number;

  /**
   * @param prefix before each metric's name
   * @param staleIntervals after so many intervals without a value a series is forgotten
   */
  constructor(prefix: string, staleIntervals: number) {
    this.#prefix = prefix;
    this.#staleIntervals = staleIntervals;
  }

  /** How many series are kept. */
  get size(): number {
    return this.#bySeries.size;
  }

  /** @returns those that are new */
  take(samples: readonly Sample[]): Newest[] {
    const added: Newest[] = [];
    this.#found = undefined;
    for (const { series, time, interval, values } of samples) {
      let entry = this.#bySeries.get(series.id);
      if (!entry || !hasSameSources(entry.series, series)) {
        entry = { series, all: this.#made(series) };
        this.#bySeries.set(series.id, entry);
        added.push(...entry.all);
      }
      entry.series = series;
      for (const [index, one] of entry.all.entries()) {
        const value = values[index] as number;
        one.value = one.kind === 'absolute' ? one.value + value : value;
        one.time = time.getTime();
        one.interval = interval;
      }
    }
    this.#sweep();
    return added;
  }

  /** Once in the shortest time in which one can become stale, but no more than once a second. */
  #sweep(): void {
    const now = Date.now();
    if (now < this.#nextSweep) return;
    let shortest = Number.POSITIVE_INFINITY;
    for (const [id, { all }] of this.#bySeries) {
      if (all.some((one) => this.#isStale(one, now))) this.#bySeries.delete(id);
      else for (const { interval } of all) shortest = Math.min(shortest, interval);
    }
    const pause = Math.min(shortest * this.#staleIntervals * 1000, maxPauseMs);
    this.#nextSweep = now + Math.max(pause, shortestPause);
  }

  #isStale({ time, interval }: Newest, now: number): boolean {
    return now > time + interval * 1000 * this.#staleIntervals;
  }

  /** Those that aren't stale, by metric. What is NaN is left out. */
  byMetric(now = Date.now()): ReadonlyMap<string, readonly Newest[]> {
    // Each instrument asks for itself, all at once.
    if (this.#found?.now === now) return this.#found.metrics;
    const metrics = new Map<string, Newest[]>();
    this.#found = { now, metrics };
    for (const [id, { all }] of this.#bySeries) {
      for (const one of all) {
        if (this.#isStale(one, now)) {
          this.#bySeries.delete(id);
          break;
        }
        if (Number.isNaN(one.value)) continue;
        const known = metrics.get(one.metric);
        // A type that was defined anew may be of another kind: the first counts until it is stale.
        if (!known) metrics.set(one.metric, [one]);
        else if (isCounter(known[0] as Newest) === isCounter(one)) known.push(one);
      }
    }
    return metrics;
  }

  #made({ host, plugin, pluginInstance, type, typeInstance, sources }: Series): Newest[] {
    return sources.map(({ name, kind }): Newest => {
      const words = [this.#prefix, plugin === type ? '' : plugin, type, sources.length > 1 ? name : ''];
      const metric = words.filter(Boolean).join('_').replace(/\W/g, '_');
      return {
        metric: /^\d/.test(metric) ? `_${metric}` : metric,
        kind,
        labels: { host, plugin_instance: pluginInstance, type_instance: typeInstance },
        value: 0,
        time: 0,
        interval: 0,
      };
    });
  }
}

function hasSameSources(one: Series, other: Series): boolean {
  if (one === other || one.sources === other.sources) return true;
  const { sources } = other;
  return (
    one.sources.length === sources.length &&
    one.sources.every(
      ({ name, kind }, index) => name === sources[index]?.name && kind === sources[index]?.kind,
    )
  );
}

/** Whether its rate is of interest. A value that falls is a counter that began anew. */
export const isCounter = ({ kind }: Pick<Newest, 'kind'>): boolean => kind !== 'gauge';
