/** The facade: `host.collecting`. */
import { MortiseError, type Problem } from '../../errors.js';
import {
  collectAddon,
  type NativeCounts,
  type NativeRequest,
  requestKinds,
} from '../../native/collecting.js';
import type { CapabilityFacade, CapabilityHost } from '../capability.js';
import { hostClosed } from '../closed.js';
import { Calls } from './calls.js';
import { checkFlush, checkReader, checkStream, checkWriter } from './check.js';
import { KeepAlive } from './keep-alive.js';
import { type GivenNotification, type Notification, notificationOf, notify } from './notification.js';
import type { Outlets } from './outlets.js';
import { type Reader, Readers } from './readers.js';
import { dispatchReport, type Report } from './report.js';
import type { Sample } from './sample.js';
import { type ReaderState, readerState, type WriterState, writerState } from './states.js';
import { Batches, type StreamOptions, Values } from './stream.js';
import { type Writer, Writers } from './writers.js';

/** How long readers that run, and what waits for writers, may take when the host closes. */
const closeLimitMs = 10_000;
/** The same where nothing can be awaited. */
const exitLimitMs = 2_000;
/** 24 days, which stand for any longer time. */
const maxLimitMs = 2 ** 31 - 1;

/** What became of values since the host opened. */
export type CollectingCounts = NativeCounts;

/** Reads values on intervals and writes them: plugins and TypeScript together. */
export class Collection implements CapabilityFacade {
  readonly #host: CapabilityHost;
  readonly #alive = new KeepAlive();
  readonly #calls = new Calls(this.#alive);
  readonly #readers: Readers;
  readonly #writers: Writers;
  readonly #streams = new Set<Batches>();
  readonly #listeners = new Set<(notification: Notification) => void>();
  readonly #told = new Map<string, number>();
  #listens = false;
  readonly #outlets: Outlets | undefined;
  #starting: Promise<void> | undefined;
  #isClosed = false;
  #isEnded = false;

  /** @param outlets what the options name beside plugins */
  constructor(host: CapabilityHost, outlets?: Outlets) {
    this.#host = host;
    this.#outlets = outlets;
    const tell = (name: string, problem: Problem) => this.#tell(name, problem);
    this.#readers = new Readers(host.native, this.#alive, tell);
    this.#writers = new Writers(host.native, tell);
    collectAddon().open(host.native, () => this.#work());
  }

  /**
   * Samples one by one, of all readers from now on. Who takes them slowly loses the oldest: see `dropped` and
   * `maxQueue`. Ends when the host closes, with what was there.
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED
   */
  values(options: StreamOptions = {}): Values {
    return new Values(this.batches(options));
  }

  /**
   * The same in batches of at most 500, which costs less.
   * @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK when `options` isn't valid, MORTISE_ERR_HOST_CLOSED
   */
  batches(options: StreamOptions = {}): Batches {
    this.#check();
    checkStream(options);
    const batches = new Batches(this.#host.native, this.#alive, options, (ended) =>
      this.#streams.delete(ended),
    );
    this.#streams.add(batches);
    return batches;
  }

  /**
   * Calls `listener` with each batch; a promise that it gives back is awaited before the next. What it throws is an
   * uncaught exception, and ends it.
   * @returns ends it
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED
   */
  onBatch(
    listener: (samples: readonly Sample[]) => unknown,
    options: StreamOptions = {},
  ): { stop: () => void; readonly dropped: number } {
    const batches = this.batches({ ...options, keepsAlive: false });
    void (async () => {
      for await (const samples of batches) await listener(samples);
    })();
    return {
      stop: () => void batches.return(),
      get dropped() {
        return batches.dropped;
      },
    };
  }

  /**
   * Reads on its interval from now on.
   * @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK when its name is taken or it isn't a reader,
   *   MORTISE_ERR_HOST_CLOSED
   */
  addReader(reader: Reader): void {
    this.#check();
    checkReader(reader);
    refuse(this.#readers.add(reader), reader.name);
  }

  /**
   * Gets all values from now on, through a queue of its own.
   * @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK when its name is taken or it isn't a writer,
   *   MORTISE_ERR_HOST_CLOSED
   */
  addWriter(writer: Writer): void {
    this.#check();
    checkWriter(writer);
    refuse(this.#writers.add(writer), writer.name);
  }

  /**
   * Any reader, a plugin's too. Resolves when it doesn't run any more, inside its own `read` at once; false when there
   * is none of that name. What its run still gives is dropped.
   */
  async removeReader(name: string): Promise<boolean> {
    this.#check();
    const forget = this.#readers.forgetting(name);
    const removed = await this.#calls.run((number) =>
      collectAddon().remove(this.#host.native, number, false, name),
    );
    await forget();
    return removed > 0;
  }

  /**
   * Any writer, a plugin's too. What waits for it is dropped. False when there is none of that name.
   * @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK inside its own `write` or `flush`, MORTISE_ERR_HOST_CLOSED
   */
  async removeWriter(name: string): Promise<boolean> {
    this.#check();
    if (this.#writers.inside === name) throw waitsForItself(name, 'removeWriter');
    const removed = await this.#calls.run((number) =>
      collectAddon().remove(this.#host.native, number, true, name),
    );
    this.#writers.forget(name);
    return removed > 0;
  }

  /**
   * Hands one reading to the collector, as a reader of a plugin does.
   * @returns false when it was refused because its time isn't after the series' last one: that is counted
   * @throws MortiseError MORTISE_ERR_COLLECT_REPORT, MORTISE_ERR_HOST_CLOSED
   */
  dispatch(report: Report): boolean {
    this.#check();
    return dispatchReport(this.#host.native, report);
  }

  /** @throws MortiseError MORTISE_ERR_COLLECT_REPORT, MORTISE_ERR_HOST_CLOSED */
  notify(notification: GivenNotification): void {
    this.#check();
    notify(this.#host.native, notification);
  }

  /**
   * Hears notifications, of plugins and of TypeScript, from now on.
   * @returns hears no more
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED
   */
  onNotification(listener: (notification: Notification) => void): () => void {
    this.#check();
    if (!this.#listens) refuse(collectAddon().listen(this.#host.native), 'notifications');
    this.#listens = true;
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Reads once, now: all readers, or the one of that name.
   * @returns the names of those that failed
   * @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK when there is none of that name, MORTISE_ERR_HOST_CLOSED
   */
  async read(name?: string): Promise<string[]> {
    this.#check();
    const all = collectAddon().listReaders(this.#host.native);
    const chosen = name === undefined ? all : all.filter((reader) => reader.name === name);
    if (name !== undefined && chosen.length === 0) throw noReader(name, all);
    const failed = await Promise.all(
      chosen.map(async (reader) => ((await this.#readOnce(reader.name)) ? [] : [reader.name])),
    );
    return failed.flat();
  }

  async #readOnce(name: string): Promise<boolean> {
    if (this.#readers.get(name)) return this.#readers.once(name);
    return (
      (await this.#calls.run((number) => collectAddon().readOnce(this.#host.native, number, name))) === 0
    );
  }

  /**
   * Has writers write out what they hold back, after what waits for them now was written.
   * @param options.writer only that one
   * @param options.ageSeconds only what is older
   * @param options.identifier only of that series
   * @param options.limitMs how long writers may take for what waits; default 10,000
   * @returns false when something still waits, or one failed
   * @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK inside a writer's `write` or `flush`, or when `limitMs` isn't valid,
   *   MORTISE_ERR_HOST_CLOSED
   */
  async flush(
    options: { writer?: string; ageSeconds?: number; identifier?: string; limitMs?: number } = {},
  ): Promise<boolean> {
    this.#check();
    const { writer = '', ageSeconds = 0, identifier = '', limitMs = closeLimitMs } = options;
    const { inside } = this.#writers;
    if (inside !== undefined) throw waitsForItself(inside, 'flush');
    checkFlush(options);
    const { native } = this.#host;
    const drained = await this.#calls.run((number) =>
      collectAddon().drain(native, number, Math.min(limitMs, maxLimitMs)),
    );
    const status = await this.#calls.run((number) =>
      collectAddon().flush(native, number, writer, ageSeconds, identifier),
    );
    return drained > 0 && status === 0;
  }

  /** In no particular order. */
  get readers(): ReaderState[] {
    return collectAddon()
      .listReaders(this.#host.native)
      .map((reader) => readerState(reader, this.#readers.get(reader.name)));
  }

  get writers(): WriterState[] {
    return collectAddon().listWriters(this.#host.native).map(writerState);
  }

  get counts(): CollectingCounts {
    return collectAddon().counts(this.#host.native);
  }

  /** Where Prometheus reads, once that is set up and readers run. */
  get prometheusUrl(): string | undefined {
    return this.#outlets?.prometheusUrl;
  }

  /**
   * Readers run on their intervals from now on; before them the writers that the options name begin. The host does it
   * unless the option `start` is false.
   * @throws MortiseError MORTISE_ERR_COLLECT_LISTEN, MORTISE_ERR_PEER_MISSING, MORTISE_ERR_HOST_CLOSED
   */
  async start(): Promise<void> {
    this.begin();
    await this.#starting;
  }

  /** The same, for {@link ready} to wait for. */
  begin(): void {
    this.#check();
    this.#starting ??= this.#start();
    this.#starting.catch(() => {}); // whoever waits hears of it
  }

  async ready(): Promise<void> {
    await this.#starting;
  }

  async #start(): Promise<void> {
    if (this.#outlets) {
      const tell = (name: string, problem: Problem) => this.#tell(name, problem);
      await this.#outlets.open((writer) => this.addWriter(writer), tell);
      this.#check();
    }
    collectAddon().start(this.#host.native);
  }

  changed(): void {}

  close(): void {
    this.#isClosed = true;
  }

  /** Readers end, writers write what waits, all is flushed: while the event loop goes on. */
  async settle(): Promise<void> {
    if (this.#isEnded) return;
    const start = performance.now();
    await this.#readers.end(closeLimitMs / 2);
    const left = Math.max(1, Math.round(closeLimitMs - (performance.now() - start)));
    await this.#calls.run((number) => collectAddon().shutDown(this.#host.native, number, left));
    this.end();
    await this.#outlets?.close();
  }

  /** The same where nothing can be awaited; writers in TypeScript get nothing more. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    void this.#readers.end(0);
    collectAddon().end(this.#host.native, exitLimitMs);
    this.#calls.end();
    for (const stream of this.#streams) stream.end();
  }

  /** What threads of the collector want. */
  #work(): void {
    for (const stream of this.#streams) stream.wake();
    const { requests, more } = collectAddon().takeRequests(this.#host.native);
    for (const request of requests) this.#serve(request);
    // Not at once: the event loop goes on between two batches.
    if (more) setImmediate(() => this.#work());
  }

  #serve(request: NativeRequest): void {
    switch (request.kind) {
      case requestKinds.read:
        this.#readers.due(request.callback);
        break;
      case requestKinds.write:
        void this.#writers.write(request);
        break;
      case requestKinds.flush:
        void this.#writers.flush(request);
        break;
      case requestKinds.done:
        this.#calls.done(request.callback, request.result ?? 0);
        break;
      case requestKinds.notification:
        this.#hear(request);
    }
  }

  #hear({ notification }: NativeRequest): void {
    if (!notification) return;
    for (const listener of this.#listeners) {
      try {
        listener(notificationOf(notification));
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
    }
  }

  /** At most once a second and name: what fails, fails often. */
  #tell(name: string, problem: Problem): void {
    const now = performance.now();
    if (now - (this.#told.get(name) ?? Number.NEGATIVE_INFINITY) < 1000) return;
    this.#told.set(name, now);
    this.#host.tell(problem);
  }

  #check(): void {
    if (this.#isClosed) throw hostClosed('the capability collecting');
  }
}

function refuse(problem: Problem | undefined, subject: string): void {
  if (problem) throw new MortiseError({ ...problem, subject: problem.subject ?? subject });
}

function waitsForItself(writer: string, call: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_COLLECT_CALLBACK',
    message: `${call} inside the writer ${writer} would wait for that writer`,
    subject: writer,
    expected: `${call} outside of write and flush`,
    found: `${call} inside of one`,
    remedy: `Call ${call} when write has ended.`,
  });
}

function noReader(name: string, all: readonly { name: string }[]): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_COLLECT_CALLBACK',
    message: `there is no reader ${name}`,
    subject: name,
    expected: all.map((reader) => reader.name).join(', ') || 'a reader that was registered',
    found: name,
    remedy: 'See host.collecting.readers, or `mortise list`.',
  });
}
