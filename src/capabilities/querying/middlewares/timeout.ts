/** A deadline of its own for some calls, within the host's. */
import { Call } from '../call.js';
import type { Method, Middleware } from '../middleware.js';

export interface TimeoutOptions {
  /** How long an answer may take, in milliseconds. What comes in parts after it isn't counted. */
  ms: number;
  /** Default: all of them. */
  methods?: readonly Method[];
  /** Default: all of them. */
  plugins?: readonly string[];
}

/** Fails a call that has no answer in time with MORTISE_ERR_QUERY_TIMEOUT, and aborts it in the plugin. */
export function timeout({ ms, methods, plugins }: TimeoutOptions): Middleware {
  return async (call, next) => {
    if ((methods && !methods.includes(call.method)) || (plugins && !plugins.includes(call.plugin)))
      return next(call);
    const { context } = call;
    const own = new Call(call.plugin, { signal: context.signal, timeoutMs: ms }, context);
    try {
      return await own.race(next({ ...call, context: own }));
    } finally {
      own.came();
    }
  };
}
