/** Frames out of JavaScript's values, for data sources that are written in TypeScript. Needs no library. */
import { MortiseError } from '../../../errors.js';
import { shown } from '../../../messages/shown.js';
import type { ArrowArray, ArrowField } from '../../../native/arrow.js';
import { frameOfParts } from './arrow-frame.js';
import type { Frame } from './frame.js';

/** What a column of `frameOf` may be said to be. */
export type ColumnType =
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'utf8'
  | 'binary'
  | 'timestamp[ms]'
  | 'timestamp[us]'
  | 'timestamp[ns]';

type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Numbers are float64, bigints int64, dates timestamp[ms]; typed arrays are what they are. */
export type ColumnValues = readonly unknown[] | Numbers;

export interface GivenColumn {
  values: ColumnValues;
  /** Default: by the first value that isn't null. */
  type?: ColumnType;
  labels?: Readonly<Record<string, string>>;
  /** How it is shown: unit, display name. */
  config?: Readonly<Record<string, unknown>>;
}

export interface GivenFrame {
  refId?: string;
  name?: string;
  meta?: Readonly<Record<string, unknown>>;
  /** By name, in order; all of one length. */
  columns: Readonly<Record<string, ColumnValues | GivenColumn>>;
}

const formats: Readonly<Record<ColumnType, string>> = {
  bool: 'b',
  int32: 'i',
  int64: 'l',
  float64: 'g',
  utf8: 'u',
  binary: 'z',
  'timestamp[ms]': 'tsm:',
  'timestamp[us]': 'tsu:',
  'timestamp[ns]': 'tsn:',
};

const typedFormats: Readonly<Record<string, string>> = {
  Int8Array: 'c',
  Uint8Array: 'C',
  Int16Array: 's',
  Uint16Array: 'S',
  Int32Array: 'i',
  Uint32Array: 'I',
  Float32Array: 'f',
  Float64Array: 'g',
  BigInt64Array: 'l',
  BigUint64Array: 'L',
};

/**
 * ```
 * frameOf({ name: 'load', columns: { time: [new Date()], load1: [0.5], host: { values: ['web1'], type: 'utf8' } } });
 * ```
 * Null and undefined are null. Text stands for itself; a timestamp may be a date, or a bigint or number in its unit.
 * @throws MortiseError MORTISE_ERR_QUERY_VALUES
 */
export function frameOf({ refId, name, meta, columns }: GivenFrame): Frame {
  const parts = new Parts();
  const entries = Object.entries(columns).map(([key, given]) => {
    const column: GivenColumn = isValues(given) ? { values: given } : (given as GivenColumn);
    if (!isValues(column.values)) throw refusal(key, 'a list of values, or a typed array', shown(given));
    return { key, column };
  });
  const rows = entries[0]?.column.values.length ?? 0;
  for (const { key, column } of entries)
    if (column.values.length !== rows)
      throw refusal(key, `${rows} values, as the first column has`, `${column.values.length}`);
  const arrays = entries.map(({ key, column }) => arrayOf(key, column, parts));
  const fields = arrays.map(({ field }) => field);
  const metadata = Object.entries({ name, refId, meta: meta && JSON.stringify(meta) }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const bytes = parts.join();
  const batches = arrays.length > 0 ? [{ rows, offset: 0, bytes: bytes.length, columns: arrays }] : [];
  return frameOfParts({ fields, metadata }, [{ batches, bytes }], refId);
}

const isValues = (value: unknown): value is ColumnValues =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && value.constructor.name in typedFormats);

/** Buffers one after the other, each at a multiple of 8. */
class Parts {
  readonly #parts: Uint8Array[] = [];
  #at = 0;

  add(part: ArrayBufferView): { offset: number; bytes: number } {
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    const place = { offset: this.#at, bytes: bytes.length };
    this.#parts.push(bytes);
    this.#at += Math.ceil(bytes.length / 8) * 8;
    return place;
  }

  join(): Uint8Array {
    const joined = new Uint8Array(this.#at);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += Math.ceil(part.length / 8) * 8;
    }
    return joined;
  }
}

function arrayOf(name: string, { values, type, labels, config }: GivenColumn, parts: Parts): ArrowArray {
  const said = Object.entries({
    labels: labels && JSON.stringify(labels),
    config: config && JSON.stringify(config),
  });
  const metadata = said.filter((entry): entry is [string, string] => entry[1] !== undefined);
  const field = (format: string): ArrowField => ({
    name,
    format,
    nullable: Array.isArray(values),
    ordered: false,
    sortedKeys: false,
    metadata,
    children: [],
    dictionary: null,
  });
  const length = values.length;
  const of = (format: string, nulls: number, buffers: ArrowArray['buffers']): ArrowArray => ({
    field: field(format),
    length,
    nulls,
    buffers,
    children: [],
    dictionary: null,
  });
  const none = { offset: 0, bytes: 0 };
  if (!Array.isArray(values)) {
    const typed = values as Numbers;
    return of(typedFormats[typed.constructor.name] as string, 0, [none, parts.add(typed)]);
  }
  const list = values as readonly unknown[];
  const format = type ? formats[type] : guess(list);
  if (format === undefined) throw refusal(name, `one of ${Object.keys(formats).join(', ')}`, shown(type));
  if (format === 'n') return of('n', length, []);
  const validity = new Uint8Array(Math.ceil(length / 8));
  let nulls = 0;
  const each = (set: (value: unknown, index: number) => boolean): void => {
    for (let index = 0; index < length; index++) {
      const value = list[index] ?? null;
      if (value === null) nulls++;
      else if (set(value, index)) (validity[index >> 3] as number) |= 1 << (index & 7);
      else throw refusal(`${name}[${index}]`, expectations[format] ?? format, shown(value));
    }
  };
  const write = writers[format] as (length: number, each: Each) => ArrayBufferView[];
  const made = write(length, each);
  return of(format, nulls, [nulls > 0 ? parts.add(validity) : none, ...made.map((part) => parts.add(part))]);
}

type Each = (set: (value: unknown, index: number) => boolean) => void;

const expectations: Readonly<Record<string, string>> = {
  b: 'a boolean',
  i: 'an integer of 32 bits',
  l: 'a bigint of 64 bits, or a safe integer',
  g: 'a number',
  u: 'a string',
  z: 'a Uint8Array',
  'tsm:': 'a date, or milliseconds since 1970',
  'tsu:': 'a date, or microseconds since 1970 as a bigint',
  'tsn:': 'a date, or nanoseconds since 1970 as a bigint',
};

const long = 2n ** 63n;

/** 64-bit integers; `perMillisecond` of dates. */
function integers(perMillisecond: bigint | undefined) {
  return (length: number, each: Each) => {
    const values = new BigInt64Array(length);
    each((value, index) => {
      const isDate = value instanceof Date && perMillisecond !== undefined && !Number.isNaN(value.getTime());
      const exact = isDate
        ? BigInt(value.getTime()) * perMillisecond
        : Number.isSafeInteger(value)
          ? BigInt(value as number)
          : value;
      if (typeof exact !== 'bigint' || exact < -long || exact >= long) return false;
      values[index] = exact;
      return true;
    });
    return [values];
  };
}

/** Text and bytes: offsets, and what they point into. */
function texts(encode: (value: unknown) => Uint8Array | undefined) {
  return (length: number, each: Each) => {
    const offsets = new Int32Array(length + 1);
    const parts: Uint8Array[] = new Array(length);
    each((value, index) => {
      const encoded = encode(value);
      if (encoded) parts[index] = encoded;
      return encoded !== undefined;
    });
    let end = 0;
    for (let index = 0; index < length; index++) {
      end += parts[index]?.length ?? 0;
      offsets[index + 1] = end;
    }
    const data = new Uint8Array(end);
    for (let index = 0; index < length; index++) {
      const part = parts[index];
      if (part) data.set(part, offsets[index]);
    }
    return [offsets, data];
  };
}

const writers: Readonly<Record<string, (length: number, each: Each) => ArrayBufferView[]>> = {
  b: (length, each) => {
    const bits = new Uint8Array(Math.ceil(length / 8));
    each((value, index) => {
      if (value === true) (bits[index >> 3] as number) |= 1 << (index & 7);
      return typeof value === 'boolean';
    });
    return [bits];
  },
  i: (length, each) => {
    const values = new Int32Array(length);
    each((value, index) => {
      values[index] = value as number;
      return values[index] === value;
    });
    return [values];
  },
  g: (length, each) => {
    const values = new Float64Array(length);
    each((value, index) => {
      values[index] = value as number;
      return typeof value === 'number';
    });
    return [values];
  },
  l: integers(undefined),
  'tsm:': integers(1n),
  'tsu:': integers(1000n),
  'tsn:': integers(1_000_000n),
  u: texts((value) => (typeof value === 'string' ? Buffer.from(value) : undefined)),
  z: texts((value) => (value instanceof Uint8Array ? value : undefined)),
};

function guess(values: readonly unknown[]): string {
  const value = values.find((one) => one !== null && one !== undefined);
  if (value === undefined) return 'n';
  if (value instanceof Date) return 'tsm:';
  if (value instanceof Uint8Array) return 'z';
  const format = { boolean: 'b', number: 'g', bigint: 'l', string: 'u' }[typeof value as string];
  // What it is, is said where it is refused.
  return format ?? 'u';
}

function refusal(where: string, expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_QUERY_VALUES',
    message: `${where} must be ${expected}`,
    subject: 'frameOf',
    where,
    expected,
    found,
    remedy: 'Give a column values of one type, or null; `{ values, type }` says which.',
  });
}
