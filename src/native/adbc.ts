/**
 * The part of the addon that calls ADBC's drivers: native/node/bind_adbc.cc. Promises are kept by threads of the addon's own,
 * one for each connection, in the order of the calls; they keep the process alive, handles don't. What a handle stands
 * for is released in the right order when it is closed or collected: a result before its statement, that before its
 * connection, that before its database.
 */
import { addon, type NativePlugin } from './addon.js';
import type { ArrowBlock, ArrowSchema } from './arrow.js';

export type { ArrowArray, ArrowBatch, ArrowBlock, ArrowField, ArrowSchema } from './arrow.js';
export { batchesOf, layoutOf } from './arrow.js';

declare const handle: unique symbol;
/** A driver's table of functions. Lives until the process ends, as its library does. */
export type NativeDriver = { [handle]: 'adbc driver' };
export type NativeDatabase = { [handle]: 'adbc database' };
export type NativeConnection = { [handle]: 'adbc connection' };
/** A statement and the result that it has open, at most one. */
export type NativeStatement = { [handle]: 'adbc statement' };

/** An int64 is a bigint, a double a number. */
export type AdbcValue = string | bigint | number | Uint8Array;
export type AdbcOptions = readonly (readonly [name: string, value: AdbcValue])[];

/** What everything here throws or rejects with when the driver is the cause. */
export interface AdbcFailure extends Error {
  /**
   * `driver`: it answered an error. `contract`: it broke ADBC's or Arrow's rules, as the message says. `cancelled`: it
   * was asked to by {@link AdbcAddon.adbcCancel}, whatever the driver made of that. `closed`: the handle is, or the
   * host ends. `input`: what JavaScript gave can't be used.
   */
  kind: 'driver' | 'contract' | 'cancelled' | 'closed' | 'input';
  /** The driver's function, as `AdbcStatementExecuteQuery`; or empty. */
  call: string;
  /** ADBC's, 1 to 14. */
  status: number;
  /** Five characters, or empty. */
  sqlstate: string;
  /** Undefined when the driver has set none. */
  vendorCode: number | undefined;
  details: { key: string; value: Uint8Array }[];
}

export function isAdbcFailure(error: unknown): error is AdbcFailure {
  return error instanceof Error && 'sqlstate' in error && 'vendorCode' in error && 'kind' in error;
}

/** What a statement is asked; what leaves rows is read through the same statement. Absent filters are undefined. */
export type AdbcAsk =
  | { kind: 'sql'; sql: string }
  | { kind: 'substrait'; plan: Uint8Array }
  /** What was prepared, again. */
  | { kind: 'again' }
  /** Bulk ingest: by options, without SQL. */
  | { kind: 'ingest' }
  /** Codes; all when there are none. */
  | { kind: 'info'; codes?: readonly number[] }
  | {
      kind: 'objects';
      /** 0 all, 1 catalogs, 2 schemas, 3 tables. */
      depth: number;
      catalog?: string;
      schema?: string;
      table?: string;
      types?: readonly string[];
      column?: string;
    }
  | { kind: 'tableTypes' }
  | { kind: 'statistics'; catalog?: string; schema?: string; table?: string; approximate: boolean }
  | { kind: 'statisticNames' };

/**
 * One column of parameters, made from JavaScript's values. `format` is one of n, b, c, C, s, S, i, I, l, L, f, g, u, U,
 * z, Z, or a date, time, duration or timestamp (tdD, tdm, tts …), whose values are integers of the unit. Null and
 * undefined are null. 64-bit integers are bigints or safe integers; a typed array of the right type is copied whole.
 */
export interface AdbcColumn {
  name: string;
  format: string;
  values: readonly unknown[] | ArrayBufferView;
}

/** Copied before the call returns. */
export type AdbcParameters =
  /** Columns of the same length: a row of parameters each. */
  | { columns: readonly AdbcColumn[] }
  /** Of one batch. */
  | { schema: ArrowSchema; block: ArrowBlock }
  /** The driver pulls: `pull` is called each time it wants a batch, and {@link AdbcAddon.adbcFeed} answers, then or later. */
  | { schema: ArrowSchema; pull: () => void };

export interface AdbcExecution {
  ask: AdbcAsk;
  /** Set on the statement before. */
  options?: AdbcOptions;
  parameters?: AdbcParameters;
  /** Default true; false: a statement without a result, of which only `affected` is told. */
  rows?: boolean;
  /** Prepares it first, and keeps it for `again`. Default false. */
  prepare?: boolean;
  /** The driver's statement is released with its result, in the same job; the handle may be asked again. Default false. */
  once?: boolean;
  /** Batches are gathered until there are so many bytes of them. Default 1 MiB. */
  gatherBytes?: number;
  /** Default 16. */
  gatherBatches?: number;
  /** The largest batch that is taken, in bytes. Default 1 GiB. */
  maxBatchBytes?: number;
}

export interface AdbcResult {
  /** Null when `rows` was false. */
  schema: ArrowSchema | null;
  /** The first batches; null when there are none. */
  block: ArrowBlock | null;
  /** There is no more, and the result has been released. */
  done: boolean;
  /** −1: unknown. */
  affected: number;
}

export interface AdbcAddon {
  /**
   * Calls the driver's init on this thread, with ADBC 1.1.0, and with 1.0.0 when it doesn't know that.
   * @throws AdbcFailure also when its table lacks what is required
   */
  adbcLoad(init: bigint): {
    driver: NativeDriver;
    /** 1001000 or 1000000. */
    version: number;
    /** Functions of that version that it has none of: they answer status 2. */
    missing: string[];
  };
  /**
   * A plugin's data.source as a driver, whose databases need the option `mortise.source` with `source`. `table` is the
   * service's.
   */
  adbcSource(plugin: NativePlugin, table: bigint): { driver: NativeDriver; source: bigint };
  adbcOpen(driver: NativeDriver, options: AdbcOptions): Promise<NativeDatabase>;
  /** Refused with status 6 while a connection is open. */
  adbcClose(database: NativeDatabase): Promise<void>;
  adbcConnect(database: NativeDatabase, options: AdbcOptions): Promise<NativeConnection>;
  /** Ends results, statements, and the connection; may be repeated. */
  adbcDisconnect(connection: NativeConnection): Promise<void>;

  adbcSetOption(
    target: NativeDatabase | NativeConnection | NativeStatement,
    name: string,
    value: AdbcValue,
  ): Promise<void>;
  adbcGetOption(
    target: NativeDatabase | NativeConnection | NativeStatement,
    name: string,
    type: 'string' | 'bytes' | 'int' | 'double',
  ): Promise<AdbcValue>;
  adbcCommit(connection: NativeConnection): Promise<void>;
  adbcRollback(connection: NativeConnection): Promise<void>;
  adbcTableSchema(
    connection: NativeConnection,
    catalog: string | undefined,
    schema: string | undefined,
    table: string,
  ): Promise<ArrowSchema>;

  /** Nothing of the driver is called until it is asked something. */
  adbcStatement(connection: NativeConnection): NativeStatement;
  /** The statement's parameters; null when the driver doesn't tell. */
  adbcPrepare(statement: NativeStatement, ask: AdbcAsk, options?: AdbcOptions): Promise<ArrowSchema | null>;
  /** Ends the statement's earlier result. One job: execute, the first batches, and the end when that is reached. */
  adbcExecute(statement: NativeStatement, execution: AdbcExecution): Promise<AdbcResult>;
  /** The next batches, which are read ahead once; null at the end. */
  adbcNext(statement: NativeStatement): Promise<{ block: ArrowBlock | null; done: boolean }>;
  /** The next batch for a driver that pulls: of one or more batches; null: the end; a text: why there can't be one. */
  adbcFeed(statement: NativeStatement, block: ArrowBlock | string | null): void;
  /** Ends its result, and keeps what is prepared. */
  adbcEnd(statement: NativeStatement): Promise<void>;
  /** May be repeated. */
  adbcCloseStatement(statement: NativeStatement): Promise<void>;
  /**
   * Cancels what the statement does, from another thread, and what of its result isn't read. `idle`: it does nothing;
   * `unsupported`: the driver can't, so that what it does goes on, and is dropped afterwards.
   */
  adbcCancel(statement: NativeStatement): Promise<'asked' | 'idle' | 'unsupported'>;
}

/** @throws MortiseError MORTISE_ERR_ADDON */
export function adbcAddon(): AdbcAddon {
  return addon() as unknown as AdbcAddon;
}
