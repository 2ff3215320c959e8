/** Values for who takes them at his own pace: a bounded queue that drops the oldest, and counts them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NativeHost } from '../../native/addon.js';
import { collectAddon, type NativeTap } from '../../native/collecting.js';
import type { KeepAlive } from './keep-alive.js';
import { type Sample, Samples } from './sample.js';

/** So many cross at a time, and are handled in one turn of the event loop: about a millisecond's work. */
const maxBatch = 500;

export interface StreamOptions {
  /** How many samples may wait; the oldest beyond it are dropped, and counted. Default 100,000. */
  maxQueue?: number;
  /** Whether waiting for them keeps the process running. Default true. */
  keepsAlive?: boolean;
}

/** Batches of samples, oldest first; `for await` takes the next when it is done with one. */
export class Batches implements AsyncIterableIterator<Sample[]> {
  readonly #tap: NativeTap;
  readonly #alive: KeepAlive | undefined;
  readonly #samples = new Samples();
  readonly #ended: (batches: Batches) => void;
  #wake: (() => void) | undefined;
  /** Calls of `next` wait for each other, as an async generator's do. */
  #before: Promise<unknown> = Promise.resolve();
  /** The host closed: what is there is still given. */
  #isLast = false;
  #isClosed = false;
  #taken = false;

  constructor(
    host: NativeHost,
    alive: KeepAlive,
    { maxQueue = 100_000, keepsAlive = true }: StreamOptions,
    ended: (batches: Batches) => void,
  ) {
    this.#tap = collectAddon().openTap(host, maxQueue);
    this.#alive = keepsAlive ? alive : undefined;
    this.#ended = ended;
  }

  /** How many samples were dropped, because they were taken too slowly. */
  get dropped(): number {
    return collectAddon().tapState(this.#tap)[0];
  }

  /** How many samples wait. */
  get waiting(): number {
    return collectAddon().tapState(this.#tap)[1];
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Sample[], undefined>> {
    const next = this.#before.then(() => this.#next());
    this.#before = next.catch(() => {});
    return next;
  }

  async #next(): Promise<IteratorResult<Sample[], undefined>> {
    // The event loop goes on between two batches, however many wait.
    if (this.#taken) await nextTurn();
    this.#taken = true;
    while (!this.#isClosed) {
      const batch = collectAddon().takeTap(this.#tap, maxBatch);
      if (batch) return { done: false, value: this.#samples.of(batch) };
      if (this.#isLast) break;
      await this.#woken();
    }
    await this.return();
    return { done: true, value: undefined };
  }

  /** Takes no more; what waits is dropped. */
  async return(): Promise<IteratorResult<Sample[], undefined>> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      collectAddon().closeTap(this.#tap);
      this.#ended(this);
      this.#wake?.();
    }
    return { done: true, value: undefined };
  }

  async #woken(): Promise<void> {
    this.#alive?.hold();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
    this.#alive?.release();
  }

  /** There may be something to take. */
  wake(): void {
    this.#wake?.();
  }

  /** Nothing comes after what is there. */
  end(): void {
    this.#isLast = true;
    this.#wake?.();
  }
}

/** The same one by one. */
export class Values implements AsyncIterableIterator<Sample> {
  readonly #batches: Batches;
  #batch: Sample[] = [];
  #index = 0;
  #filling: Promise<boolean> | undefined;

  constructor(batches: Batches) {
    this.#batches = batches;
  }

  /** How many samples were dropped, because they were taken too slowly. */
  get dropped(): number {
    return this.#batches.dropped;
  }

  /** How many samples wait, those of the batch in hand included. */
  get waiting(): number {
    return this.#batches.waiting + this.#batch.length - this.#index;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Sample, undefined>> {
    while (this.#index === this.#batch.length) {
      this.#filling ??= this.#fill();
      if (!(await this.#filling)) return { done: true, value: undefined };
    }
    return { done: false, value: this.#batch[this.#index++] as Sample };
  }

  /** Once for all who wait. @returns false at the end */
  async #fill(): Promise<boolean> {
    try {
      const { done, value } = await this.#batches.next();
      this.#batch = done ? [] : value;
      this.#index = 0;
      return !done;
    } finally {
      this.#filling = undefined;
    }
  }

  async return(): Promise<IteratorResult<Sample, undefined>> {
    this.#batch = [];
    this.#index = 0;
    await this.#batches.return();
    return { done: true, value: undefined };
  }
}
