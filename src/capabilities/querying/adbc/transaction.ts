/** Statements that belong together, on a connection of their own. */

import { type AdbcFailure, adbcAddon, isAdbcFailure, type NativeConnection } from '../../../native/adbc.js';
import type { Transaction, TransactionOptions } from '../database.js';
import type { Connections, Only, Pinned } from './connections.js';
import { closed, errorOf } from './failure.js';
import { Session } from './session.js';

const autocommit = 'adbc.connection.autocommit';
const isolation = 'adbc.connection.transaction.isolation_level';
const readOnly = 'adbc.connection.readonly';
const notImplemented = 2;

export class OpenTransaction extends Session implements Transaction {
  readonly #pinned: Pinned & { connections: Only };
  readonly #connection: NativeConnection;
  /** Options of the connection that it set, and what they were before. */
  readonly #restored: [name: string, value: string][] = [];
  #isOver = false;

  private constructor(pinned: Pinned & { connections: Only }, connection: NativeConnection) {
    super(pinned.connections);
    this.#pinned = pinned;
    this.#connection = connection;
  }

  /** @throws AbortError, MortiseError */
  static async begin(connections: Connections, options: TransactionOptions): Promise<OpenTransaction> {
    const pinned = (await connections.pin(options.signal)) as Pinned & { connections: Only };
    const connection = await pinned.connections.take(options.signal);
    const transaction = new OpenTransaction(pinned, connection);
    pinned.connections.give(connection);
    try {
      await adbcAddon().adbcSetOption(connection, autocommit, 'false');
      await transaction.#set(options);
      return transaction;
    } catch (error) {
      await transaction.rollback();
      throw errorOf(error, connections.subject);
    }
  }

  /** A driver that has no such option is told in SQL, as its standard has it. */
  async #set({ isolation: level, readOnly: isReadOnly }: TransactionOptions): Promise<void> {
    if (level !== undefined) {
      const value = `adbc.connection.transaction.isolation.${level.replaceAll(' ', '_')}`;
      await this.#option(isolation, value, 'adbc.connection.transaction.isolation.default').catch((error) =>
        this.#inSql(`SET TRANSACTION ISOLATION LEVEL ${level.toUpperCase()}`, error),
      );
    }
    if (isReadOnly) {
      await this.#option(readOnly, 'true', 'false').catch((error) =>
        this.#inSql('SET TRANSACTION READ ONLY', error),
      );
    }
  }

  async #option(name: string, value: string, before: string): Promise<void> {
    await adbcAddon().adbcSetOption(this.#connection, name, value);
    this.#restored.push([name, before]);
  }

  async #inSql(sql: string, error: AdbcFailure | unknown): Promise<void> {
    if (!isAdbcFailure(error) || error.status !== notImplemented) throw error;
    await this.run(sql);
  }

  async commit(): Promise<void> {
    if (this.#isOver) throw closed(this.connections.subject);
    await this.#pinned.connections.assertIdle();
    if (this.#isOver) throw closed(this.connections.subject);
    this.#isOver = true;
    try {
      await adbcAddon().adbcCommit(this.#connection);
    } catch (error) {
      await this.#end(true);
      throw errorOf(error, this.connections.subject);
    }
    await this.#end(false);
  }

  async rollback(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#end(true);
  }

  /** A connection that can't be brought back to its state of before is not used again. */
  async #end(isRolledBack: boolean): Promise<void> {
    let isBroken = false;
    try {
      await this.#pinned.connections.close();
      if (isRolledBack) await adbcAddon().adbcRollback(this.#connection);
      for (const [name, value] of this.#restored) {
        await adbcAddon().adbcSetOption(this.#connection, name, value);
      }
      await adbcAddon().adbcSetOption(this.#connection, autocommit, 'true');
    } catch {
      isBroken = true;
    }
    this.#pinned.release(isBroken);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rollback();
  }
}
