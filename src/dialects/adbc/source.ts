/** A driver as a data source: `{ sql, parameters }` per query, answered with frames. */

import { answered, unwell } from '../../capabilities/querying/adbc/answer.js';
import type { OpenDatabase } from '../../capabilities/querying/adbc/database.js';
import { wrongParameter } from '../../capabilities/querying/adbc/failure.js';
import type { OptionValue } from '../../capabilities/querying/adbc/values.js';
import type { Database, DatabaseOptions, Parameters } from '../../capabilities/querying/database.js';
import { Instances } from '../../capabilities/querying/instances.js';
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
import type { StartedDriver } from './driver.js';

export class DriverSource implements DataSource {
  readonly carrier = 'native';
  readonly cancels = true;
  readonly #driver: StartedDriver;
  readonly #databases: Instances<OpenDatabase>;

  constructor(driver: StartedDriver) {
    this.#driver = driver;
    this.#databases = new Instances(
      (settings) => driver.openWith(settings.name, settings.options as ConfigTable, named(settings)),
      // A result that is open is read on until the database's own limit.
      (database) => database.close(),
    );
  }

  async query({ queries }: QueryRequest, context: CallContext): Promise<QueryAnswers> {
    return this.#with(context, async (database) => {
      const answers = new Map<string, QueryAnswer>();
      // A result that waits to be read keeps its connection. Several of them could wait for each other's.
      const isAlone = queries.length === 1;
      for (const query of queries) answers.set(query.refId, await answer(database, query, context, isAlone));
      return answers;
    });
  }

  async checkHealth(context: CallContext): Promise<Health> {
    try {
      const details = await this.#with(context, (database) => database.info());
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

  async #with<T>({ dataSource }: CallContext, act: (database: OpenDatabase) => Promise<T>): Promise<T> {
    const { instance, release } = await this.#databases.use(dataSource);
    try {
      return await act(instance);
    } finally {
      release();
    }
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
    if (typeof sql !== 'string')
      throw wrongParameter(database.name, 'the query has no text `sql`', undefined, '{"sql": "SELECT …"}');
    return database.query(sql, (parameters ?? undefined) as Parameters | undefined, { signal });
  });
}
