/** A result, or why there is none, as the answer to a query. */

import { MortiseError } from '../../../errors.js';
import { DatabaseError } from '../database-error.js';
import type { Health, QueryAnswer } from '../source.js';
import type { OpenResult } from './result.js';

/** @param isStreamed its frames are read as they are asked for; else the whole result is */
export async function answered(
  refId: string,
  isStreamed: boolean,
  ask: () => Promise<OpenResult>,
): Promise<QueryAnswer> {
  try {
    const result = await ask();
    return { refId, frames: isStreamed ? result.named(refId) : [await result.frame(refId)] };
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    const isOurs = !(error instanceof DatabaseError);
    return { refId, error, status: statusOf(error), source: isOurs ? 'plugin' : 'downstream' };
  }
}

/** What keeps a database from being asked, as its health. @throws what isn't a failure of it */
export function unwell(error: unknown): Health {
  if (!(error instanceof MortiseError)) throw error;
  return { status: 'error', message: error.problems[0]?.message ?? error.message };
}

/** ADBC's statuses as HTTP has them. */
const statuses: Readonly<Record<number, number>> = {
  2: 501,
  3: 404,
  4: 409,
  5: 400,
  7: 400,
  8: 409,
  12: 504,
  13: 401,
  14: 403,
};

function statusOf(error: MortiseError): number {
  if (error instanceof DatabaseError) return statuses[error.status] ?? 502;
  if (error.code === 'MORTISE_ERR_ADBC_PARAMETER') return 400;
  return error.code === 'MORTISE_ERR_ADBC_BUSY' ? 503 : 500;
}
