/** SQL for plugins that ask their server: the embedder answers, in TypeScript, on the main thread. */
import type { SqlService } from '../../capabilities/sql.js';
import type { NativeSqlAnswer } from '../../native/mariadb.js';

/** CR_UNKNOWN_ERROR: a plugin treats what it doesn't know as a failure. */
const unknownError = 2000;

/** Asks, and turns whatever happens into data: nothing may be thrown into a plugin. */
export function nativeAnswerOf(service: SqlService, sql: string): NativeSqlAnswer {
  try {
    const result: unknown = service.query(sql);
    if (result === undefined) return { affected: 0 };
    if (typeof result === 'number' && Number.isInteger(result) && result >= 0) return { affected: result };
    if (Array.isArray(result) && result.every((row) => Array.isArray(row))) return { rows: result };
    const isPromise = typeof (result as { then?: unknown } | null)?.then === 'function';
    // Nobody waits for it, and its failure would end the process.
    if (isPromise) Promise.resolve(result).catch(() => {});
    const found = isPromise ? 'a promise' : typeof result;
    return { errno: unknownError, message: `query() must return rows, a number or nothing, not ${found}` };
  } catch (error) {
    const { errno, message } = (error ?? {}) as { errno?: unknown; message?: unknown };
    const isCode = Number.isInteger(errno) && (errno as number) > 0 && (errno as number) < 65_536;
    return { errno: isCode ? (errno as number) : unknownError, message: String(message ?? error) };
  }
}
