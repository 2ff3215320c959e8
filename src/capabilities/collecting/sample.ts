/** Values as TypeScript has them, made from the flat batches in which they cross. */
import { collectAddon, type NativeBatch, type NativeSeries } from '../../native/collecting.js';

/** The numbers are collectd's. */
export const sourceKinds = ['counter', 'gauge', 'derive', 'absolute'] as const;

export type SourceKind = (typeof sourceKinds)[number];

/** One of the values of a type. */
export interface Source {
  readonly name: string;
  /**
   * A gauge is as it is; a counter only grows, and wraps; a derive may fall; an absolute counts from the last reading.
   * Each but the gauge has a rate, a second.
   */
  readonly kind: SourceKind;
  /** Undefined: no limit. */
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** What values are of: one object for all samples of a series. */
export interface Series {
  /** Never another series' in this process's host. */
  readonly number: number;
  /** `host/plugin-instance/type-instance`, without the instances that are empty. */
  readonly id: string;
  readonly host: string;
  readonly plugin: string;
  readonly pluginInstance: string;
  readonly type: string;
  readonly typeInstance: string;
  readonly sources: readonly Source[];
}

export type Metadata = Record<string, string | number | boolean>;

/** What one reading gave of one series. */
export interface Sample {
  readonly series: Series;
  readonly time: Date;
  /** In seconds: when the next one is expected. */
  readonly interval: number;
  /** As the series' sources. Beyond 2^53 counters are rounded. */
  readonly values: readonly number[];
  /** A second, of counters, derives and absolutes; a gauge's value. NaN while there is none yet. */
  readonly rates: readonly number[];
  /** What its plugin attached. */
  readonly metadata: Metadata | undefined;
}

/** More than this, and the words of all series are asked for anew. */
const maxKnown = 200_000;

/** Turns batches into samples; it knows the series that it has seen. */
export class Samples {
  readonly #series = new Map<number, Series>();

  /** The batch is empty afterwards. */
  of({ handle, numbers }: NativeBatch): Sample[] {
    const samples: Sample[] = [];
    if (this.#series.size > maxKnown) this.#series.clear();
    let index = 0;
    for (let at = 0; at < numbers.length; index++) {
      const number = numbers[at] as number;
      const said = numbers[at + 3] as number;
      const count = Math.abs(said);
      let series = this.#series.get(number);
      if (series === undefined) {
        series = seriesOf(collectAddon().seriesAt(handle, index));
        this.#series.set(number, series);
      }
      const values: number[] = [];
      const rates: number[] = [];
      for (let i = at + 4; i < at + 4 + count; i++) {
        values.push(numbers[i] as number);
        rates.push(numbers[i + count] as number);
      }
      samples.push({
        series,
        time: new Date(numbers[at + 1] as number),
        interval: numbers[at + 2] as number,
        values,
        rates,
        metadata: said < 0 ? collectAddon().metadataAt(handle, index) : undefined,
      });
      at += 4 + 2 * count;
    }
    collectAddon().freeBatch(handle);
    return samples;
  }
}

function seriesOf({ sources, ...words }: NativeSeries): Series {
  const limit = (value: unknown) => (Number.isNaN(value) ? undefined : (value as number));
  const each: Source[] = [];
  for (let i = 0; i < sources.length; i += 4) {
    each.push({
      name: sources[i] as string,
      kind: sourceKinds[sources[i + 1] as number] as SourceKind,
      min: limit(sources[i + 2]),
      max: limit(sources[i + 3]),
    });
  }
  return { ...words, sources: each };
}
