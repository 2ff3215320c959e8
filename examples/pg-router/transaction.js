/**
 * A session's transaction. It begins without a server: the first statement that plugins are asked about says which
 * one it runs on, and there it stays.
 */
import { Refusal } from './refusal.js';

/** Statements kept until the server is known. */
const most = 100;

export class Transaction {
  /** The server's connection that it runs on. @type {import('./backend.js').Backend | undefined} */
  backend;
  /** What the server is to be told first; undefined when none has begun, or a server knows already. */
  begun;
  /** It failed before there was a server. */
  #failed = false;

  get isOpen() {
    return this.backend !== undefined || this.begun !== undefined;
  }

  /** For ReadyForQuery, where no server says it. */
  get status() {
    if (!this.begun) return 'I';
    return this.#failed ? 'E' : 'T';
  }

  /** Reads may go to a replica. */
  get isReadOnly() {
    return this.begun?.some((sql) => /\bread\s+only\b/i.test(sql)) ?? false;
  }

  /**
   * @param {string | undefined} kind as of `kindOf`
   * @returns {string | undefined} the tag, when no server is needed to answer @throws Refusal
   */
  answer(kind, sql) {
    // The servers refuse it there, too. Here before the router forgets what they have prepared.
    if (kind === 'set' && this.isOpen && /^\s*discard\s+all\b/i.test(sql))
      throw new Refusal('25001', 'DISCARD ALL cannot run inside a transaction block');
    if (this.backend) return undefined;
    if (!this.begun) return kind === 'begin' ? this.#begin(sql) : undefined;
    if (kind === 'end') return this.#end(sql);
    if (this.#failed) {
      throw new Refusal(
        '25P02',
        'current transaction is aborted, commands ignored until end of transaction block',
      );
    }
    if (kind === 'begin') return 'BEGIN';
    if (kind !== 'inside' && kind !== 'set') return undefined;
    if (this.begun.length >= most)
      throw new Refusal('54000', `more than ${most} statements before any that is routed`);
    this.begun.push(sql);
    return /\w+/.exec(sql)[0].toUpperCase();
  }

  #begin(sql) {
    this.begun = [sql];
    return /^\s*start/i.test(sql) ? 'START TRANSACTION' : 'BEGIN';
  }

  #end(sql) {
    const rolls = this.#failed || /^\s*(rollback|abort)/i.test(sql);
    this.begun = /\band\s+chain\b/i.test(sql) ? [this.begun[0]] : undefined;
    this.#failed = false;
    return rolls ? 'ROLLBACK' : 'COMMIT';
  }

  /** Begins on the server. @throws Refusal with the server's error: the transaction has failed */
  async start(backend) {
    try {
      for (const sql of this.begun) await backend.run(sql);
    } catch (error) {
      if (backend.isOpen) await backend.run('ROLLBACK').catch(() => {});
      throw error;
    }
    this.begun = undefined;
    this.backend = backend;
  }

  /** A statement was refused before there was a server. */
  fail() {
    this.#failed = this.begun !== undefined;
  }

  /** A server said how it stands. */
  heard(backend) {
    this.backend = backend.status === 'I' ? undefined : backend;
  }
}
