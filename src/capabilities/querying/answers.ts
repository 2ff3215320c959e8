/** Checks what a data source answered: one answer for each query, and no other. */
import type { Problem } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { failureOf, refusal } from './failure.js';
import type { QueryAnswer, QueryAnswers, QueryRequest } from './source.js';

/**
 * @param name the data source's
 * @param tell hears of answers that nobody asked for, which are dropped
 * @returns exactly one for each query; what is missing or is not an answer failed
 */
export function checkedAnswers(
  { queries }: QueryRequest,
  given: QueryAnswers,
  name: string,
  tell: (problem: Problem) => void,
): Map<string, QueryAnswer> {
  const isMap = given instanceof Map;
  const checked = new Map<string, QueryAnswer>();
  for (const { refId } of queries) {
    const answer = isMap ? given.get(refId) : undefined;
    const wrong = isMap ? wrongWith(answer) : `${shown(given)} instead of a map`;
    checked.set(refId, wrong === undefined ? (answer as QueryAnswer) : missing(refId, name, wrong));
  }
  if (isMap && given.size > 0)
    for (const refId of given.keys()) if (!checked.has(refId)) tell(unasked(refId, queries.length, name));
  return checked;
}

function wrongWith(answer: unknown): string | undefined {
  if (answer === undefined) return 'nothing';
  if (typeof answer !== 'object' || answer === null) return shown(answer);
  const { frames, error } = answer as { frames?: unknown; error?: unknown };
  if (error !== undefined) return undefined;
  const isList =
    typeof frames === 'object' &&
    frames !== null &&
    (Symbol.iterator in frames || Symbol.asyncIterator in frames);
  return isList ? undefined : `an answer with neither frames nor an error`;
}

function missing(refId: string, name: string, found: string): QueryAnswer {
  const error = refusal('MORTISE_ERR_QUERY_ANSWER', name, {
    message: `it did not answer the query ${refId}`,
    where: refId,
    expected: 'frames, or an error',
    found,
    remedy: 'Report it to the author of the data source.',
  });
  return { refId, error, status: 502, source: 'plugin' };
}

function unasked(refId: unknown, count: number, name: string): Problem {
  return {
    code: 'MORTISE_ERR_QUERY_ANSWER',
    message: `it answered the query ${shown(refId)}, which nobody asked; the answer was dropped`,
    subject: name,
    where: shown(refId),
    expected: `answers of the ${count} queries that were asked`,
    found: shown(refId),
    remedy: 'Report it to the author of the data source.',
  };
}

/** The same failure for all queries. */
export function allFailed(
  { queries }: QueryRequest,
  reason: unknown,
  name: string,
): Map<string, QueryAnswer> {
  const error = failureOf(reason, name);
  const { status, source } = error;
  return new Map(queries.map(({ refId }) => [refId, { refId, error, status, source }]));
}
