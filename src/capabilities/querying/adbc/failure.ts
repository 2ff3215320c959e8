/** What went wrong in a driver, as an error of ours that keeps what the driver said. */

import { type ErrorCode, MortiseError } from '../../../errors.js';
import { clean } from '../../../messages/clean.js';
import { type AdbcFailure, isAdbcFailure } from '../../../native/adbc.js';
import { DatabaseError } from '../database-error.js';

/** ADBC's status codes by number. */
const statuses = [
  'ok',
  'unknown',
  'not implemented',
  'not found',
  'already exists',
  'invalid argument',
  'invalid state',
  'invalid data',
  'integrity',
  'internal',
  'I/O',
  'cancelled',
  'timeout',
  'unauthenticated',
  'unauthorized',
];
const notImplemented = 2;
const maxMessage = 4096;

/**
 * An error for whatever a call of the addon threw; what isn't a driver's failure comes back as it is.
 * @param subject the driver or the database
 */
export function errorOf(error: unknown, subject: string): unknown {
  if (!isAdbcFailure(error)) return error;
  if (error.kind === 'closed' || error.kind === 'cancelled') return closed(subject, error);
  if (error.kind === 'input') return wrongParameter(subject, error.message, error);
  const name = statuses[error.status] ?? 'of no meaning';
  const { code, remedy } = codeOf(error);
  const message = clean(error.message || `the driver says nothing but status ${error.status}`).slice(
    0,
    maxMessage,
  );
  const { status, sqlstate, vendorCode, details } = error;
  return new DatabaseError(
    {
      code,
      message,
      subject,
      where: error.call || undefined,
      expected: 'status 0',
      found: `status ${status}, ${name}${sqlstate ? `; SQLSTATE ${clean(sqlstate)}` : ''}`,
      remedy,
    },
    {
      status,
      sqlstate: sqlstate || undefined,
      vendorCode,
      details: new Map(details.map(({ key, value }) => [key, textOf(value)])),
    },
    { cause: error },
  );
}

function codeOf({ kind, status }: AdbcFailure): { code: ErrorCode; remedy?: string } {
  if (kind === 'contract')
    return { code: 'MORTISE_ERR_ADBC_CONTRACT', remedy: 'Report it to those who make the driver.' };
  if (status === notImplemented) {
    return {
      code: 'MORTISE_ERR_ADBC_UNSUPPORTED',
      remedy: 'See the driver’s documentation for what it can do.',
    };
  }
  return { code: 'MORTISE_ERR_ADBC_FAILED' };
}

/** Details are text in most drivers, and Protobuf in some. */
function textOf(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

/** Whether the connection it came from can't be trusted any more: it is closed, and another takes its place. */
export function endsConnection(error: unknown): boolean {
  if (!isAdbcFailure(error)) return false;
  const { kind, status, sqlstate } = error;
  const isLost = /^(08|57P0)/.test(sqlstate);
  return kind === 'contract' || isLost || (kind === 'driver' && status === 10 && sqlstate === '');
}

export function closed(subject: string, cause?: unknown): MortiseError {
  return new MortiseError(
    {
      code: 'MORTISE_ERR_ADBC_CLOSED',
      message: 'it was closed',
      subject,
      expected: 'an open database, transaction or prepared statement',
      found: 'a closed one',
      remedy: 'Open it again, or close it later.',
    },
    { cause },
  );
}

export function wrongParameter(
  subject: string,
  message: string,
  cause?: unknown,
  expected = 'a list of values, columns of one length, or a frame',
): MortiseError {
  return new MortiseError(
    {
      code: 'MORTISE_ERR_ADBC_PARAMETER',
      message: clean(message),
      subject,
      expected,
      remedy: 'See docs/adbc.md for what a parameter may be.',
    },
    { cause },
  );
}
