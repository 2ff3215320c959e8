/** A line on a terminal's stderr that says how far a long command is; nothing elsewhere. */

import { clean } from '../messages/clean.js';
import type { Cli } from './cli.js';
import { shorten } from './render/text.js';

/** What is fast needs no progress. */
const patience = 300;

export class Progress {
  readonly #cli: Cli;
  readonly #start = performance.now();
  #last = 0;
  #isShown = false;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  /** "12/500 libfoo.so", at most ten times a second. */
  async show(done: number, all: number, what: string): Promise<void> {
    const now = performance.now();
    const { err } = this.#cli;
    if (!err.isTerminal || all < 2 || now - this.#start < patience || now - this.#last < 100) return;
    this.#last = now;
    this.#isShown = true;
    await err.write(`\r\x1b[2K${shorten(clean(`${done}/${all} ${what}`), (err.columns || 80) - 1)}`);
  }

  /** Takes the line away, before other text comes. */
  async clear(): Promise<void> {
    if (this.#isShown) await this.#cli.err.write('\r\x1b[2K');
    this.#isShown = false;
  }
}
