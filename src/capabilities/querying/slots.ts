/** How many calls of one plugin run at once; the others wait in line. */
import type { Call } from './call.js';
import { refusal } from './failure.js';

export class Slots {
  readonly #name: string;
  readonly #max: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(name: string, max: number, maxWaiting: number) {
    this.#name = name;
    this.#max = max;
    this.#maxWaiting = maxWaiting;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Undefined when the call may start at once. To be given back by `leave`.
   * @throws QueryError MORTISE_ERR_QUERY_BUSY; why the call ended meanwhile
   */
  enter(call: Call): Promise<void> | undefined {
    if (this.#running < this.#max) {
      this.#running++;
      return undefined;
    }
    if (this.#waiting.length >= this.#maxWaiting)
      throw refusal('MORTISE_ERR_QUERY_BUSY', this.#name, {
        message: `${this.#running} calls run and ${this.#waiting.length} wait`,
        expected: `at most ${this.#max} calls and ${this.#maxWaiting} that wait`,
        found: 'one more',
        remedy: 'Ask again later, or raise concurrency or max_waiting of [querying].',
      });
    let wake = () => {};
    const turn = new Promise<void>((resolve) => {
      wake = resolve;
      this.#waiting.push(resolve);
    });
    return call.race(turn).catch((error: unknown) => {
      const at = this.#waiting.indexOf(wake);
      if (at >= 0) this.#waiting.splice(at, 1);
      // Its turn came as it ended: the next one's.
      else this.leave();
      throw error;
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}
