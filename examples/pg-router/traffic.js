/** What a session has under way: which servers it talks to, in which order answers come, and its transaction. */
import { Connections } from './connections.js';
import { Merge } from './merge.js';
import { front, ready } from './messages.js';
import { preparing } from './places.js';
import { Refusal } from './refusal.js';
import { forgetsStatements, Settings } from './settings.js';
import { Transaction } from './transaction.js';

const within = { inTransaction: true };

export class Traffic {
  settings = new Settings();
  transaction = new Transaction();
  /** Why the next statement fails: its transaction was lost. @type {Refusal | undefined} */
  broken;
  /** Units whose answer isn't complete. */
  #inFlight = 0;
  /** Where they went. @type {import('./backend.js').Backend[]} */
  #current = [];
  /** Which gets the message that rows of COPY come in. @type {import('./backend.js').Backend | undefined} */
  #copying;
  /** When each shard was last written to. */
  #wrote = [];
  #waiting = [];
  #news = [];

  /**
   * @param {import('./router.js').Router} router
   * @param {object} client has `statements`, hears `reply(bytes)`, `input.hold`, `lost()` and `failed(unit)`
   */
  constructor(router, credentials, client) {
    this.router = router;
    this.client = client;
    this.connections = new Connections(router, credentials, this);
  }

  /** What plugins are told of the session. */
  get situation() {
    return this.transaction.isOpen ? within : undefined;
  }

  /** @returns {import('./places.js').Place} for what the plugins decided @throws Refusal */
  place(decision, sql) {
    const { transaction } = this;
    transaction.answer();
    const place = this.router.places.of(decision, sql, transaction);
    if (!place.isRead) return place;
    const toPrimary = transaction.isOpen ? !transaction.isReadOnly : this.#wroteLately(place.shard);
    return toPrimary ? { shard: place.shard, isRead: false } : place;
  }

  #wroteLately(shard) {
    if (this.#wrote.length === 0) return false;
    const since = performance.now() - this.router.config.read_own_writes_ms;
    return shard === 'all' ? this.#wrote.some((at) => at > since) : this.#wrote[shard] > since;
  }

  /** The connections for a place, when they can be sent to at once, which is usual; else a promise. @throws Refusal */
  reach(place) {
    const target = this.#targetOf(place);
    return target && this.#canSend(target, place) ? target : this.#reachLater(place);
  }

  #targetOf({ shard, isRead }) {
    const { backend } = this.transaction;
    if (backend) return shard === undefined || shard === backend.server.shard ? backend.alone : undefined;
    return this.connections.known(shard ?? this.router.places.home, isRead);
  }

  #canSend(target, place) {
    if (this.#inFlight > 0 && target !== this.#current) return false;
    if (this.transaction.begun && place !== preparing) return false;
    for (const { settings } of target) if (settings !== this.settings.version) return false;
    return true;
  }

  async #reachLater(place) {
    const { transaction, connections, settings } = this;
    // What is under way may end a transaction, so it comes first.
    if (this.#targetOf(place) !== this.#current) await this.idle();
    const { backend } = transaction;
    let target = this.#targetOf(place);
    if (backend && !target) {
      const where = place.shard === 'all' ? 'goes to every shard' : `belongs to shard ${place.shard}`;
      throw new Refusal(
        '0A000',
        `this transaction runs on shard ${backend.server.shard}, and the statement ${where}`,
      );
    }
    target ??= await connections.open(place.shard ?? this.router.places.home, place.isRead);
    for (const one of target) if (one.settings !== settings.version) await settings.apply(one);
    if (transaction.begun && place !== preparing) await transaction.start(target[0]);
    const gone = target.find(({ isOpen }) => !isOpen);
    if (gone) throw gone.error;
    return target;
  }

  /** Whether a unit that goes to `target` may go on with what belongs to `place`. */
  isAt(target, place) {
    // What was prepared before the transaction began on a server is not within it.
    if (this.transaction.begun && place !== preparing) return false;
    if (place.shard === undefined || target === this.#targetOf(place)) return true;
    const [{ server }] = target;
    return target.length === 1 && server.shard === place.shard && server.role === 'primary';
  }

  /** Opens a unit. @returns the target */
  begin(target, place) {
    this.#inFlight++;
    this.#current = target;
    const merge = target.length > 1 ? new Merge(target) : undefined;
    for (const backend of target) {
      const unit = backend.begin();
      unit.merge = merge;
      unit.writes = !place.isRead && place !== preparing;
      if (this.transaction.begun) unit.readyAs = () => this.#readyAs(unit);
      if (this.isFull) backend.wait('client', true);
    }
    return target;
  }

  /** The client is in a transaction that the server doesn't know of yet. */
  #readyAs(unit) {
    if (unit.error) this.transaction.fail();
    return ready(this.transaction.status);
  }

  /** Sends what was put. */
  flush() {
    for (const backend of this.#current) backend.flush();
  }

  /**
   * Rows of COPY: to where the COPY is.
   * @param {boolean} [isRest] of a message whose beginning was passed: it goes the same way even when the COPY has ended,
   *   or the server would take what comes next for it
   */
  pass(chunk, at, next, isRest = false) {
    if (!isRest) {
      const [backend] = this.#current;
      const unit = backend?.units.at(-1);
      if (unit) unit.copies = true;
      if (unit && chunk[at] !== front.copyData) unit.copied = true;
      this.#copying = unit && backend; // none after an error: ignored, as by PostgreSQL
    }
    this.#copying?.put(chunk, at, next);
  }

  /**
   * The Sync after the rows of a COPY whose first Sync came before them. The server ignored that one if it was taking
   * rows; if the COPY had failed, it answered it, and the next is one by itself.
   * @returns {Promise<boolean> | undefined} whether it was passed on, where there may be such a COPY
   */
  passSync(chunk, at, next) {
    const [backend] = this.#current;
    const unit = backend?.units.at(-1);
    if (!unit || unit.isSimple || !(unit.copies || unit.takesRows)) return undefined;
    this.flush();
    return unit.whenHeard().then(() => {
      if (!unit.takesRows || backend.units.at(-1) !== unit) return false;
      unit.takesRows = unit.copies = false;
      backend.put(chunk, at, next);
      return true;
    });
  }

  /** Resolves when every answer is complete; but for the unit that the client is still sending, with `open` 1. */
  idle(open = 0) {
    if (this.isIdle(open)) return Promise.resolve();
    return new Promise((done) => this.#waiting.push({ done, open }));
  }

  isIdle(open = 0) {
    return this.#inFlight <= open;
  }

  /** Whether every server reads the client's text as UTF-8. @param {boolean} began whether they did at the login */
  isUtf8(began) {
    const all = [...this.connections];
    // The others are told before they are used.
    const known = all.filter((backend) => !this.settings.changesEncodingOf(backend));
    if (known.length === 0) return began && all.length === 0;
    return known.every(({ isUtf8 = began }) => isUtf8);
  }

  /** Calls when every answer is complete: at once when it is so. */
  whenIdle(call) {
    if (this.#inFlight > 0) return this.idle().then(call);
    call();
    return undefined;
  }

  /** A statement was closed at one server; the others hear of it when they are used next. */
  closedAt(backend, name) {
    for (const other of this.connections) {
      if (other !== backend && other.statements.has(name)) other.stale.push(name);
    }
  }

  /** The client reads slowly, and so slows the servers down; or it reads on. */
  fill(isFull) {
    this.isFull = isFull;
    for (const backend of this.connections) backend.wait('client', isFull);
  }

  // What backends say.

  data(bytes) {
    this.client.reply(bytes);
  }

  full(backend) {
    const { input } = this.client;
    input.hold(backend, true);
    const go = () => input.hold(backend, false);
    backend.socket.once('drain', go).once('close', go);
  }

  /** A server's own message, between two answers. */
  news(bytes) {
    if (this.#inFlight === 0) this.client.reply(bytes);
    else if (this.#news.length < 100) this.#news.push(bytes);
  }

  done(backend, unit) {
    if (unit.error) this.client.failed(unit);
    if (unit.merge && !unit.merge.isDone) return;
    const { transaction } = this;
    if (unit.writes)
      for (const { server } of unit.merge?.backends ?? backend.alone)
        this.#wrote[server.shard] = performance.now();
    if (!unit.merge && !unit.readyAs) transaction.heard(backend);
    if (unit.setting && !unit.error) {
      this.settings.keep(unit.setting);
      if (forgetsStatements(unit.setting.sql)) this.client.statements.clear();
      backend.settings = this.settings.version;
    }
    this.#finish();
  }

  #finish() {
    this.#inFlight--;
    if (this.#inFlight === 0) for (const bytes of this.#news.splice(0)) this.client.reply(bytes);
    if (this.#waiting.length === 0) return;
    const may = this.#waiting.filter(({ open }) => this.isIdle(open));
    this.#waiting = this.#waiting.filter(({ open }) => !this.isIdle(open));
    for (const { done } of may) done();
  }

  closed(backend, units, error) {
    this.connections.remove(backend);
    if (this.transaction.backend === backend) {
      this.transaction.backend = undefined;
      if (units.length === 0) this.broken = error;
    }
    // The client has the beginning of a message whose end nobody knows.
    if (backend.isWithin) return this.client.abort();
    for (const unit of units) this.#lose(backend, unit, error);
    return undefined;
  }

  #lose(backend, unit, error) {
    const { merge } = unit;
    const isOpen = backend.open === unit;
    if (merge ? merge.lost(backend) : !unit.error) this.client.reply(error.response());
    this.client.failed(unit);
    if (isOpen) {
      this.client.lost();
      for (const other of merge?.backends ?? []) if (other !== backend && other.isOpen) other.leave();
    }
    if (merge && !merge.isDone) return;
    if (!isOpen && !unit.isLeft) this.client.reply(ready('I'));
    this.#finish();
  }

  close() {
    this.connections.close();
    for (const { done } of this.#waiting.splice(0)) done();
  }
}
