/** Middlewares that watch: metrics and log. Where numbers and lines go is the embedder's. */
import type { QueryError } from '../failure.js';
import type { Method, Middleware } from '../middleware.js';
import type { Carrier } from '../source.js';
import { measured } from './measured.js';

/** One call that is over. */
export interface CallRecord {
  readonly plugin: string;
  readonly carrier: Carrier;
  readonly method: Method;
  readonly dataSource: string;
  /** To its last frame. */
  readonly ms: number;
  /** As HTTP has it; 200 when all went well. */
  readonly status: number;
  readonly error: QueryError | undefined;
}

/**
 * Tells of each call when it is over: `metrics(({ plugin, method, status, ms }) => histogram.observe(…))`.
 * What `record` throws is its own.
 */
export function metrics(record: (call: CallRecord) => void): Middleware {
  return (call, next) => {
    const { plugin, carrier, method, context } = call;
    const dataSource = context.dataSource.uid;
    return measured(call, next, ({ ms, error }) =>
      record({ plugin, carrier, method, dataSource, ms, status: error?.status ?? 200, error }),
    );
  };
}

/** A line for each call: `log(console.error)`. Failures have their code. */
export function log(write: (line: string) => void): Middleware {
  return metrics(({ plugin, method, dataSource, ms, status, error }) => {
    const source = dataSource === plugin ? plugin : `${plugin} (${dataSource})`;
    const failure = error ? ` ${error.source} ${error.code}: ${error.message.split('\n')[0]}` : '';
    write(`${source} ${method} ${status} ${ms.toFixed(1)} ms${failure}`);
  });
}
