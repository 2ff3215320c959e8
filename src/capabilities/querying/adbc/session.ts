/** What can be asked of a database and of a transaction: statements, rows to ingest, and what the driver knows. */

import { type AdbcExecution, adbcAddon } from '../../../native/adbc.js';
import type {
  Columns,
  Connection,
  IngestOptions,
  ObjectsOptions,
  Parameters,
  Prepared,
  QueryOptions,
  StatisticsOptions,
} from '../database.js';
import { fieldsOf } from '../frame/arrow-frame.js';
import type { Frame, FrameField, Row } from '../frame/frame.js';
import type { ArrowTable } from '../frame/library.js';
import { affected, executionOf, rowsOf, sqlOf, statementOptions, tableOf, textOf, whole } from './ask.js';
import type { Connections } from './connections.js';
import { execute } from './execute.js';
import { errorOf } from './failure.js';
import { ingest } from './ingest.js';
import { infoOf, objectsAsk } from './metadata.js';
import { PreparedStatement } from './prepared.js';
import { OpenResult } from './result.js';

export class Session implements Connection {
  /** Where its statements get their connection from. */
  protected readonly connections: Connections;

  constructor(connections: Connections) {
    this.connections = connections;
  }

  async query(sql: string, parameters?: Parameters, options: QueryOptions = {}): Promise<OpenResult> {
    const { subject } = this.connections;
    const execution = executionOf(parameters, options, subject);
    return this.#ask({ ask: { kind: 'sql', sql: sqlOf(sql, subject) }, ...execution }, options.signal);
  }

  /** Asks with bytes in place of SQL: a plan of Substrait's, for a driver that takes those. */
  async plan(plan: Uint8Array, options: QueryOptions = {}): Promise<OpenResult> {
    const execution = executionOf(undefined, options, this.connections.subject);
    return this.#ask({ ask: { kind: 'substrait', plan }, ...execution }, options.signal);
  }

  async table(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<ArrowTable> {
    return tableOf(await this.query(sql, parameters, { batchBytes: whole.gatherBytes, ...options }));
  }

  async rows(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<Row[]> {
    return rowsOf(await this.query(sql, parameters, options));
  }

  async run(sql: string, parameters?: Parameters, options: QueryOptions = {}): Promise<number | undefined> {
    const { subject } = this.connections;
    const execution = executionOf(parameters, options, subject);
    const ask = { kind: 'sql', sql: sqlOf(sql, subject) } as const;
    return affected(await this.#ask({ ask, ...execution, rows: false }, options.signal));
  }

  async prepare(sql: string, { signal, options }: QueryOptions = {}): Promise<Prepared> {
    const { subject } = this.connections;
    return PreparedStatement.open(
      this.connections,
      sqlOf(sql, subject),
      statementOptions(options, subject),
      signal,
    );
  }

  async ingest(
    table: string,
    data: Columns | Frame | Iterable<Frame> | AsyncIterable<Frame>,
    options: IngestOptions = {},
  ): Promise<number | undefined> {
    return ingest(this.connections, textOf(table, this.connections.subject), data, options);
  }

  async info(): Promise<Record<string, unknown>> {
    return infoOf(await this.#frame({ ask: { kind: 'info' } }));
  }

  async objects(options: ObjectsOptions = {}): Promise<Frame> {
    return this.#frame({ ask: objectsAsk(options) });
  }

  async statistics({ catalog, schema, table, approximate = true }: StatisticsOptions = {}): Promise<Frame> {
    return this.#frame({ ask: { kind: 'statistics', catalog, schema, table, approximate } });
  }

  async tableSchema(
    table: string,
    { catalog, schema }: { catalog?: string; schema?: string } = {},
  ): Promise<readonly FrameField[]> {
    const { subject } = this.connections;
    const connection = await this.connections.take();
    try {
      return fieldsOf(await adbcAddon().adbcTableSchema(connection, catalog, schema, textOf(table, subject)));
    } catch (error) {
      throw errorOf(error, subject);
    } finally {
      this.connections.give(connection);
    }
  }

  async #ask(execution: AdbcExecution, signal?: AbortSignal): Promise<OpenResult> {
    const { use, result } = await execute(this.connections, execution, { signal });
    return new OpenResult(use, result, signal);
  }

  /** All of a result that is small. */
  async #frame(execution: AdbcExecution): Promise<Frame> {
    return (await this.#ask({ ...execution, ...whole })).frame();
  }
}
