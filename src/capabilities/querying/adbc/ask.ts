/** What a caller gives and gets, to and from what the addon takes and gives. */

import { MortiseError } from '../../../errors.js';
import { clean } from '../../../messages/clean.js';
import type { AdbcExecution, AdbcOptions } from '../../../native/adbc.js';
import type { OptionTable, Parameters, QueryOptions } from '../database.js';
import type { Row } from '../frame/frame.js';
import type { ArrowTable } from '../frame/library.js';
import { wrongParameter } from './failure.js';
import { parametersOf } from './parameters.js';
import type { OpenResult } from './result.js';
import { flatOptions } from './values.js';

const unlimited = 2 ** 31 - 1;
/** Whole results are read in larger steps. */
export const whole = { gatherBytes: 64 * 1024 * 1024, gatherBatches: unlimited } as const;

/** @throws MortiseError MORTISE_ERR_ADBC_PARAMETER */
export function statementOptions(given: OptionTable | undefined, subject: string): AdbcOptions | undefined {
  if (given === undefined) return undefined;
  const { options, bad } = flatOptions(given, {});
  const [first] = bad;
  if (first) throw wrongParameter(subject, first.message);
  return Object.entries(options);
}

/** @throws MortiseError MORTISE_ERR_ADBC_PARAMETER */
export function executionOf(
  parameters: Parameters | undefined,
  { batchBytes, options }: QueryOptions,
  subject: string,
): Omit<AdbcExecution, 'ask'> {
  if (batchBytes !== undefined && !(batchBytes >= 1 && batchBytes <= 2 ** 40)) {
    throw wrongParameter(subject, 'batchBytes must be a number of bytes, at least 1');
  }
  return {
    options: statementOptions(options, subject),
    parameters: parametersOf(parameters, subject),
    ...(batchBytes !== undefined && { gatherBytes: batchBytes, gatherBatches: unlimited }),
  };
}

/** A zero byte would end it in C. @throws MortiseError MORTISE_ERR_ADBC_PARAMETER */
export function textOf(value: string, subject: string): string {
  if (typeof value === 'string' && !value.includes('\0')) return value;
  throw wrongParameter(subject, 'SQL and names must be a text without a zero byte');
}

const begins =
  /^\s*(?:(?:--[^\n]*\n|\/\*.*?\*\/)\s*)*(?:START\s+TRANSACTION\b|BEGIN\s*(?:;|$|(?:TRANSACTION|WORK|DEFERRED|IMMEDIATE|EXCLUSIVE|ISOLATION|READ)\b))[^;]*;?\s*$/is;

/**
 * SQL for the pool's next connection, or for the one that is pinned. A script of more than two statements may end what
 * it begins.
 * @throws MortiseError MORTISE_ERR_ADBC_PARAMETER, MORTISE_ERR_ADBC_TRANSACTION
 */
export function sqlOf(value: string, subject: string): string {
  const sql = textOf(value, subject);
  // Longer ones are something else.
  if (sql.length > 1000 || !begins.test(sql)) return sql;
  throw new MortiseError({
    code: 'MORTISE_ERR_ADBC_TRANSACTION',
    message: 'a transaction that SQL begins has no connection of its own',
    subject,
    expected: 'a statement',
    found: clean(sql.trim().slice(0, 100)),
    remedy:
      'Call transaction() of the database: its statements share a connection, and it is rolled back unless committed.',
  });
}

export async function rowsOf(result: OpenResult): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const frame of result) for (const row of frame.rows()) rows.push(row);
  return rows;
}

export async function tableOf(result: OpenResult): Promise<ArrowTable> {
  return (await result.frame()).table();
}

export async function affected(result: OpenResult): Promise<number | undefined> {
  await result.close();
  return result.affected;
}
