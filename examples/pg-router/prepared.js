/** What is prepared on one server, by name, as far as what was sent there tells. */

/** The server may still have something by that name. */
const unknown = { statement: undefined };

export class Prepared {
  /** @type {Map<string, import('./unit.js').Sent>} */
  #sent = new Map();

  has(name) {
    return this.#sent.has(name);
  }

  /**
   * Whether `unit` can bind it. What an earlier unit prepares without the client's knowing doesn't count before the
   * server has said so: that unit may fail first, and the client can't know of it.
   */
  isReady(statement, unit) {
    const sent = this.#sent.get(statement.name);
    if (sent?.statement !== statement) return false;
    return !sent.isHidden || sent.isAcknowledged || sent.unit === unit;
  }

  /** @param {import('./unit.js').Sent} sent a Parse */
  add(sent) {
    this.#sent.set(sent.name, sent);
  }

  delete(name) {
    this.#sent.delete(name);
  }

  clear() {
    this.#sent.clear();
  }

  /** A unit failed before the server came to these: what they prepare isn't there, what they close may be. */
  undo(sent) {
    for (const one of sent) if (this.#sent.get(one.name) === one) this.#sent.delete(one.name);
    for (const { name, isHidden } of sent) if (isHidden && !this.has(name)) this.#sent.set(name, unknown);
  }
}
