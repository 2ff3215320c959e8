/**
 * One answer out of those of all shards: rows in the order of the shards, tags summed. Nothing is kept: while a shard
 * answers, the connections of those after it wait.
 */
import { back, complete, errorResponse } from './messages.js';

/** Once, not from every shard. */
const once = [
  back.parseComplete,
  back.bindComplete,
  back.closeComplete,
  back.noData,
  back.parameterDescription,
  back.parameterStatus,
  back.rowDescription,
];

export class Merge {
  #turn = 0;
  #columns;
  #tag;
  #ready = new Set();
  #failed = false;

  /** @param {import('./backend.js').Backend[]} backends in the order of their shards */
  constructor(backends) {
    this.backends = backends;
    for (const backend of backends.slice(1)) backend.wait('turn', true);
  }

  /** Whether every server has answered. */
  get isDone() {
    return this.#ready.size === this.backends.length;
  }

  /**
   * @param {boolean | Buffer} kept what the client would get if this server were alone
   * @returns {boolean | Buffer} what it gets
   */
  message(backend, type, bytes, at, next, kept) {
    const index = this.backends.indexOf(backend);
    if (type === back.ready) {
      this.#pass(index);
      this.#ready.add(backend);
      return this.isDone && kept;
    }
    if (type === back.error) {
      this.#pass(index);
      return this.#fail() && kept;
    }
    if (type === back.commandComplete || type === back.emptyQuery) {
      this.#pass(index);
      if (type === back.commandComplete) this.#add(bytes.latin1Slice(at + 5, next - 1));
      if (this.#failed || index < this.backends.length - 1) return false;
      return type === back.commandComplete ? complete(this.#tag) : kept;
    }
    if (this.#failed) return false;
    if (type === back.rowDescription && next <= bytes.length) {
      const columns = bytes.readUInt16BE(at + 5);
      this.#columns ??= columns;
      if (columns !== this.#columns) return this.#fail() && differing(this.#columns, columns, backend);
    }
    return index > 0 && once.includes(type) ? false : kept;
  }

  /**
   * A server went. @returns {boolean} whether its error is the first, which the client gets
   */
  lost(backend) {
    this.#pass(this.backends.indexOf(backend));
    this.#ready.add(backend);
    return this.#fail();
  }

  /** The next shard's turn, when it was this one's. */
  #pass(index) {
    if (index !== this.#turn) return;
    this.#turn++;
    this.backends[this.#turn]?.wait('turn', false);
  }

  #fail() {
    if (this.#failed) return false;
    this.#failed = true;
    return true;
  }

  /** `UPDATE 3` and `UPDATE 4` are `UPDATE 7`. */
  #add(tag) {
    const number = /\d+$/;
    const count = number.exec(tag)?.[0];
    const before = number.exec(this.#tag ?? '')?.[0];
    this.#tag = count && before ? tag.replace(number, `${Number(before) + Number(count)}`) : tag;
  }
}

function differing(expected, found, { server }) {
  const M = `${server.name} answers with ${found} columns, and a shard before it with ${expected}`;
  return errorResponse({ C: '42804', M, H: 'The shards do not have the same tables.' });
}
