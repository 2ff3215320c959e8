/** What a server answers with one ReadyForQuery: a simple query, or all that stands before a Sync. */
import { front, message } from './messages.js';

/** No statement begins like this, so the server's error tells that it was this one. */
const refused = 'refused_by_the_router';
/** A Parse that the server refuses, and by which it skips what follows as after any error. */
const refusedParse = message(front.parse, `_${refused}`, refused, Buffer.alloc(2));
const refusedQuery = message(front.query, refused);

/**
 * @typedef {object} Sent a Parse or Close
 * @property {string} name
 * @property {import('./statement.js').Statement} [statement] that it prepares
 * @property {boolean} isHidden the router's own, whose acknowledgement the client doesn't get
 * @property {boolean} isAcknowledged
 * @property {Unit} unit
 */

export class Unit {
  /** In the order in which they were sent. @type {Sent[]} */
  #acks = [];
  #seen = 0;
  /** For a statement of the router's own: hears its end. @type {((error?: object) => void) | undefined} */
  own;
  /** When several servers answer it together. @type {import('./merge.js').Merge | undefined} */
  merge;
  /** The fields of the first error. @type {Record<string, string> | undefined} */
  error;
  /** Left by the client's session before its Sync. */
  isLeft = false;
  /** The client sent rows of a COPY FROM STDIN, and their end. */
  copies = false;
  copied = false;
  /** The server takes such rows. */
  takesRows = false;
  #isHeard = false;
  #hearers = [];
  isSimple = false;
  /** Something was bound or executed. */
  isBound = false;
  /** What it may change is seen only on the primary for a while. */
  writes = false;
  /** A setting that holds for the session when the unit succeeds. */
  setting;
  /** What the client gets for the ReadyForQuery, when it isn't the server's. @type {(() => Buffer) | undefined} */
  readyAs;
  #refusal;

  /** @returns {Sent} */
  sent(name, statement, isHidden) {
    const sent = { name, statement, isHidden, isAcknowledged: false, unit: this };
    this.#acks.push(sent);
    return sent;
  }

  /** The next acknowledgement came. @returns whether the client gets it */
  acknowledged() {
    const sent = this.#acks[this.#seen++];
    if (sent) sent.isAcknowledged = true;
    return !sent?.isHidden;
  }

  /** The server takes rows, failed or is done: what it does with a Sync is known. */
  heard() {
    this.#isHeard = true;
    for (const go of this.#hearers.splice(0)) go();
  }

  whenHeard() {
    return this.#isHeard ? Promise.resolve() : new Promise((go) => this.#hearers.push(go));
  }

  unacknowledged() {
    return this.#acks.slice(this.#seen);
  }

  /** The client's own that were never acknowledged. */
  failedParses() {
    return this.unacknowledged().filter(({ statement, isHidden }) => statement && !isHidden);
  }

  /**
   * The server refuses in the router's place: so the client gets the error behind all that it asked before, and a
   * transaction fails as by any other error.
   * @param {import('./refusal.js').Refusal} refusal
   * @returns {Buffer} what to send
   */
  refuse(refusal) {
    this.#refusal = refusal.response();
    return this.isSimple ? refusedQuery : refusedParse;
  }

  /** The router's own error, when the server's stands for it. */
  refusalFor({ C, M }) {
    return this.#refusal && C === '42601' && M.includes(refused) ? this.#refusal : undefined;
  }
}
