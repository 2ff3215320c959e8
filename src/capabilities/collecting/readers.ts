/** Readers that are written in TypeScript. The collector says when; nobody waits for them. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Problem } from '../../errors.js';
import type { NativeHost } from '../../native/addon.js';
import { collectAddon, type NativeRun } from '../../native/collecting.js';
import type { KeepAlive } from './keep-alive.js';
import { dispatchReport, type Report } from './report.js';
import { saidBy } from './said.js';

/** What a reader is given. */
export interface ReadContext {
  /** Aborted when the host closes. */
  readonly signal: AbortSignal;
}

export type Read = (context: ReadContext) => ReadResult | Promise<ReadResult>;
/**
 * Reports are dispatched; a reader may also call `host.collecting.dispatch` itself, with `plugin` in each report, and
 * give nothing back.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a result is a reader
type ReadResult = Report | Iterable<Report> | void | undefined;

export interface Reader {
  /** No other reader of the host has it. Also the plugin's name in what it reports, unless the report says another. */
  name: string;
  /** In seconds. Default: the host's. */
  interval?: number;
  /** Readers of a group are named together. */
  group?: string;
  /**
   * Reads once. What it throws is told, and it is asked half as often from then on, until it succeeds again. While it
   * runs it isn't asked again.
   */
  read: Read;
}

/** What happened to one. */
export interface ReaderRuns {
  runs: number;
  failures: number;
  skipped: number;
  /** Milliseconds since 1970; 0: never. */
  lastRun: number;
  lastDurationMs: number;
  isRunning: boolean;
}

interface Added extends Reader {
  run: NativeRun;
  state: ReaderRuns;
  isRemoved: boolean;
  /** Its run, while it has one. */
  running: Promise<boolean> | undefined;
  /** Called when a run has ended, or none will come. */
  ended: (() => void)[];
}

export class Readers {
  readonly #native: NativeHost;
  readonly #tell: (name: string, problem: Problem) => void;
  readonly #byNumber = new Map<number, Added>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #abort = new AbortController();
  /** The reader inside whose `read` one is. */
  readonly #inside = new AsyncLocalStorage<Added>();
  readonly #alive: KeepAlive;
  #next = 1;

  constructor(native: NativeHost, alive: KeepAlive, tell: (name: string, problem: Problem) => void) {
    this.#native = native;
    this.#alive = alive;
    this.#tell = tell;
  }

  /** @returns why it was refused */
  add(reader: Reader): Problem | undefined {
    const { name, group = '', interval = 0 } = reader;
    const number = this.#next++;
    const { run, problem } = collectAddon().addReader(this.#native, name, group, interval, number);
    if (!run) return problem;
    const state = { runs: 0, failures: 0, skipped: 0, lastRun: 0, lastDurationMs: 0, isRunning: false };
    const added: Added = { ...reader, run, state, isRemoved: false, running: undefined, ended: [] };
    this.#byNumber.set(number, added);
    return undefined;
  }

  /**
   * Those of that name now; to be called when the collector doesn't ask them any more. What one gives afterwards is
   * dropped. Resolves when it doesn't run any more, or at once inside its own `read`.
   */
  forgetting(name: string): () => Promise<void> {
    const found = [...this.#byNumber].find(([, reader]) => reader.name === name);
    return async () => {
      if (!found) return;
      const [number, reader] = found;
      reader.isRemoved = true;
      this.#byNumber.delete(number);
      endWaits(reader);
      if (this.#inside.getStore() !== reader) await reader.running;
    };
  }

  get(name: string): ReaderRuns | undefined {
    const reader = this.#find(name);
    if (!reader) return undefined;
    return { ...reader.state, skipped: collectAddon().readerSkipped(reader.run) };
  }

  /** The collector wants it, and has noted that it runs. */
  due(number: number): void {
    const reader = this.#byNumber.get(number);
    if (reader && !this.#abort.signal.aborted) void this.#start(reader);
  }

  /** Reads now. @returns false when it failed */
  async once(name: string): Promise<boolean> {
    const reader = this.#find(name);
    if (!reader) return true;
    while (!collectAddon().readerBegins(reader.run)) {
      // It runs, or it is due and its request comes.
      await this.#end(reader);
      if (reader.isRemoved || this.#abort.signal.aborted) return true;
    }
    return this.#start(reader);
  }

  async #end(reader: Added): Promise<void> {
    this.#alive.hold();
    await new Promise<void>((resolve) => {
      reader.ended.push(resolve);
    });
    this.#alive.release();
  }

  /** Nothing is read any more. Resolves when no reader runs, or after `limitMs`. */
  async end(limitMs: number): Promise<void> {
    this.#abort.abort();
    for (const reader of this.#byNumber.values()) endWaits(reader);
    if (this.#running.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([Promise.all(this.#running), limit]);
    clearTimeout(timer);
  }

  #find(name: string): Added | undefined {
    for (const reader of this.#byNumber.values()) if (reader.name === name) return reader;
    return undefined;
  }

  #start(reader: Added): Promise<boolean> {
    const run = this.#inside.run(reader, () => this.#run(reader));
    this.#running.add(run);
    reader.running = run;
    void run.finally(() => {
      this.#running.delete(run);
      if (reader.running === run) reader.running = undefined;
      endWaits(reader);
    });
    return run;
  }

  async #run(reader: Added): Promise<boolean> {
    const { state, name, read } = reader;
    state.isRunning = true;
    state.lastRun = Date.now();
    const start = performance.now();
    let failed = false;
    try {
      const read_ = await read({ signal: this.#abort.signal });
      for (const report of reportsOf(read_)) {
        if (reader.isRemoved) break;
        dispatchReport(this.#native, report, reader);
      }
    } catch (error) {
      failed = true;
      state.failures++;
      this.#tell(name, readerFailed(name, error));
    }
    state.isRunning = false;
    state.runs++;
    state.lastDurationMs = performance.now() - start;
    collectAddon().readerEnded(reader.run, failed ? -1 : 0);
    return !failed;
  }
}

function endWaits(reader: Added): void {
  for (const ended of reader.ended.splice(0)) ended();
}

function reportsOf(given: ReadResult): Iterable<Report> {
  if (given === undefined) return [];
  return typeof given === 'object' && Symbol.iterator in given ? given : [given as Report];
}

function readerFailed(name: string, error: unknown): Problem {
  const { message, problem } = saidBy(error);
  return {
    code: 'MORTISE_ERR_COLLECT_READER',
    message: `the reader ${name} threw: ${message}`,
    subject: name,
    where: problem?.where,
    expected: problem?.expected ?? 'a reader that gives reports',
    found: problem?.found ?? message,
    remedy: problem?.remedy ?? 'See its code. It is read half as often until it succeeds again.',
  };
}
