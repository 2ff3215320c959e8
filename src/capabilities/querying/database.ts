/**
 * A database by itself, beside what every data source answers: what `host.querying.open` takes and gives. One result
 * is open on a connection at a time; a query that is made while another is read takes another connection.
 */
import type { Frame, FrameField, Row } from './frame/frame.js';
import type { ArrowTable } from './frame/library.js';

/** What a driver can be told, in its own words. A boolean is told as text. */
export type OptionTable = Readonly<Record<string, string | number | bigint | boolean | Uint8Array>>;

export interface DatabaseOptions {
  /**
   * The plugin that opens it: an id, a name or an alias. Default: the source's, the name that was
   * given, or the scheme of `options.uri`: `postgresql`.
   */
  driver?: string;
  /** The database's: `{ uri: 'postgresql://localhost/shop' }`. */
  options?: OptionTable;
  /** Set on each connection. */
  connectionOptions?: OptionTable;
  /** How many connections it may have open. Default 4. */
  connections?: number;
  /** How long a query waits for a connection, in milliseconds. Default 30,000. */
  waitMs?: number;
  /** How long `close` waits for open results until it cancels them, in milliseconds. Default 10,000. */
  closeMs?: number;
}

/** One value of a parameter. A date is a time in UTC. */
export type Parameter = null | undefined | boolean | number | bigint | string | Date | Uint8Array;

/** Columns by name: values, or a typed array. */
export type Columns = Readonly<Record<string, readonly Parameter[] | ArrayBufferView>>;

/**
 * The values of one row, `[1n, 'x']`; of several, as columns; or of several as Arrow. A statement runs once for each
 * row.
 */
export type Parameters = readonly Parameter[] | Columns | Frame;

export interface QueryOptions {
  /** Ends the query, also in the database where its driver can. What waits for it rejects with an AbortError. */
  signal?: AbortSignal;
  /** How many bytes of batches make a frame. Default 1 MiB. */
  batchBytes?: number;
  /** The statement's, in the driver's words. */
  options?: OptionTable;
}

/** What a query leaves: frames, as they come. Holds its connection until it was read to its end, or closed. */
export interface Result extends AsyncIterable<Frame>, AsyncDisposable {
  readonly fields: readonly FrameField[];
  /** How many rows were changed, where the driver tells. */
  readonly affected: number | undefined;
  /** Ends it, whether it was read or not. May be called twice. */
  close(): Promise<void>;
}

/** What can be asked of a database, of a transaction, and of a prepared statement in its own way. */
export interface Connection {
  /**
   * Runs a statement; its frames come as they are read, and no faster than they are.
   * @throws AdbcError; MORTISE_ERR_ADBC_BUSY, MORTISE_ERR_ADBC_CLOSED, MORTISE_ERR_ADBC_PARAMETER
   */
  query(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<Result>;
  /** All columns of a result. @throws as `query`, and MORTISE_ERR_PEER_MISSING */
  table(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<ArrowTable>;
  /** All rows of a result as objects: slow next to columns. @throws as `query` */
  rows(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<Row[]>;
  /**
   * Runs a statement without a result.
   * @returns how many rows were changed; undefined when the driver doesn't tell
   */
  run(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<number | undefined>;
  /** Its connection is its own until it is closed. */
  prepare(sql: string, options?: QueryOptions): Promise<Prepared>;
  /**
   * Writes many rows into a table, as fast as the driver takes them.
   * @param data columns, a frame, or frames as they come: the next is asked for once the driver wants it
   * @returns how many rows were written; undefined when the driver doesn't tell
   */
  ingest(
    table: string,
    data: Columns | Frame | Iterable<Frame> | AsyncIterable<Frame>,
    options?: IngestOptions,
  ): Promise<number | undefined>;
  /** What the driver says of itself and its database, by name: `vendor_name`, `driver_version`. */
  info(): Promise<Record<string, unknown>>;
  /** Catalogs, their schemas, their tables and columns: a frame of nested columns, as ADBC has it. */
  objects(options?: ObjectsOptions): Promise<Frame>;
  tableSchema(table: string, options?: { catalog?: string; schema?: string }): Promise<readonly FrameField[]>;
  /** What the database knows of its tables' contents. */
  statistics(options?: StatisticsOptions): Promise<Frame>;
}

export interface Database extends Connection, AsyncDisposable {
  /** What it was opened as. */
  readonly name: string;
  /**
   * A connection for statements that belong together. `await using` rolls back what wasn't committed.
   * @throws AdbcError
   */
  transaction(options?: TransactionOptions): Promise<Transaction>;
  /** Waits for open results; cancels them at the deadline. May be called twice. */
  close(): Promise<void>;
}

export interface TransactionOptions {
  isolation?:
    | 'read uncommitted'
    | 'read committed'
    | 'repeatable read'
    | 'snapshot'
    | 'serializable'
    | 'linearizable';
  readOnly?: boolean;
  signal?: AbortSignal;
}

/** One result at a time: another statement while one is open is refused. */
export interface Transaction extends Connection, AsyncDisposable {
  /** @throws AdbcError; the transaction is then rolled back */
  commit(): Promise<void>;
  /** May be called twice, and after `commit`. */
  rollback(): Promise<void>;
}

/** A statement that was prepared once and runs again and again. */
export interface Prepared extends AsyncDisposable {
  /** Of its parameters; undefined when the driver doesn't tell. */
  readonly parameters: readonly FrameField[] | undefined;
  query(parameters?: Parameters, options?: QueryOptions): Promise<Result>;
  table(parameters?: Parameters, options?: QueryOptions): Promise<ArrowTable>;
  rows(parameters?: Parameters, options?: QueryOptions): Promise<Row[]>;
  run(parameters?: Parameters, options?: QueryOptions): Promise<number | undefined>;
  /** May be called twice. */
  close(): Promise<void>;
}

export interface IngestOptions {
  /** `create`: it must not exist; `append`: it must; `replace`: dropped first; `create_append`: either. Default `create`. */
  mode?: 'create' | 'append' | 'replace' | 'create_append';
  catalog?: string;
  schema?: string;
  /** Into a table that lives as long as its connection. */
  temporary?: boolean;
  signal?: AbortSignal;
  /** The statement's, in the driver's words. */
  options?: OptionTable;
}

export interface ObjectsOptions {
  /** How deep. Default `all`: columns too. */
  depth?: 'catalogs' | 'schemas' | 'tables' | 'all';
  /** Names, or patterns with `%` and `_`. */
  catalog?: string;
  schema?: string;
  table?: string;
  column?: string;
  types?: readonly string[];
}

export interface StatisticsOptions {
  catalog?: string;
  schema?: string;
  table?: string;
  /** May be rough, and so cheap. Default true. */
  approximate?: boolean;
}
