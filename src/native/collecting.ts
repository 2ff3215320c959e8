/** The addon's part in collecting: native/node/bind_collect.cc, typed. */
import type { Problem } from '../errors.js';
import { type Addon, addon, type NativeHost } from './addon.js';

declare const handle: unique symbol;
/** A bounded queue of values. Closed with {@link CollectAddon.closeTap}, or when it is collected. */
export type NativeTap = { [handle]: 'tap' };
/** A reader in TypeScript: whether it runs, and how it ended. */
export type NativeRun = { [handle]: 'run' };

/** Values that crossed together. `handle` keeps them until `freeBatch`. */
export interface NativeBatch {
  handle: { [handle]: 'batch' };
  /**
   * Four for each sample, and then its values and its rates: the series' number, milliseconds since 1970, the interval
   * in seconds, and how many values; negative when it has metadata.
   */
  numbers: Float64Array;
}

export type NativeMetadata = Record<string, string | number | boolean>;

export interface NativeSeries {
  number: number;
  id: string;
  host: string;
  plugin: string;
  pluginInstance: string;
  type: string;
  typeInstance: string;
  /** Four for each: name, kind (0 counter, 1 gauge, 2 derive, 3 absolute), min and max, NaN where there is none. */
  sources: (string | number)[];
}

export interface NativeNotification {
  /** 1 failure, 2 warning, 4 okay. */
  severity: number;
  /** Milliseconds since 1970. */
  time: number;
  message: string;
  host: string;
  plugin: string;
  pluginInstance: string;
  type: string;
  typeInstance: string;
  metadata: NativeMetadata;
}

export const requestKinds = { read: 0, write: 1, flush: 2, notification: 3, done: 4 } as const;

/** What a thread of the collector wants. `callback` is the number that a reader, a writer or a call was given. */
export interface NativeRequest {
  kind: number;
  callback: number;
  /** What `answerRequest` takes. */
  number: number;
  /** write */
  batch?: NativeBatch;
  /** flush: seconds, 0 for all */
  age?: number;
  identifier?: string;
  notification?: NativeNotification;
  /** done */
  result?: number;
}

/** Moments in milliseconds since 1970, 0 for never; the rest in seconds. */
export interface NativeReader {
  plugin: string;
  name: string;
  group: string;
  interval: number;
  effectiveInterval: number;
  lastRun: number;
  lastDuration: number;
  nextRun: number;
  lateness: number;
  runs: number;
  failures: number;
  isRunning: boolean;
}

export interface NativeWriter {
  plugin: string;
  name: string;
  written: number;
  failed: number;
  dropped: number;
  waiting: number;
  onDisk: number;
  maxQueue: number;
  lastRun: number;
  lastDuration: number;
  isRunning: boolean;
}

export interface NativeCounts {
  dispatched: number;
  unknownType: number;
  wrongCount: number;
  outOfOrder: number;
  filtered: number;
  /** Names that are too long, or a time far ahead. */
  invalid: number;
  /** Series beyond the most that are kept. */
  tooMany: number;
  series: number;
  notificationsLost: number;
}

/** What `dispatch` answers when a report can't be one, beside the collector's own. */
export const refusals = {
  unknownType: -100,
  wrongCount: -101,
  wrongValue: -102,
  wrongMetadata: -103,
} as const;

export interface CollectAddon {
  /** Before anything asks for the collector. Intervals in seconds; an empty buffer is none, and an age of 0 too. */
  set(
    host: NativeHost,
    hostname: string,
    interval: number,
    readThreads: number,
    timeout: number,
    maxQueue: number,
    maxReadInterval: number,
    buffer: string,
    bufferMaxBytes: number,
    bufferMaxAge: number,
  ): void;
  hasCollector(host: NativeHost): boolean;
  /** `onWork` is called when there are requests to take, or values in a tap. */
  open(host: NativeHost, onWork: () => void): void;
  /** Readers run from now on. */
  start(host: NativeHost): void;
  /** The lines of a types.db. */
  addTypes(host: NativeHost, text: string, path: string): { added: number; problems: Problem[] };
  /** Name and kind of each source; undefined: there is no such type. */
  findType(host: NativeHost, type: string): (string | number)[] | undefined;
  addReader(
    host: NativeHost,
    name: string,
    group: string,
    interval: number,
    number: number,
  ): { run: NativeRun; problem?: undefined } | { run?: undefined; problem: Problem };
  /** False when it runs already. */
  readerBegins(run: NativeRun): boolean;
  /** `status` 0 is success; else the reader backs off. */
  readerEnded(run: NativeRun, status: number): void;
  /** How often it was due while it still ran. */
  readerSkipped(run: NativeRun): number;
  addWriter(host: NativeHost, name: string, flushes: boolean, number: number): Problem | undefined;
  /** Requests have notifications from now on. */
  listen(host: NativeHost): Problem | undefined;
  /** No more than one batch of values at a time; `more`: there is more to take. */
  takeRequests(host: NativeHost): { requests: NativeRequest[]; more: boolean };
  /** Of a write or a flush; 0 is success. */
  answerRequest(host: NativeHost, number: number, status: number): void;
  /** These five end as a request `done` with `number`, and this result: how many failed. */
  readOnce(host: NativeHost, number: number, name: string): void;
  /** 0, or what one said that failed. */
  flush(host: NativeHost, number: number, plugin: string, age: number, identifier: string): void;
  /** 1, or 0 when something still waits to be written. */
  drain(host: NativeHost, number: number, milliseconds: number): void;
  /** 1, or 0 when there is none. */
  remove(host: NativeHost, number: number, isWriter: boolean, name: string): void;
  /** 1, or 0 when something was left. */
  shutDown(host: NativeHost, number: number, milliseconds: number): void;
  /** The same on this thread, where TypeScript is not asked any more. */
  end(host: NativeHost, milliseconds: number): void;
  /** 0, or what is wrong. `time` in milliseconds, 0 for now; `interval` in seconds, 0 for the usual one. */
  dispatch(
    host: NativeHost,
    hostname: string,
    plugin: string,
    pluginInstance: string,
    type: string,
    typeInstance: string,
    values: readonly (number | bigint)[],
    time: number,
    interval: number,
    metadata: object | undefined,
  ): number;
  notify(host: NativeHost, notification: Partial<Omit<NativeNotification, 'metadata'>> & object): number;
  openTap(host: NativeHost, maxQueue: number): NativeTap;
  takeTap(tap: NativeTap, max: number): NativeBatch | undefined;
  /** How many were dropped, and how many wait. */
  tapState(tap: NativeTap): [dropped: number, waiting: number];
  closeTap(tap: NativeTap): void;
  seriesAt(batch: NativeBatch['handle'], index: number): NativeSeries;
  metadataAt(batch: NativeBatch['handle'], index: number): NativeMetadata | undefined;
  freeBatch(batch: NativeBatch['handle']): void;
  listReaders(host: NativeHost): NativeReader[];
  listWriters(host: NativeHost): NativeWriter[];
  counts(host: NativeHost): NativeCounts;
}

/** @throws MortiseError MORTISE_ERR_ADDON */
export function collectAddon(): CollectAddon {
  return (addon() as Addon & { collecting: CollectAddon }).collecting;
}
