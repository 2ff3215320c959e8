/** Counts what is done, and gives each operation a deadline: what hangs is named. */

/** For a loaded machine; what hangs takes for ever. */
const deadline = 60_000;

export class Tally {
  /** By the operation's name. @type {Map<string, { done: number, refused: number, failed: number, hung: number }>} */
  counts = new Map();
  /** Of what should not happen, the first hundred. @type {string[]} */
  messages = [];
  /** Increments that the router acknowledged, by tenant. */
  counted = new Map();
  /** pgbench's own. */
  transactions = 0;

  /**
   * Runs one operation.
   * @param {string} name
   * @param {() => Promise<unknown>} work
   * @param {string} [refusal] the SQLSTATE with which it must fail
   * @returns {Promise<unknown>} its result; undefined when it failed @throws Error when it hangs: its connection is of no use
   */
  async run(name, work, refusal) {
    const count = this.#count(name);
    let timer;
    const late = new Promise((_, failed) => {
      timer = setTimeout(() => failed(new Hung(name)), deadline);
    });
    try {
      const result = await Promise.race([work(), late]);
      if (refusal) throw new Error(`was not refused with ${refusal}`);
      count.done++;
      return result;
    } catch (error) {
      if (refusal && error.code === refusal) count.refused++;
      else if (error instanceof Hung) {
        count.hung++;
        this.#say(error.message);
        throw error;
      } else {
        count.failed++;
        this.#say(`${name}: ${error.code ?? ''} ${error.message}`);
      }
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  #count(name) {
    if (!this.counts.has(name)) this.counts.set(name, { done: 0, refused: 0, failed: 0, hung: 0 });
    return this.counts.get(name);
  }

  #say(message) {
    if (this.messages.length < 100) this.messages.push(message);
  }

  add(tenant, number) {
    this.counted.set(tenant, (this.counted.get(tenant) ?? 0) + number);
  }

  /** @param {'done' | 'refused' | 'failed' | 'hung'} what */
  sum(what) {
    return [...this.counts.values()].reduce((sum, count) => sum + count[what], 0);
  }
}

export class Hung extends Error {
  constructor(name) {
    super(`${name}: no answer for ${deadline / 1000} s`);
  }
}

/** @throws Error unless they are the same */
export function same(found, expected) {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Error(`found ${one} where ${other} is right`);
}
