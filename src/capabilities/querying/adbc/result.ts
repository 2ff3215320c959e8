/** What a query leaves, as frames that come one after the other. */

import { type AdbcResult, type ArrowBlock, type ArrowSchema, adbcAddon } from '../../../native/adbc.js';
import type { Result } from '../database.js';
import { fieldsOf, frameOfBlock, joinedFrame } from '../frame/arrow-frame.js';
import type { Frame, FrameField } from '../frame/frame.js';
import { AbortError } from './abort.js';
import type { Use } from './execute.js';
import { closed } from './failure.js';

/** A result that nobody holds any more must not keep its connection. */
const dropped = new FinalizationRegistry<Use>((use) => void use.end());

const empty: ArrowBlock = { bytes: new ArrayBuffer(0), batches: 0, rows: 0, layout: new Float64Array() };
const none: ArrowSchema = { fields: [], metadata: [] };

export class OpenResult implements Result {
  readonly #schema: ArrowSchema;
  readonly affected: number | undefined;
  readonly #use: Use;
  readonly #signal: AbortSignal | undefined;
  #next: ArrowBlock | null;
  #done: boolean;
  #isClosed = false;

  constructor(use: Use, { schema, block, done, affected }: AdbcResult, signal: AbortSignal | undefined) {
    this.#use = use;
    this.#schema = schema ?? none;
    this.#next = block;
    this.#done = done;
    this.#signal = signal;
    this.affected = affected < 0 ? undefined : affected;
    if (done) return;
    dropped.register(this, use, use);
    // Also while nobody reads: the driver's work ends at once.
    signal?.addEventListener('abort', use.abort, { once: true });
  }

  get schema(): ArrowSchema {
    return this.#schema;
  }

  get fields(): readonly FrameField[] {
    return fieldsOf(this.#schema);
  }

  /** The next rows as they lie in memory; undefined at the end. @throws AbortError, MortiseError */
  async block(): Promise<ArrowBlock | undefined> {
    if (this.#isClosed) return undefined;
    if (this.#signal?.aborted) {
      await this.close();
      throw new AbortError(this.#signal);
    }
    const first = this.#next;
    this.#next = null;
    if (first) return first;
    if (this.#done) return undefined;
    if (this.#use.isOver) throw closed(this.#use.subject);
    try {
      const { block, done } = await this.#use.wait(adbcAddon().adbcNext(this.#use.statement), this.#signal);
      this.#done = done;
      if (done) this.#leave();
      return block ?? undefined;
    } catch (error) {
      this.#isClosed = true;
      this.#leave();
      throw error;
    }
  }

  /** Nothing of it runs in the driver any more. */
  #leave(): void {
    this.#signal?.removeEventListener('abort', this.#use.abort);
    dropped.unregister(this.#use);
    if (this.#done) this.#use.over();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Frame> {
    return this.named('');
  }

  /** Its frames, as an answer to a query of that name. */
  named(refId: string): AsyncIterableIterator<Frame> {
    const frames = this.#frames(refId);
    return {
      next: () => frames.next(),
      // A generator that was never begun would end without an end of the result.
      return: async () => {
        await this.close();
        return frames.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** A result without rows is one frame of its columns. */
  async *#frames(refId: string): AsyncGenerator<Frame, undefined, undefined> {
    let isEmpty = true;
    try {
      for (let block = await this.block(); block; block = await this.block()) {
        isEmpty = false;
        yield frameOfBlock(this.#schema, block, { refId });
      }
      if (isEmpty && this.#schema.fields.length > 0) yield frameOfBlock(this.#schema, empty, { refId });
    } finally {
      await this.close();
    }
  }

  /** All that is left, as one frame; then it is over. */
  async frame(refId?: string): Promise<Frame> {
    const frames: Frame[] = [];
    try {
      for (let block = await this.block(); block; block = await this.block())
        frames.push(frameOfBlock(this.#schema, block, { refId }));
      return joinedFrame(frames) ?? frameOfBlock(this.#schema, empty, { refId });
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#next = null;
    this.#leave();
    if (!this.#done) await this.#use.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
