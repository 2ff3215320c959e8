/** A plugin that provides data.source 1.x, as a data source: include/mortise/data_source.h. */

import type { OpenDatabase } from '../../capabilities/querying/adbc/database.js';
import { DatabaseError } from '../../capabilities/querying/database-error.js';
import { refusal } from '../../capabilities/querying/failure.js';
import type {
  CallContext,
  DataSource,
  Headers,
  Health,
  QueryAnswer,
  QueryAnswers,
  QueryRequest,
  ResourcePart,
  ResourceRequest,
} from '../../capabilities/querying/source.js';
import { MortiseError, type Problem } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { type ArrowSchema, adbcAddon } from '../../native/adbc.js';
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
  #calls = 0;

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
      const call = this.#nextCall();
      const text = JSON.stringify({
        ...rest,
        range: { from: range.from.getTime(), to: range.to.getTime() },
        options: dataSource.options,
        call,
      });
      const ask = () => database.query(text, undefined, { signal, options: optionsOf(call) });
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

  async *callResource(
    { body, ...request }: ResourceRequest,
    { signal, dataSource }: CallContext,
  ): AsyncGenerator<ResourcePart, undefined> {
    const database = await this.#open();
    const call = this.#nextCall();
    const text = JSON.stringify({ ...request, options: dataSource.options, call });
    const result = await database
      .plan(Buffer.concat([Buffer.from(`${text}\0`), body]), { signal, options: optionsOf(call) })
      .catch((error: unknown) => {
        throw error instanceof DatabaseError && error.status === notImplemented
          ? withoutResources(this.#name)
          : error;
      });
    try {
      yield startOf(result.schema, this.#name);
      for await (const frame of result)
        for (const piece of frame.column(frame.fields[0]?.name ?? '') ?? [])
          if (piece instanceof Uint8Array) yield { body: piece };
    } finally {
      await result.close();
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

  /** A number that JSON, and a plugin's integer, have alike. */
  #nextCall(): number {
    this.#calls = (this.#calls % Number.MAX_SAFE_INTEGER) + 1;
    return this.#calls;
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

const notImplemented = 2;
const optionsOf = (call: number) => ({ 'mortise.call': BigInt(call) });

/** Status and headers, as the schema's metadata says them. @throws QueryError */
function startOf({ fields, metadata }: ArrowSchema, name: string): ResourcePart {
  const said = new Map(metadata);
  const status = Number(said.get('status') ?? 200);
  const headers = headersIn(said.get('headers') ?? '{}');
  const [{ format } = { format: '' }] = fields;
  const isBytes = fields.length === 1 && /^v?z$/i.test(format);
  if (isBytes && headers && Number.isInteger(status) && status >= 100 && status <= 599)
    return { status, headers };
  throw refusal('MORTISE_ERR_QUERY_ANSWER', name, {
    message: 'its answer for a resource is not one',
    expected:
      'one column of bytes (z); in the schema’s metadata `status`, 100 to 599, and `headers`, an object of lists of texts',
    found: `${fields.length} columns (${shown(fields.map((field) => field.format).join(', '))}), status ${shown(said.get('status'))}, headers ${shown(said.get('headers'))}`,
    remedy: 'Report it to the author of the plugin.',
  });
}

function headersIn(json: string): Headers | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
    const isText = (one: unknown) => typeof one === 'string';
    const isFit = isTable && Object.values(value).every((all) => Array.isArray(all) && all.every(isText));
    return isFit ? (value as Headers) : undefined;
  } catch {
    return undefined;
  }
}

const withoutResources = (name: string) =>
  refusal('MORTISE_ERR_QUERY_UNIMPLEMENTED', name, {
    message: 'its data.source has no resources',
    expected: 'a data.source 1.1 with the function resource',
    found: 'none',
  });

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
