/** Writers that are written in TypeScript. Each has a queue and a thread natively, which waits until it has written. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Problem } from '../../errors.js';
import type { NativeHost } from '../../native/addon.js';
import { collectAddon, type NativeRequest } from '../../native/collecting.js';
import { saidBy } from './said.js';
import { type Sample, Samples } from './sample.js';

export interface Writer {
  /** No other writer of the host has it. */
  name: string;
  /**
   * Writes up to 1,024 samples, oldest first, and is not called again before it has ended. What it throws is told, and
   * the samples count as failed. Those that come meanwhile wait, up to the option `maxQueue`.
   */
  write(samples: readonly Sample[]): void | Promise<void>;
  /**
   * Writes out what the writer still holds back. Never beside `write`.
   * @param ageSeconds what is older than this; 0: all
   * @param identifier of that series only; empty: of all
   */
  flush?(ageSeconds: number, identifier: string): void | Promise<void>;
}

/** A call of `write` or `flush`. */
interface Call {
  name: string;
  isRunning: boolean;
}

interface Added extends Writer {
  samples: Samples;
}

export class Writers {
  readonly #native: NativeHost;
  readonly #tell: (name: string, problem: Problem) => void;
  readonly #byNumber = new Map<number, Added>();
  /** The call inside which one is. */
  readonly #inside = new AsyncLocalStorage<Call>();
  #next = 1;

  constructor(native: NativeHost, tell: (name: string, problem: Problem) => void) {
    this.#native = native;
    this.#tell = tell;
  }

  /** @returns why it was refused */
  add(writer: Writer): Problem | undefined {
    const number = this.#next++;
    const flushes = writer.flush !== undefined;
    const problem = collectAddon().addWriter(this.#native, writer.name, flushes, number);
    const { name, write, flush } = writer;
    const bound = { name, write: write.bind(writer), flush: flush?.bind(writer), samples: new Samples() };
    if (!problem) this.#byNumber.set(number, bound as Added);
    return problem;
  }

  forget(name: string): void {
    for (const [number, writer] of this.#byNumber) if (writer.name === name) this.#byNumber.delete(number);
  }

  /** The writer inside whose `write` or `flush` one is, while that runs. */
  get inside(): string | undefined {
    const call = this.#inside.getStore();
    return call?.isRunning ? call.name : undefined;
  }

  async write({ callback, number, batch }: NativeRequest): Promise<void> {
    const writer = this.#byNumber.get(callback);
    await this.#call(writer, number, () => batch && writer?.write(writer.samples.of(batch)));
  }

  async flush({ callback, number, age = 0, identifier = '' }: NativeRequest): Promise<void> {
    const writer = this.#byNumber.get(callback);
    await this.#call(writer, number, () => writer?.flush?.(age, identifier));
  }

  async #call(writer: Added | undefined, number: number, call: () => unknown): Promise<void> {
    let status = 0;
    const inside = { name: writer?.name ?? '', isRunning: true };
    try {
      await this.#inside.run(inside, call);
    } catch (error) {
      status = -1;
      if (writer) this.#tell(writer.name, writerFailed(writer.name, error));
    }
    inside.isRunning = false;
    collectAddon().answerRequest(this.#native, number, status);
  }
}

function writerFailed(name: string, error: unknown): Problem {
  const { message } = saidBy(error);
  return {
    code: 'MORTISE_ERR_COLLECT_WRITER',
    message: `the writer ${name} threw: ${message}`,
    subject: name,
    expected: 'a writer that takes what it is given',
    found: message,
    remedy: 'See its code, and where it writes to. The samples that it was given are lost to it.',
  };
}
