/** Prepared statements: a client's, and what the host knows of their text. */
import { Bounded } from './bounded.js';
import { kindOf } from './kinds.js';

/** A session's, as its client named it. */
export class Statement {
  /** @param {Text} text @param {Buffer} chunk that has its Parse from `at` to `next` */
  constructor(name, text, chunk, at, next) {
    this.name = name;
    this.text = text;
    const bytes = chunk.subarray(at, next);
    /** The Parse, for servers that don't know it yet. A copy when much else would be kept with it. */
    this.bytes = chunk.length > 2 * bytes.length + 1024 ? Buffer.from(bytes) : bytes;
  }
}

/**
 * @typedef {object} Text
 * @property {string} sql
 * @property {ReturnType<typeof kindOf>} kind
 * @property {import('mortise').Statement} routed
 */

/** Texts that are prepared again and again, of all sessions. */
export class Texts {
  #known = new Bounded(2000);

  /** @param {import('mortise').Host} host */
  constructor(host) {
    this.host = host;
  }

  /** @param {number[]} types that the client declared: what its parameters mean @returns {Text} */
  of(sql, types) {
    const key = types.length > 0 ? `${types}\0${sql}` : sql;
    return (
      this.#known.get(key) ??
      this.#known.set(key, { sql, kind: kindOf(sql), routed: this.host.prepare(sql, types) })
    );
  }
}
