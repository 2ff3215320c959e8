/** A problem or an error as text. */
import { describe, isWarning, type MortiseError, type Problem } from '../../errors.js';
import { clean } from '../../messages/clean.js';
import type { Colours } from './colours.js';

/** A problem as a block of lines, its code in colour. */
export function renderProblem(problem: Problem, colours: Colours): string {
  const fields = Object.entries(problem).map(([key, value]) => [
    key,
    typeof value === 'string' ? clean(value) : value,
  ]);
  const paint = isWarning(problem) ? colours.yellow : colours.red;
  return `${describe(Object.fromEntries(fields)).replace(problem.code, paint(problem.code))}\n`;
}

/** All problems of an error. */
export function renderError(error: MortiseError, colours: Colours): string {
  return error.problems.map((problem) => renderProblem(problem, colours)).join('');
}
