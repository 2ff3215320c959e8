/** A statement that is prepared once. Outside of a transaction it keeps a connection until it is closed. */

import {
  type AdbcExecution,
  type AdbcOptions,
  type ArrowSchema,
  adbcAddon,
  type NativeStatement,
} from '../../../native/adbc.js';
import type { Parameters, Prepared, QueryOptions } from '../database.js';
import { fieldsOf } from '../frame/arrow-frame.js';
import type { FrameField, Row } from '../frame/frame.js';
import type { ArrowTable } from '../frame/library.js';
import { affected, executionOf, rowsOf, tableOf, whole } from './ask.js';
import type { Connections, Pinned } from './connections.js';
import { execute, Use } from './execute.js';
import { closed, wrongParameter } from './failure.js';
import { OpenResult } from './result.js';

export class PreparedStatement implements Prepared {
  readonly #pinned: Pinned;
  readonly #statement: NativeStatement;
  readonly #schema: ArrowSchema | null;
  #closing: Promise<void> | undefined;

  private constructor(pinned: Pinned, statement: NativeStatement, schema: ArrowSchema | null) {
    this.#pinned = pinned;
    this.#statement = statement;
    this.#schema = schema;
  }

  static async open(
    connections: Connections,
    sql: string,
    options: AdbcOptions | undefined,
    signal: AbortSignal | undefined,
  ): Promise<PreparedStatement> {
    const pinned = await connections.pin(signal);
    try {
      const connection = await pinned.connections.take(signal);
      const statement = adbcAddon().adbcStatement(connection);
      const use = new Use(pinned.connections, connection, statement);
      const ask = { kind: 'sql', sql } as const;
      const schema = await use.wait(adbcAddon().adbcPrepare(statement, ask, options), signal);
      use.over();
      return new PreparedStatement(pinned, statement, schema);
    } catch (error) {
      pinned.release();
      throw error;
    }
  }

  get parameters(): readonly FrameField[] | undefined {
    return this.#schema ? fieldsOf(this.#schema) : undefined;
  }

  async query(parameters?: Parameters, options: QueryOptions = {}): Promise<OpenResult> {
    return this.#ask(parameters, options, {});
  }

  async table(parameters?: Parameters, options: QueryOptions = {}): Promise<ArrowTable> {
    return tableOf(await this.#ask(parameters, options, whole));
  }

  async rows(parameters?: Parameters, options: QueryOptions = {}): Promise<Row[]> {
    return rowsOf(await this.#ask(parameters, options, {}));
  }

  async run(parameters?: Parameters, options: QueryOptions = {}): Promise<number | undefined> {
    return affected(await this.#ask(parameters, options, { rows: false }));
  }

  async #ask(
    parameters: Parameters | undefined,
    options: QueryOptions,
    more: Partial<AdbcExecution>,
  ): Promise<OpenResult> {
    const { connections } = this.#pinned;
    if (this.#closing) throw closed(connections.subject);
    const execution = { ...more, ...executionOf(parameters, options, connections.subject) };
    this.#checkCount(execution.parameters, connections.subject);
    const { signal } = options;
    const { use, result } = await execute(
      connections,
      { ask: { kind: 'again' }, ...execution },
      { signal, prepared: this.#statement },
    );
    return new OpenResult(use, result, signal);
  }

  /** Drivers differ in what they make of too many or too few. */
  #checkCount(parameters: AdbcExecution['parameters'], subject: string): void {
    if (!this.#schema) return;
    const expected = this.#schema.fields.length;
    const found = !parameters
      ? 0
      : 'columns' in parameters
        ? parameters.columns.length
        : parameters.schema.fields.length;
    if (found === expected) return;
    throw wrongParameter(
      subject,
      `the statement has ${expected} parameter${expected === 1 ? '' : 's'}, and ${found} ${found === 1 ? 'is' : 'are'} given`,
    );
  }

  close(): Promise<void> {
    this.#closing ??= adbcAddon()
      .adbcCloseStatement(this.#statement)
      .catch(() => {}) // it is gone either way
      .finally(() => this.#pinned.release());
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
