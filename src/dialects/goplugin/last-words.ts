/** What is kept of a program's stderr for the day on which it ends: its last lines, and the trace of a panic. */
import type { LogLine } from './log.js';

const lines = 20;
const charactersPerLine = 500;
const panicLines = 200;
const panicCharacters = 32 * 1024;

/** Go's, and Rust's for programs that are written in it. */
const panicStart = /^(panic: |fatal error: |thread '.*' panicked at )/;

export class LastWords {
  #lastLine: string | undefined;
  #lastError: string | undefined;
  readonly #last: string[] = [];
  #panic: string[] = [];
  #panicSize = 0;

  /** @returns true when the line belongs to a panic */
  add(line: string): boolean {
    this.#last.push(line.slice(0, charactersPerLine));
    if (this.#last.length > lines) this.#last.shift();
    if (panicStart.test(line)) {
      this.#panic = [];
      this.#panicSize = 0;
    } else if (this.#panic.length === 0 || /^\{|^\[[A-Z]+\]/.test(line)) {
      return false; // a logger's line, between those of a panic in another goroutine
    }
    this.#panicSize += line.length;
    if (this.#panic.length < panicLines && this.#panicSize <= panicCharacters) this.#panic.push(line);
    return true;
  }

  /** The same line, as its logger meant it. */
  heard({ level, message, fields }: LogLine): void {
    const error = fields.error ?? fields.err;
    const text = typeof error === 'string' ? `${message}: ${error}` : message;
    if (text.trim() === '') return;
    this.#lastLine = text.slice(0, charactersPerLine);
    if (level === 'error') this.#lastError = this.#lastLine;
  }

  /** @param byItself one that was killed said nothing of it in its last line */
  reason(byItself: boolean): string | undefined {
    return this.#lastError ?? (byItself ? this.#lastLine : undefined);
  }

  /** The last lines of stderr, in order. */
  get last(): readonly string[] {
    return this.#last;
  }

  /** The panic and its trace; undefined when there was none. */
  get panic(): string | undefined {
    return this.#panic.length > 0 ? this.#panic.join('\n') : undefined;
  }
}
