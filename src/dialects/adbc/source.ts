/** A driver as a data source: `{ sql, parameters }` per query, answered with frames. */
import type { Database, DatabaseOptions, Parameters } from '../../capabilities/querying/database.js';
import type {
  CallContext,
  DataSource,
  DataSourceSettings,
  Health,
  QueryAnswer,
  QueryAnswers,
  QueryRequest,
  SourceQuery,
} from '../../capabilities/querying/source.js';
import type { ConfigTable } from '../../config/value.js';
import { answered, unwell } from './answer.js';
import type { OpenDatabase } from './database/database.js';
import type { StartedDriver } from './driver.js';
import { wrongParameter } from './failure.js';
import type { OptionValue } from './find/values.js';

interface Opened {
  settings: DataSourceSettings;
  database: Promise<OpenDatabase>;
}

export class DriverSource implements DataSource {
  readonly carrier = 'native';
  readonly cancels = true;
  readonly #driver: StartedDriver;
  /** By the data source's uid: opened with the settings that it had. */
  readonly #opened = new Map<string, Opened>();

  constructor(driver: StartedDriver) {
    this.#driver = driver;
  }

  async query({ queries }: QueryRequest, context: CallContext): Promise<QueryAnswers> {
    const database = await this.#database(context.dataSource);
    const answers = new Map<string, QueryAnswer>();
    // A result that waits to be read keeps its connection. Several of them could wait for each other's.
    const isAlone = queries.length === 1;
    for (const query of queries) answers.set(query.refId, await answer(database, query, context, isAlone));
    return answers;
  }

  async checkHealth({ dataSource }: CallContext): Promise<Health> {
    try {
      const details = await (await this.#database(dataSource)).info();
      const { vendor_name, vendor_version } = details;
      const said = [vendor_name, vendor_version].filter((one) => typeof one === 'string').join(' ');
      return { status: 'ok', message: said || 'connected', details };
    } catch (error) {
      return unwell(error);
    }
  }

  async open(name: string, options: DatabaseOptions): Promise<Database> {
    return this.#driver.open(name, options);
  }

  /** Settings that changed mean another database: the earlier one goes on with what it has. */
  #database(settings: DataSourceSettings): Promise<OpenDatabase> {
    const known = this.#opened.get(settings.uid);
    if (known?.settings === settings) return known.database;
    const database = this.#driver.openWith(settings.name, settings.options as ConfigTable, named(settings));
    const opened = { settings, database };
    this.#opened.set(settings.uid, opened);
    // What failed to open is tried again by the next query.
    database.catch(() => {
      if (this.#opened.get(settings.uid) === opened) this.#opened.delete(settings.uid);
    });
    known?.database.then((old) => old.close()).catch(() => {});
    return database;
  }
}

/** What every kind of data source has, in ADBC's words. */
function named({ url, user, secrets }: DataSourceSettings): Record<string, OptionValue> {
  return { ...(url !== '' && { uri: url }), ...(user !== '' && { username: user }), ...secrets };
}

function answer(
  database: OpenDatabase,
  { refId, json }: SourceQuery,
  { signal }: CallContext,
  isStreamed: boolean,
): Promise<QueryAnswer> {
  const { sql, parameters } = json;
  return answered(refId, isStreamed, async () => {
    if (typeof sql !== 'string') throw wrongParameter(database.name, 'the query has no text `sql`');
    return database.query(sql, (parameters ?? undefined) as Parameters | undefined, { signal });
  });
}
