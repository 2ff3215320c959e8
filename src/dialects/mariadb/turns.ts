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
  /** Of those that wait; the ones before it have begun. */
  #first = 0;
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
    const called = async (): Promise<Answer> => {
      const call = begin();
      if (!call) throw withoutThread(this.#plugin);
      return await call;
    };
    return new Promise((resolve, reject) => {
      this.#endings.add(reject);
      const start = () => {
        if (!this.#endings.has(reject)) return; // it was stopped meanwhile
        this.#running++;
        called()
          .then(resolve, reject)
          .finally(() => {
            this.#endings.delete(reject);
            this.#running--;
            this.#next();
          });
      };
      if (this.#running < most) start();
      else this.#waiting.push(start);
    });
  }

  /** In a loop, and without moving all for each: very many may wait, and be stopped at once. */
  #next(): void {
    while (this.#running < most && this.#first < this.#waiting.length) this.#waiting[this.#first++]?.();
    if (this.#first * 2 < this.#waiting.length) return;
    this.#waiting.splice(0, this.#first);
    this.#first = 0;
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
