/** What threads of the collector do for TypeScript, as promises. */
import type { KeepAlive } from './keep-alive.js';

export class Calls {
  readonly #alive: KeepAlive;
  readonly #waiting = new Map<number, (result: number) => void>();
  #next = 1;

  constructor(alive: KeepAlive) {
    this.#alive = alive;
  }

  /** @param begin gets the number by which `done` will name it */
  async run(begin: (number: number) => void): Promise<number> {
    const number = this.#next;
    this.#next = (this.#next % 0xffff_ffff) + 1;
    this.#alive.hold();
    try {
      return await new Promise<number>((resolve) => {
        this.#waiting.set(number, resolve);
        begin(number);
      });
    } finally {
      this.#waiting.delete(number);
      this.#alive.release();
    }
  }

  done(number: number, result: number): void {
    this.#waiting.get(number)?.(result);
  }

  /** Nothing more comes. */
  end(): void {
    for (const resolve of this.#waiting.values()) resolve(0);
  }
}
