/** Until when a call may take. */
import type { CallContext } from '../../capabilities/querying/source.js';

/** Of a call with one answer: the plugin is told when nobody waits any more. */
export function limits({ deadline, signal }: CallContext): { timeoutMs: number; signal: AbortSignal } {
  const timeoutMs =
    deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(1, deadline - performance.now());
  return { timeoutMs, signal };
}
