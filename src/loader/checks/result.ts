/** Makes check results. */
import type { Problem } from '../../errors.js';
import type { CheckResult } from '../record.js';

export function ok(id: string, message: string): CheckResult {
  return { id, status: 'ok', message };
}

export function skipped(id: string, message: string): CheckResult {
  return { id, status: 'skip', message };
}

export function failed(id: string, problem: Problem): CheckResult {
  return withProblem(id, 'fail', problem);
}

export function warned(id: string, problem: Problem): CheckResult {
  return withProblem(id, 'warn', problem);
}

function withProblem(id: string, status: 'warn' | 'fail', problem: Problem): CheckResult {
  const { code, message, remedy } = problem;
  return { id, status, code, message, remedy, problem };
}
