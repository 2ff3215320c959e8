/** A check's verdict as plain data. */
import type { CheckResult } from '../../loader/record.js';

/** A check's verdict in a JSON document; what does not apply is absent. */
export function checkRecord({ id, status, code, message, remedy, problem }: CheckResult) {
  const { where, expected, found } = problem ?? {};
  return { id, status, code, message, where, expected, found, remedy };
}

/** The same as a type. */
export type CheckRecord = ReturnType<typeof checkRecord>;
