/** A table of columns: Arrow. Its bytes are always there; a library decodes them when values are asked for. */
import type { ArrowTable } from './library.js';

export interface FrameField {
  readonly name: string;
  /** Arrow's type as text: `int64`, `timestamp[ns]`, `list<utf8>`. */
  readonly type: string;
  readonly isNullable: boolean;
  /** What tells this column from others of its name. */
  readonly labels: Readonly<Record<string, string>>;
  /** How it is shown: unit, display name, texts of an enum. */
  readonly config: Readonly<Record<string, unknown>>;
  /** All that the field says of itself, labels and config included. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** By column. Of two columns of one name, the later is `NAME_2`. */
export type Row = Record<string, unknown>;

export interface Frame {
  readonly refId: string;
  readonly name: string | undefined;
  /** What the source says of the result: notices, the query that was run. */
  readonly meta: Readonly<Record<string, unknown>> | undefined;
  readonly fields: readonly FrameField[];
  readonly rowCount: number;
  /** A complete Arrow IPC file, for any library. The same bytes at each call: not to be written to. */
  ipc(): Uint8Array;
  /**
   * Columns, as `@uwdata/flechette` has them, or `apache-arrow` where only that is installed.
   * @throws MortiseError MORTISE_ERR_PEER_MISSING
   */
  table(): ArrowTable;
  /**
   * All values of a column: null, numbers, strings, booleans… 64-bit integers are bigints. So are timestamps, in the
   * unit of their type since 1970: microseconds of `timestamp[us]`, nanoseconds of `timestamp[ns]`. Times of day are in
   * their type's unit, too; dates are milliseconds since 1970, and decimals texts.
   * @returns undefined when there is no column of that name
   */
  column(name: string): readonly unknown[] | undefined;
  /** A frame's values as objects: slow next to its columns. */
  rows(): Row[];
}
