/**
 * A session's connection to one server. What arrives is passed on in the chunks in which it came: only borders of
 * messages are looked at, and what the client didn't ask for is cut out.
 */
import { back, errorFields, int32, query, saysUtf8, sync, terminate } from './messages.js';
import { Prepared } from './prepared.js';
import { lost, Refusal, ServerError } from './refusal.js';
import { Unit } from './unit.js';

/** Messages that may be long and are passed on in parts; what else comes is looked at whole. */
const streamed = [back.dataRow, back.copyData, back.rowDescription, back.notice];
/** The longest message that is looked at whole. */
const longest = 64 << 20;

export class Backend {
  /** Units that were sent and not yet answered, in order. @type {Unit[]} */
  units = [];
  /** The unit that the client is still sending. @type {Unit | undefined} */
  open;
  /** Of the last unit: I idle, T in a transaction, E in a failed one. */
  status = 'I';
  statements = new Prepared();
  /** Names that the client closed while it talked to another server. @type {string[]} */
  stale = [];
  /** Which settings of the session it has. */
  settings = 0;
  isOpen = true;
  /** How it reads the client's text, once it said that this changed. @type {boolean | undefined} */
  isUtf8;
  /** As a list, which is what a session sends to. */
  alone = [this];
  #left = 0;
  #keepsLeft = true;
  #rest;
  #outChunk;
  #outFrom = 0;
  #outTo = 0;
  #outParts = [];
  #waits = new Set();

  /**
   * @param {import('./shards.js').Server} server
   * @param {import('./login.js').Opened} opened
   * @param {object} owner hears `data(bytes)` for the client, `done(backend, unit)`, `news(bytes)`, `full(backend)`
   *   and `closed(backend)`
   */
  constructor(server, { socket, key, rest }, owner) {
    this.server = server;
    this.socket = socket;
    this.key = key;
    this.owner = owner;
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('close', () => this.#onClose());
    if (rest.length > 0) this.#onData(rest);
    socket.resume();
  }

  /** Opens a unit: what the server answers with one ReadyForQuery. */
  begin(unit = new Unit()) {
    this.units.push(unit);
    this.open = unit;
    return unit;
  }

  /** Sends a part of a chunk, with the next `flush`. Neighbours stay together. */
  put(chunk, from = 0, to = chunk.length) {
    if (chunk === this.#outChunk && from === this.#outTo) {
      this.#outTo = to;
      return;
    }
    if (this.#outChunk) this.#outParts.push(this.#outChunk.subarray(this.#outFrom, this.#outTo));
    this.#outChunk = chunk;
    this.#outFrom = from;
    this.#outTo = to;
  }

  flush() {
    if (!this.#outChunk) return;
    let bytes = this.#outChunk.subarray(this.#outFrom, this.#outTo);
    if (this.#outParts.length > 0) {
      bytes = Buffer.concat([...this.#outParts, bytes]);
      this.#outParts = [];
    }
    this.#outChunk = undefined;
    if (this.isOpen && !this.socket.write(bytes)) this.owner.full(this);
  }

  /** Sends a statement of the router's own. @throws Refusal with the server's error */
  run(sql) {
    this.statements.delete(''); // a simple query ends the unnamed one
    return new Promise((done, failed) => {
      const unit = new Unit();
      unit.own = (error) => (error ? failed(new ServerError(error)) : done());
      this.begin(unit);
      this.open = undefined;
      this.put(query(sql));
      this.flush();
    });
  }

  /** Ends the client's unit before the client does; its ReadyForQuery is nobody's. */
  leave() {
    const unit = this.open;
    this.open = undefined;
    unit.isLeft = true;
    this.put(sync);
    this.flush();
  }

  /** Holds back what arrives, for a reason; goes on when there is none. */
  wait(reason, waits) {
    if (waits) this.#waits.add(reason);
    else this.#waits.delete(reason);
    if (this.#waits.size > 0) this.socket.pause();
    else this.socket.resume();
  }

  end() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.socket.end(terminate);
    this.socket.resume(); // or its end is never read
  }

  #onData(chunk) {
    let bytes = chunk;
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, chunk]);
      this.#rest = undefined;
    }
    const end = bytes.length;
    let at = 0;
    let from = 0;
    let parts;
    let done;
    if (this.#left > 0) {
      at = Math.min(this.#left, end);
      this.#left -= at;
      if (!this.#keepsLeft) from = at;
    }
    while (end - at >= 5) {
      const type = bytes[at];
      const length = int32(bytes, at + 1);
      if (length < 4) return this.#fail(`a message of length ${length}`);
      const next = at + 1 + length;
      if (next > end && !(streamed.includes(type) && this.units.length > 0)) {
        if (length > longest) return this.#fail(`a message of ${length} bytes`);
        break;
      }
      const unit = this.units[0];
      const kept = unit ? this.#message(unit, type, bytes, at, next) : this.#unasked(type, bytes, at, next);
      if (kept !== true) {
        parts ??= [];
        if (at > from) parts.push(bytes.subarray(from, at));
        if (kept) parts.push(kept);
        from = next;
      }
      if (type === back.ready && unit) {
        done ??= [];
        done.push(unit);
      }
      if (next > end) {
        this.#left = next - end;
        this.#keepsLeft = kept === true;
        at = end;
        break;
      }
      at = next;
    }
    if (at < end) this.#rest = bytes.subarray(at);
    if (parts) {
      if (at > from) parts.push(bytes.subarray(from, at));
      if (parts.length > 0) this.owner.data(parts.length === 1 ? parts[0] : Buffer.concat(parts));
    } else if (at > from) {
      this.owner.data(at === end && from === 0 ? bytes : bytes.subarray(from, at));
    }
    // Only now: what the session does next may write to the client.
    if (done) for (const unit of done) this.#done(unit);
  }

  /** @returns {boolean | Buffer} whether the client gets it, or what it gets instead */
  #message(unit, type, bytes, at, next) {
    let kept = true;
    if (type === back.ready) {
      this.units.shift();
      this.status = String.fromCharCode(bytes[at + 5]);
      kept = !unit.isLeft && (unit.readyAs?.() ?? true);
    } else if (type === back.parseComplete || type === back.closeComplete) {
      kept = unit.acknowledged();
    } else if (type === back.copyIn) {
      unit.takesRows = true;
      unit.heard();
    } else if (type === back.parameterStatus) {
      this.isUtf8 = saysUtf8(bytes, at, next) ?? this.isUtf8;
    } else if (type === back.error) {
      unit.error ??= errorFields(bytes, at, next);
      unit.heard();
      kept = unit.refusalFor(unit.error) ?? true;
    }
    if (unit.own) return false;
    return unit.merge ? unit.merge.message(this, type, bytes, at, next, kept) : kept;
  }

  #done(unit) {
    unit.heard();
    if (unit.error) this.statements.undo(unit.unacknowledged());
    if (unit.own) unit.own(unit.error);
    else this.owner.done(this, unit);
  }

  /** What a server says by itself: notices, notifications, its end. */
  #unasked(type, bytes, at, next) {
    if (type === back.notice || type === back.notification)
      this.owner.news(Buffer.from(bytes.subarray(at, next)));
    else if (type !== back.parameterStatus && type !== back.error) this.#fail('an answer without a question');
    return false;
  }

  #fail(what) {
    this.failure = new Refusal('08P01', `${this.server.name} sent ${what}`);
    this.socket.destroy();
  }

  #onClose() {
    const wasOpen = this.isOpen;
    this.isOpen = false;
    const error = this.failure ?? lost(this.server);
    this.error = error;
    const units = this.units.splice(0);
    for (const unit of units) {
      unit.heard();
      unit.own?.({ C: error.sqlstate, M: error.message });
    }
    if (wasOpen)
      this.owner.closed(
        this,
        units.filter((unit) => !unit.own),
        error,
      );
  }

  /** Whether the client has a message of this server's only in part. */
  get isWithin() {
    return this.#left > 0 && this.#keepsLeft;
  }
}
