/** Calls that run on threads of their own: so many of a plugin at a time, and the others in turn. */
import { MortiseError } from '../../errors.js';

const most = 16;

/** Begins a call; null where the system gives no thread. */
type Begin<Answer> = () => Promise<Answer> | null;

export class Turns {
  readonly #plugin: string;
  /** Ends what runs or waits, each with why. */
  readonly #endings: Set<(error: MortiseError) => void>;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(plugin: string, endings: Set<(error: MortiseError) => void>) {
    this.#plugin = plugin;
    this.#endings = endings;
  }

  /**
   * Begins when it is its turn.
   * @throws MortiseError MORTISE_ERR_PLUGIN_FAILED without a thread; MORTISE_ERR_PLUGIN_FUNCTION when the plugin stops
   */
  take<Answer>(begin: Begin<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#endings.add(reject);
      const done = () => this.#endings.delete(reject);
      const start = () => {
        if (!this.#endings.has(reject)) return this.#next(); // it was stopped meanwhile
        this.#running++;
        const call = begin();
        Promise.resolve(call ?? Promise.reject(withoutThread(this.#plugin)))
          .then(resolve as (answer: unknown) => void, reject)
          .finally(() => {
            done();
            this.#running--;
            this.#next();
          });
      };
      if (this.#running < most) start();
      else this.#waiting.push(start);
    });
  }

  #next(): void {
    if (this.#running < most) this.#waiting.shift()?.();
  }
}

export function withoutThread(plugin: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_FAILED',
    message: `${plugin} cannot be called: the system gives this process no further thread`,
    subject: plugin,
    expected: 'a thread for each call that runs',
    found: 'none: the limit of threads or of memory is reached',
    remedy: 'Raise the limit (ulimit -u, or pids.max of its cgroup), or make fewer calls at a time.',
  });
}
