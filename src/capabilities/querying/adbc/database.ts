/** A database that a driver opened, with a pool of connections. */

import { MortiseError } from '../../../errors.js';
import { type AdbcOptions, adbcAddon, type NativeDatabase, type NativeDriver } from '../../../native/adbc.js';
import type { Database, TransactionOptions } from '../database.js';
import { errorOf } from './failure.js';
import { Pool, type PoolOptions } from './pool.js';
import { Session } from './session.js';
import { OpenTransaction } from './transaction.js';

/** How long what was cancelled may take to end. */
const cancelMs = 5_000;

export interface OpenOptions extends PoolOptions {
  options: AdbcOptions;
  closeMs: number;
}

export class OpenDatabase extends Session implements Database {
  readonly name: string;
  readonly #native: NativeDatabase;
  readonly #pool: Pool;
  readonly #closeMs: number;
  #closing: Promise<void> | undefined;

  private constructor(name: string, native: NativeDatabase, pool: Pool, closeMs: number) {
    super(pool);
    this.name = name;
    this.#native = native;
    this.#pool = pool;
    this.#closeMs = closeMs;
  }

  /**
   * Opens it, and one connection, so that what is wrong with its options shows at once.
   * @throws MortiseError
   */
  static async open(driver: NativeDriver, name: string, given: OpenOptions): Promise<OpenDatabase> {
    const { options, closeMs, ...rest } = given;
    let native: NativeDatabase;
    try {
      native = await adbcAddon().adbcOpen(driver, options);
    } catch (error) {
      throw errorOf(error, name);
    }
    const pool = new Pool(name, native, rest);
    const database = new OpenDatabase(name, native, pool, closeMs);
    try {
      pool.give(await pool.take());
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async transaction(options: TransactionOptions = {}): Promise<OpenTransaction> {
    return OpenTransaction.begin(this.#pool, options);
  }

  /** Something runs on a connection, or a result is open. */
  get isUsed(): boolean {
    return this.#pool.isUsed;
  }

  /** What a connection answers for an option that is text. @throws MortiseError */
  async option(name: string): Promise<string> {
    const connection = await this.#pool.take();
    try {
      return String(await adbcAddon().adbcGetOption(connection, name, 'string'));
    } catch (error) {
      throw errorOf(error, this.name);
    } finally {
      this.#pool.give(connection);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#pool.refuse();
    await this.#pool.idle(this.#closeMs);
    if (!(await this.#pool.close(cancelMs))) throw stuck(this.name);
    try {
      await adbcAddon().adbcClose(this.#native);
    } catch (error) {
      throw errorOf(error, this.name);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function stuck(name: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_ADBC_BUSY',
    message: 'a statement did not end though it was cancelled; it is left to itself',
    subject: name,
    expected: 'a driver that can cancel what runs',
    found: `a statement that goes on after ${cancelMs} ms`,
    remedy: 'See docs/adbc.md for drivers that can’t cancel.',
  });
}
