/**
 * SQL that native code keeps. Services send the same few texts again and again, and finding a text that
 * is known costs less than encoding it; a service that sends every text once must not pay for the search.
 */
import { type Addon, addon, type NativeChain } from '../../native/addon.js';

/** Texts kept at a time. */
const capacity = 512;
/** Longer texts are seldom repeated, and would hold memory. */
const maxLength = 4096;
/** Calls without a search after a full table that found too little. */
const pause = 16_384;
/** Looks at the last text in vain before they are given up, for 256 searches. */
const tries = 8;

/** Numbers of texts that were routed before. */
export class KeptSql {
  readonly #addon: Addon = addon();
  readonly #numbers = new Map<string, number>();
  #hits = 0;
  #pausing = 0;
  #last: string | undefined;
  #lastNumber = 0;
  #tries = tries;
  #searches = 0;

  constructor(private readonly chain: NativeChain) {}

  /** The text's number; 0 when it isn't kept. */
  find(sql: string): number {
    // The same string object as last time, as in a loop: no hash is needed to know it. With texts in turn the look
    // is in vain and costs as much, so it is given up for a while.
    if (this.#tries > 0) {
      if (sql === this.#last) {
        this.#tries = tries;
        return this.#lastNumber;
      }
      this.#tries--;
    }
    const number = this.#search(sql);
    if ((++this.#searches & 0xff) === 0) this.#tries = tries;
    if (number !== 0 && this.#tries > 0) {
      this.#last = sql;
      this.#lastNumber = number;
    }
    return number;
  }

  #search(sql: string): number {
    if (this.#pausing > 0) {
      this.#pausing--;
      return 0;
    }
    const number = this.#numbers.get(sql);
    if (number !== undefined) {
      this.#hits++;
      return number;
    }
    return this.#add(sql);
  }

  #add(sql: string): number {
    if (sql.length > maxLength) return 0;
    if (this.#numbers.size === capacity) {
      // Each text was kept for nothing unless it was found again.
      if (this.#hits < capacity) this.#pausing = pause;
      for (const number of this.#numbers.values()) this.#addon.forgetSql(this.chain, number);
      this.#numbers.clear();
      this.#last = undefined;
      this.#hits = 0;
      return 0;
    }
    const number = this.#addon.keepSql(this.chain, sql);
    this.#numbers.set(sql, number);
    return number;
  }
}
