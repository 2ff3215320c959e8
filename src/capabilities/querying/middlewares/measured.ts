/** When a call is over, and how it went: with its last frame, not with its first. */
import { failureOf, type QueryError } from '../failure.js';
import type { Method, Methods, Next, SourceCall } from '../middleware.js';
import type { QueryAnswer, QueryAnswers } from '../source.js';

export interface Outcome {
  /** From the call to its last part, in milliseconds. */
  readonly ms: number;
  /** Undefined when all went well; of several queries, the first that failed. */
  readonly error: QueryError | undefined;
}

/** @param over called once */
export async function measured<M extends Method>(
  call: SourceCall<M>,
  next: Next,
  over: (outcome: Outcome) => void,
): Promise<Methods[M]['answer']> {
  const start = performance.now();
  let error: QueryError | undefined;
  let isOver = false;
  const end = (cause?: unknown) => {
    if (isOver) return;
    isOver = true;
    if (cause !== undefined) error ??= failureOf(cause, call.plugin);
    over({ ms: performance.now() - start, error });
  };
  try {
    const answer = await next(call);
    if (call.method === 'query') {
      const failed = (cause: unknown) => {
        error ??= failureOf(cause, call.plugin);
      };
      return watchedAnswers(answer as QueryAnswers, failed, end) as never;
    }
    if (typeof answer === 'object' && Symbol.asyncIterator in answer)
      return watched(answer as AsyncIterable<unknown>, end) as never;
    end();
    return answer;
  } catch (cause) {
    end(cause);
    throw cause;
  }
}

function watchedAnswers(
  answers: QueryAnswers,
  failed: (error: unknown) => void,
  end: (cause?: unknown) => void,
): QueryAnswers {
  let open = 0;
  const one = (cause?: unknown) => {
    if (cause !== undefined) failed(cause);
    if (--open === 0) end();
  };
  const copies = new Map<string, QueryAnswer>();
  for (const [refId, answer] of answers) {
    if ('error' in answer) failed(answer.error);
    const isWhole = 'error' in answer || Array.isArray(answer.frames);
    if (!isWhole) open++;
    copies.set(refId, isWhole ? answer : { ...answer, frames: watched(answer.frames, one) });
  }
  if (open === 0) end();
  return copies;
}

/** @param end called once: with what was thrown, or nothing when it was read or given up */
async function* watched<Part>(
  parts: AsyncIterable<Part> | Iterable<Part>,
  end: (cause?: unknown) => void,
): AsyncGenerator<Part> {
  let cause: unknown;
  try {
    yield* parts;
  } catch (error) {
    cause = error;
    throw error;
  } finally {
    end(cause);
  }
}
