/** stdout or stderr, with the manners of a good filter. */
import { writeSync } from 'node:fs';
import { MortiseError } from '../errors.js';
import type { Io, OutputStream } from './io.js';
import { type Colours, coloursFor } from './render/colours.js';

/**
 * Writes at the pace of its reader, and quietly goes on when the reader has gone: `mortise list | head -1`
 * is not an error, and the exit code still tells what happened.
 */
export class Output {
  readonly colours: Colours;
  readonly isTerminal: boolean;
  readonly #stream: OutputStream;
  #isClosed = false;
  #before: (() => void) | undefined;
  #failure: Error | undefined;
  #lost = 0;
  /** Since the last one that could be written. */
  #wasLost = 0;
  #onRoom: ((lost: number) => void) | undefined;

  constructor(stream: OutputStream, env: Io['env']) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY === true;
    this.colours = coloursFor(this.isTerminal, env);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#isClosed = true;
      if (this.#onRoom) {
        this.#lost++;
        this.#wasLost++;
      }
      // Windows says EOF where others say EPIPE.
      if (error.code !== 'EPIPE' && error.code !== 'EOF') this.#failure = unwritable(error);
    });
  }

  /** True when nobody reads any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Columns of the terminal; undefined when it is none, so that files get whole lines. */
  get columns(): number | undefined {
    return this.isTerminal ? this.#stream.columns : undefined;
  }

  /** Lines of the terminal; undefined when it is none. */
  get rows(): number | undefined {
    return this.isTerminal ? this.#stream.rows : undefined;
  }

  /** Calls `listener` before each text: whoever draws on the same terminal makes room. Undefined: nobody. */
  beforeWrite(listener: (() => void) | undefined): void {
    this.#before = listener;
  }

  /** Texts that nobody could take, of one that goes on. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * From now on what can't be written is counted, and ends nothing: a service goes on when the disk with its log is
   * full, and tries again with the next line.
   * @param onRoom called when a text could be written again, with how many couldn't before
   */
  goOn(onRoom: (lost: number) => void): void {
    this.#onRoom = onRoom;
  }

  /** Resolves when the reader is ready for more. Rejects when the bytes cannot be written: a full disk. */
  async write(text: string): Promise<void> {
    if (this.#onRoom && this.#isClosed) return this.#writeAgain(text, this.#onRoom);
    if (this.#failure) throw this.#failure;
    if (this.#isClosed || text === '') return;
    this.#before?.();
    if (this.#stream.write(text)) return;
    await new Promise<void>((resolve) => {
      const events = ['drain', 'close', 'error'];
      const done = () => {
        for (const event of events) this.#stream.off(event, done);
        resolve();
      };
      for (const event of events) this.#stream.on(event, done);
    });
  }

  /** Node.js closes its stream at the first error; the file is still there. A reader that has gone doesn't come again. */
  #writeAgain(text: string, onRoom: (lost: number) => void): void {
    const { fd } = this.#stream;
    try {
      if (!this.#failure || fd === undefined) throw this.#failure;
      writeSync(fd, text);
    } catch {
      this.#lost++;
      this.#wasLost++;
      return;
    }
    const lost = this.#wasLost;
    this.#wasLost = 0;
    if (lost > 0) onRoom(lost);
  }

  /** Resolves when all that was written has left the process. */
  async flush(): Promise<void> {
    if (!this.#isClosed) await new Promise<void>((resolve) => this.#stream.write('', () => resolve()));
    if (this.#failure && !this.#onRoom) throw this.#failure;
  }
}

function unwritable(cause: NodeJS.ErrnoException): MortiseError {
  const { code = 'unknown', message } = cause;
  return new MortiseError(
    {
      code: 'MORTISE_ERR_OUTPUT',
      message: code === 'ENOSPC' ? 'there is no space left where the output goes' : message,
      expected: 'an output that can be written to',
      found: code,
      remedy: 'Make room there, or send the output elsewhere; what was written so far is not complete.',
    },
    { cause },
  );
}
