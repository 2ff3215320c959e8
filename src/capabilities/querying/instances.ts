/** One instance for each data source: made at the first call, made anew when its settings have changed. */
import type { DataSourceSettings } from './source.js';

interface Kept<Instance> {
  settings: DataSourceSettings;
  instance: Instance | undefined;
  making: Promise<Instance> | undefined;
  users: number;
  isOld: boolean;
}

/** Of one plugin. An instance that was replaced is closed once its last user has gone. */
export class Instances<Instance> {
  readonly #make: (settings: DataSourceSettings) => Instance | Promise<Instance>;
  readonly #close: (instance: Instance) => void | Promise<void>;
  readonly #kept = new Map<string, Kept<Instance>>();
  readonly #closing = new Set<Promise<void>>();

  constructor(
    make: (settings: DataSourceSettings) => Instance | Promise<Instance>,
    close: (instance: Instance) => void | Promise<void> = () => {},
  ) {
    this.#make = make;
    this.#close = close;
  }

  /**
   * @param settings the same object until they change
   * @returns at once when it is there already. To be given back by calling `release`.
   * @throws what making it throws; the next call tries again
   */
  use(settings: DataSourceSettings): Lent<Instance> | Promise<Lent<Instance>> {
    let kept = this.#kept.get(settings.uid);
    if (kept?.settings !== settings) {
      if (kept) this.#retire(kept);
      kept = this.#made(settings);
    }
    const current = kept;
    current.users++;
    if (current.making) return current.making.then((instance) => this.#lent(current, instance));
    return this.#lent(current, current.instance as Instance);
  }

  /**
   * Closes those that nobody uses; the others when they are released. Waits for all that are being closed.
   * @param limitMs at most so long
   */
  async close(limitMs = 10_000): Promise<void> {
    for (const kept of this.#kept.values()) this.#retire(kept);
    this.#kept.clear();
    if (this.#closing.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([Promise.all(this.#closing), late]);
    clearTimeout(timer);
  }

  #made(settings: DataSourceSettings): Kept<Instance> {
    const made = this.#make(settings);
    const kept: Kept<Instance> = { settings, instance: undefined, making: undefined, users: 0, isOld: false };
    this.#kept.set(settings.uid, kept);
    if (!(made instanceof Promise)) {
      kept.instance = made;
      return kept;
    }
    kept.making = made.then(
      (instance) => {
        kept.instance = instance;
        kept.making = undefined;
        if (kept.isOld) this.#closeUnused(kept);
        return instance;
      },
      (error: unknown) => {
        if (this.#kept.get(settings.uid) === kept) this.#kept.delete(settings.uid);
        throw error;
      },
    );
    return kept;
  }

  #lent(kept: Kept<Instance>, instance: Instance): Lent<Instance> {
    let isBack = false;
    const release = () => {
      if (isBack) return;
      isBack = true;
      kept.users--;
      if (kept.isOld) this.#closeUnused(kept);
    };
    return { instance, release };
  }

  #retire(kept: Kept<Instance>): void {
    kept.isOld = true;
    this.#closeUnused(kept);
  }

  #closeUnused(kept: Kept<Instance>): void {
    const { instance } = kept;
    if (kept.users > 0 || instance === undefined) return;
    kept.instance = undefined;
    const closing = Promise.resolve()
      .then(() => this.#close(instance))
      .catch(() => {})
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

/** An instance, for as long as a call takes. */
export interface Lent<Instance> {
  readonly instance: Instance;
  release(): void;
}
