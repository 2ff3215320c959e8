/** Promises where C waits for an answer. */

/** Whether it's a promise; then its failure, for which nobody waits, doesn't end the process. */
export function leftAlone(found: unknown): boolean {
  const isPromise = typeof (found as { then?: unknown } | null | undefined)?.then === 'function';
  if (isPromise) Promise.resolve(found).catch(() => {});
  return isPromise;
}
