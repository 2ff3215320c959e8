/** Bytes that aren't the frame that they should be. */
import { type ErrorCode, MortiseError } from '../../../errors.js';

/** Thrown while a frame is read; {@link damaged} says whose it is. */
export class Damage extends Error {
  constructor(
    /** The part: `batch 2, column "time"`. */
    readonly where: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`${where}: expected ${expected}, found ${found}`);
  }
}

/** @param subject who gave it */
export function damaged(
  subject: string | undefined,
  { where, expected, found }: Damage,
  code: ErrorCode = 'MORTISE_ERR_QUERY_FRAME',
): MortiseError {
  return new MortiseError({
    code,
    message: `a frame can’t be used: ${where} must be ${expected}`,
    subject,
    where,
    expected,
    found,
    remedy: 'Nothing of the frame was used. Report it to the author of the data source.',
  });
}
