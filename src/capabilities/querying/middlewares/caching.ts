/** Answers that were given before, for as long as they may be. */
import { partsOf } from '../frame/arrow-frame.js';
import type { Frame } from '../frame/frame.js';
import type { Middleware, SourceCall } from '../middleware.js';
import type { Answered, QueryAnswer, QueryAnswers } from '../source.js';

export interface CachingOptions {
  /** How long an answer may be given again, in milliseconds. */
  ms: number;
  /** Of all frames that are kept; the oldest go first. Default 64 MiB. */
  maxBytes?: number;
}

interface Kept {
  answers: Map<string, Answered & { frames: readonly Frame[] }>;
  bytes: number;
  until: number;
}

/**
 * Keeps answers of queries without an error, by plugin, data source, user, headers, queries and range. What comes in
 * parts is kept once all of it was read.
 */
export function caching({ ms, maxBytes = 2 ** 26 }: CachingOptions): Middleware {
  const kept = new Map<string, Kept>();
  let bytes = 0;
  const forget = (key: string) => {
    bytes -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  const keep = (key: string, answers: Kept['answers']) => {
    let size = key.length;
    for (const { frames } of answers.values()) for (const frame of frames) size += sizeOf(frame);
    if (size > maxBytes) return;
    forget(key);
    kept.set(key, { answers, bytes: size, until: performance.now() + ms });
    bytes += size;
    for (const oldest of kept.keys()) {
      if (bytes <= maxBytes) break;
      forget(oldest);
    }
  };
  return async (call, next) => {
    if (call.method !== 'query' || ms <= 0) return next(call);
    const key = keyOf(call as SourceCall<'query'>);
    const known = kept.get(key);
    if (known && performance.now() < known.until) return known.answers as never;
    if (known) forget(key);
    const answers = (await next(call)) as QueryAnswers;
    return remembered(answers, maxBytes, (whole) => keep(key, whole)) as never;
  };
}

const keyOf = ({ plugin, request, context }: SourceCall<'query'>) => {
  const { dataSource, orgId, user, headers } = context;
  const { uid, updated } = dataSource;
  return JSON.stringify([plugin, uid, updated, orgId, user, headers, request], (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
};

/** In memory; the views of a block that many frames share count each. */
function sizeOf(frame: Frame): number {
  return partsOf(frame).parts.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}

/** The same answers; calls `done` once all frames of all of them came, in whatever order they are read. */
function remembered(
  answers: QueryAnswers,
  maxBytes: number,
  done: (whole: Kept['answers']) => void,
): QueryAnswers {
  const whole: Kept['answers'] = new Map();
  let isWorthIt = [...answers.values()].every((answer) => !('error' in answer));
  if (!isWorthIt) return answers;
  const came = (answer: Answered, frames: readonly Frame[]) => {
    whole.set(answer.refId, { ...answer, frames });
    if (isWorthIt && whole.size === answers.size) done(whole);
  };
  const copies = [...answers].map(([refId, answer]): [string, QueryAnswer] => {
    if ('error' in answer) return [refId, answer];
    if (Array.isArray(answer.frames)) {
      came(answer, answer.frames as Frame[]);
      return [refId, answer];
    }
    const { frames } = answer;
    const tee = async function* () {
      const all: Frame[] = [];
      let size = 0;
      for await (const frame of frames) {
        if (isWorthIt) {
          all.push(frame);
          size += sizeOf(frame);
          if (size > maxBytes) {
            isWorthIt = false;
            all.length = 0;
          }
        }
        yield frame;
      }
      came(answer, all);
    };
    return [refId, { ...answer, frames: tee() }];
  });
  return new Map(copies);
}
