/** What a check says, and how it is made. */
import type { ErrorCode, Problem, Warning } from '../../errors.js';

/** One check's verdict, as plain data; rendering is the CLI's. */
export interface CheckResult {
  /** Stable, lower-case: `format`, `abi`, `dependency`… */
  id: string;
  status: 'ok' | 'warn' | 'fail' | 'skip';
  /** One line: "plugin 1.3, host 1.2". */
  message: string;
  code?: ErrorCode;
  remedy?: string;
  /** The whole problem behind a warn or a fail. */
  problem?: Problem;
}

export function ok(id: string, message: string): CheckResult {
  return { id, status: 'ok', message };
}

export function skipped(id: string, message: string): CheckResult {
  return { id, status: 'skip', message };
}

export function failed(id: string, problem: Problem): CheckResult {
  return withProblem(id, 'fail', problem);
}

export function warned(id: string, problem: Warning): CheckResult {
  return withProblem(id, 'warn', problem);
}

function withProblem(id: string, status: 'warn' | 'fail', problem: Problem): CheckResult {
  const { code, message, remedy } = problem;
  return { id, status, code, message, remedy, problem };
}
