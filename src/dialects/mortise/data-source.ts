/** A plugin that provides data.source 1.0, as a data source: include/mortise/data_source.h. */

import type { OpenDatabase } from '../../capabilities/querying/adbc/database.js';
import type {
  CallContext,
  DataSource,
  Health,
  QueryAnswer,
  QueryAnswers,
  QueryRequest,
} from '../../capabilities/querying/source.js';
import { MortiseError, type Problem } from '../../errors.js';
import { adbcAddon } from '../../native/adbc.js';
import { addon, type NativeHost, type NativePlugin } from '../../native/addon.js';

const service = { name: 'data.source', major: 1 };

/** Undefined when the plugin provides none. */
export function dataSourceOf(
  host: NativeHost,
  native: NativePlugin,
  plugin: string,
): PluginSource | undefined {
  const found = addon()
    .listServices(host)
    .find(
      ({ provider, name, major }) => provider === plugin && name === service.name && major === service.major,
    );
  return found && new PluginSource(plugin, native, found.table);
}

/** Its queries run on threads of the host, one each, as a driver's do. */
export class PluginSource implements DataSource {
  readonly carrier = 'native';
  readonly #name: string;
  readonly #native: NativePlugin;
  readonly #table: bigint;
  #database: Promise<OpenDatabase> | undefined;
  #opened: OpenDatabase | undefined;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  constructor(name: string, native: NativePlugin, table: bigint) {
    this.#name = name;
    this.#native = native;
    this.#table = table;
  }

  async query({ queries }: QueryRequest, { signal, dataSource }: CallContext): Promise<QueryAnswers> {
    const [database, { answered }] = await Promise.all([
      this.#open(),
      import('../../capabilities/querying/adbc/answer.js'),
    ]);
    const answers = new Map<string, QueryAnswer>();
    for (const query of queries) {
      const { range, ...rest } = query;
      const text = JSON.stringify({
        ...rest,
        range: { from: range.from.getTime(), to: range.to.getTime() },
        options: dataSource.options,
      });
      const ask = () => database.query(text, undefined, { signal });
      answers.set(query.refId, await answered(query.refId, queries.length === 1, ask));
    }
    return answers;
  }

  async checkHealth(): Promise<Health> {
    try {
      const message = await (await this.#open()).option('mortise.health');
      return { status: 'ok', message: message || 'it answers' };
    } catch (error) {
      return (await import('../../capabilities/querying/adbc/answer.js')).unwell(error);
    }
  }

  /** Begins to end what is open. @returns 0 once nothing is */
  settle(): number {
    this.#isClosed = true;
    if (!this.#database) return 0;
    this.#closing ??= this.#close(this.#database);
    return 1;
  }

  /** Something of it runs in the plugin, or a result is open. */
  get isUsed(): boolean {
    return this.#opened?.isUsed ?? false;
  }

  async #close(database: Promise<OpenDatabase>): Promise<void> {
    await database.then((opened) => opened.close()).catch(() => {}); // the plugin is left alone then
    this.#database = undefined;
  }

  async #open(): Promise<OpenDatabase> {
    if (this.#isClosed) throw stopped(this.#name);
    this.#database ??= this.#make();
    return this.#database;
  }

  async #make(): Promise<OpenDatabase> {
    const { OpenDatabase } = await import('../../capabilities/querying/adbc/database.js');
    const { driver, source } = adbcAddon().adbcSource(this.#native, this.#table);
    this.#opened = await OpenDatabase.open(driver, this.#name, {
      options: [['mortise.source', source]],
      connectionOptions: [],
      max: 4,
      waitMs: 30_000,
      closeMs: 5_000,
    });
    return this.#opened;
  }
}

function stopped(subject: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_FUNCTION',
    message: 'the plugin was stopped',
    subject,
    expected: 'a plugin that is ready',
    found: 'one that stops',
    remedy: 'Ask before the host closes.',
  });
}

/** Why a plugin can't be stopped: its code still runs. */
export function stillAsked(subject: string): Problem {
  return {
    code: 'MORTISE_ERR_TASK_STUCK',
    message: 'a query of its data.source still ran; its module_fini was not called',
    subject,
    where: 'data.source',
    expected: 'results that end',
    found: 'an open one',
    remedy: 'Read or close results before the host closes.',
  };
}
