/** Streams from data sources to whoever reads them: at the reader's pace, and with an end. */
import type { Call } from './call.js';
import { failureOf } from './failure.js';

/**
 * Reads `source` one by one, each within the call's timeout, and ends it when the reader stops or the call ends.
 * @param check what each part must be; throws
 * @param ended called once
 */
export class Parts<Given, Part = Given> implements AsyncIterableIterator<Part> {
  readonly #iterator: AsyncIterator<Given> | Iterator<Given>;
  readonly #call: Call;
  readonly #name: string;
  readonly #check: (part: Given) => Part;
  readonly #ended: () => void;
  #isDone = false;
  #isReading = false;
  /** Why it ended while nobody was reading: the reader hears it next. */
  #unheard: Error | undefined;

  constructor(
    source: AsyncIterable<Given> | Iterable<Given>,
    {
      call,
      name,
      check,
      ended,
    }: { call: Call; name: string; check: (part: Given) => Part; ended: () => void },
  ) {
    this.#iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    this.#call = call;
    this.#name = name;
    this.#check = check;
    this.#ended = ended;
    call.onEnd((error) => {
      if (this.#isDone || this.#isReading) return;
      this.#unheard = error;
      this.#stop();
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Part, undefined>> {
    if (this.#unheard) {
      const error = this.#unheard;
      this.#unheard = undefined;
      throw failureOf(error, this.#name);
    }
    if (this.#isDone) return { done: true, value: undefined };
    this.#call.wait();
    this.#isReading = true;
    try {
      const { done, value } = await this.#call.race(Promise.resolve(this.#iterator.next()));
      this.#call.came();
      if (!done) return { done: false, value: this.#check(value) };
      this.#finish();
      return { done: true, value: undefined };
    } catch (error) {
      this.#stop();
      throw failureOf(this.#call.error ?? error, this.#name);
    } finally {
      this.#isReading = false;
    }
  }

  /** Takes no more: the source is told to end. */
  async return(): Promise<IteratorResult<Part, undefined>> {
    this.#unheard = undefined;
    if (!this.#isDone) this.#stop();
    return { done: true, value: undefined };
  }

  /** What a source does at its end is waited for by nobody: it may never come. */
  #stop(): void {
    if (this.#isDone) return;
    this.#finish();
    void (async () => this.#iterator.return?.())().catch(() => {});
  }

  #finish(): void {
    this.#isDone = true;
    this.#ended();
  }
}
