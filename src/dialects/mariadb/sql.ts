/** SQL for plugins that ask their server: the embedder answers, in TypeScript, on the main thread. */

import { badArgument } from '../../capabilities/arguments.js';
import type { SqlOffer, SqlService } from '../../capabilities/sql.js';
import { mariadbAddon, type NativeSqlAnswer } from '../../native/mariadb.js';
import type { Started } from './started.js';

/** CR_UNKNOWN_ERROR: a plugin treats what it doesn't know as a failure. */
const unknownError = 2000;

export function sqlOf({ name, library, alive }: Started): SqlOffer {
  return {
    serve(service) {
      alive();
      if (typeof service?.query !== 'function') {
        throw badArgument(name, 'service', 'an object with a function query(sql)', typeof service);
      }
      mariadbAddon().mariadbServeSql(
        library,
        (sql) => answerNow(service, sql),
        async (sql, question) => mariadbAddon().mariadbSqlAnswer(question, await answerLater(service, sql)),
      );
    },
  };
}

/** Turns whatever happens into data: nothing may be thrown into a plugin. */
function answerNow(service: SqlService, sql: string): NativeSqlAnswer {
  try {
    const result: unknown = service.query(sql);
    if (typeof (result as { then?: unknown } | null)?.then !== 'function') return answerOf(result);
    Promise.resolve(result).catch(() => {}); // nobody waits for it, and its failure would end the process
    const message =
      'query() returned a promise, which a plugin waits for in validateAsync and not in validate';
    return { errno: unknownError, message };
  } catch (error) {
    return failureOf(error);
  }
}

async function answerLater(service: SqlService, sql: string): Promise<NativeSqlAnswer> {
  try {
    return answerOf(await service.query(sql));
  } catch (error) {
    return failureOf(error);
  }
}

function answerOf(result: unknown): NativeSqlAnswer {
  if (result === undefined) return { affected: 0 };
  if (typeof result === 'number' && Number.isInteger(result) && result >= 0) return { affected: result };
  if (Array.isArray(result) && result.every((row) => Array.isArray(row))) return { rows: result };
  const message = `query() must return rows, a number or nothing, not ${typeof result}`;
  return { errno: unknownError, message };
}

function failureOf(error: unknown): NativeSqlAnswer {
  const { errno, message } = (error ?? {}) as { errno?: unknown; message?: unknown };
  const isCode = Number.isInteger(errno) && (errno as number) > 0 && (errno as number) < 65_536;
  return { errno: isCode ? (errno as number) : unknownError, message: String(message ?? error) };
}
