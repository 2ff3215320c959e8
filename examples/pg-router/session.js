/** A client that has logged in: its messages and what it prepared. */
import { Extended } from './extended.js';
import { Input } from './input.js';
import { front } from './messages.js';
import { unsettled } from './read.js';
import { Refusal, violation } from './refusal.js';
import { refuseSimple, simpleQuery } from './simple.js';
import { Traffic } from './traffic.js';

/** How many bytes of prepared statements are kept for a session. */
const mostPrepared = 64 << 20;

export class Session {
  /** Prepared by the client, by name. @type {Map<string, import('./statement.js').Statement>} */
  statements = new Map();
  #extended = new Extended(this);
  #prepared = 0;
  /** Whether the client wrote in UTF-8 when it logged in. */
  #beganInUtf8 = true;
  #isEnded = false;

  /**
   * @param {import('./router.js').Router} router
   * @param {import('node:net').Socket} socket paused
   * @param {{ startup: Buffer, user: string, password?: string }} credentials
   */
  constructor(router, socket, credentials) {
    this.router = router;
    this.socket = socket;
    this.input = new Input(socket, router.config.max_message_bytes, this);
    this.traffic = new Traffic(router, credentials, this);
    socket.on('drain', () => this.traffic.fill(false));
    socket.on('close', () => this.abort());
  }

  reply(bytes) {
    if (!this.socket.write(bytes) && !this.traffic.isFull) this.traffic.fill(true);
  }

  /** Whether the client writes in UTF-8, as every server sees it: which one reads the next text isn't known yet. */
  get isUtf8() {
    return this.traffic.isUtf8(this.#beganInUtf8);
  }

  /** Whether it is known how the client writes. @throws Refusal */
  get isSettled() {
    return this.#extended.isSettled;
  }

  /** @returns {Promise<void> | undefined} a promise when the next message must wait for it */
  message(type, chunk, at, next) {
    let waiting;
    try {
      waiting = this.#do(type, chunk, at, next);
    } catch (error) {
      waiting =
        error === unsettled
          ? this.#extended.settle().then(() => this.#do(type, chunk, at, next))
          : this.#refuse(error, type);
    }
    return waiting?.catch((error) => this.#refuse(error, type)).catch((error) => this.end(error));
  }

  #do(type, chunk, at, next) {
    const { traffic } = this;
    if (traffic.broken && !this.#extended.isOpen) {
      const error = traffic.broken;
      traffic.broken = undefined;
      throw error;
    }
    switch (type) {
      case front.query:
        if (this.#extended.isOpen) throw violation('a Query before the Sync of what stands before it');
        return simpleQuery(this, chunk, at, next);
      case front.parse:
      case front.bind:
      case front.describe:
      case front.execute:
      case front.close:
      case front.flush:
      case front.sync:
        return this.#extended.message(type, chunk, at, next);
      case front.copyData:
      case front.copyDone:
      case front.copyFail:
        traffic.pass(chunk, at, next);
        return undefined;
      case front.terminate:
        this.end();
        return undefined;
      case front.functionCall:
        if (this.#extended.isOpen) throw violation('a FunctionCall before the Sync of what stands before it');
        throw new Refusal('0A000', 'a function that is called by its number passes by the plugins', {
          hint: 'Call it in a SELECT.',
        });
      default:
        throw violation(`invalid frontend message type ${type}`);
    }
  }

  async #refuse(error, type) {
    if (this.#isEnded) return;
    const refusal = error instanceof Refusal ? error : new Refusal('XX000', `${error?.message ?? error}`);
    if (refusal !== error) this.router.report(error);
    if (refusal.more.fatal) this.end(refusal);
    else if (type === front.query || type === front.functionCall) await refuseSimple(this, refusal);
    else await this.#extended.refuse(refusal, type);
  }

  pass(chunk, at, next, isRest) {
    this.traffic.pass(chunk, at, next, isRest);
  }

  flush() {
    this.traffic.flush();
  }

  /** @throws Refusal when it is too much */
  remember(statement) {
    this.statements.set(statement.name, statement);
    this.#prepared += statement.bytes.length;
    if (this.#prepared <= mostPrepared) return;
    this.#prepared = [...this.statements.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (this.#prepared > mostPrepared) {
      this.forget(statement);
      throw new Refusal('53200', `a session may prepare ${mostPrepared} bytes of statements`);
    }
  }

  forget(statement) {
    if (this.statements.get(statement.name) === statement) this.statements.delete(statement.name);
  }

  // What the traffic says.

  /** Statements that a server never acknowledged are not prepared. */
  failed(unit) {
    for (const { statement } of unit.failedParses()) this.forget(statement);
  }

  /** A server went while a unit was still being sent to it. */
  lost() {
    this.#extended.lost();
  }

  /** @param {boolean | undefined} inUtf8 as the server says at the login */
  begins(inUtf8) {
    this.#beganInUtf8 = inUtf8 ?? this.#beganInUtf8;
  }

  /** Ends the session, with a last word. */
  end(refusal) {
    if (this.#isEnded) return;
    if (refusal) this.reply((refusal instanceof Refusal ? refusal : violation(refusal.message)).response());
    this.#close();
    this.socket.end();
    // A client that never reads to the end is not waited for.
    setTimeout(() => this.socket.destroy(), 1_000).unref();
  }

  /** Gives up a login; the socket is the caller's. */
  abandon() {
    this.#close();
  }

  /** Ends it where it stands. */
  abort() {
    this.#close();
    this.socket.destroy();
  }

  #close() {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.input.close();
    this.traffic.close();
    this.router.ended(this);
  }
}
