/** A program as its host ends it. */
import type { Offers, ProcessFacts, Running, Step } from '../../loader/running.js';
import type { Kept } from './keep.js';

declare module '../../loader/running.js' {
  interface Offers {
    /** A program: `plugin.offers.program?.client(Service)`. */
    program?: Kept;
  }
}

export class RunningProgram implements Running {
  readonly offers: Offers;
  readonly warnings = [];
  readonly #kept: Kept;
  readonly #step: (step: Step) => void;
  #stopping = false;
  #stopped = false;

  /** @param offers what its family makes of it */
  constructor(kept: Kept, step: (step: Step) => void, offers: Offers = {}) {
    this.#kept = kept;
    this.#step = step;
    this.offers = { ...offers, program: kept };
  }

  get process(): ProcessFacts {
    const { program, restarts, lastEnd } = this.#kept;
    return { pid: program?.pid, restarts, lastEnd: lastEnd?.reason };
  }

  /** It provides no services to other plugins. */
  retire(): string[] {
    return [];
  }

  /** Begins to stop it: nothing can be awaited in `stop`. */
  settle(limitMs?: number): number {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#step({ name: 'fini', entry: 'Shutdown' });
      void this.#kept.stop(limitMs).finally(() => {
        this.#stopped = true;
      });
    }
    return this.#stopped ? 0 : 1;
  }

  abandon(): void {
    this.stop();
  }

  stop(): boolean {
    if (!this.#stopping) this.#step({ name: 'fini', entry: 'Shutdown' });
    this.#stopping = true;
    void this.#kept.stop(0);
    void this.#kept.program?.kill();
    return true;
  }
}
