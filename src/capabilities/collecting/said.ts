/** What a callback in TypeScript threw, as one line. */
import { MortiseError, type Problem } from '../../errors.js';

/** Of a MortiseError its first problem, whose message has neither code nor remedy: they are told beside it. */
export function saidBy(error: unknown): { message: string; problem?: Problem } {
  const problem = error instanceof MortiseError ? error.problems[0] : undefined;
  const message = problem?.message ?? (error instanceof Error ? error.message : String(error));
  return { message: message.split('\n', 1)[0] as string, ...(problem && { problem }) };
}
