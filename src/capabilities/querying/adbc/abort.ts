/** The end of waiting, when the caller no longer wants it. */

/** Like that of Node.js's own functions. */
export class AbortError extends Error {
  readonly code = 'ABORT_ERR';

  constructor(signal: AbortSignal) {
    super('The operation was aborted', { cause: signal.reason });
  }

  override get name(): string {
    return 'AbortError';
  }
}

/**
 * What comes first: the promise's end, or the signal's.
 * @param aborted is called once, when the signal was faster
 * @throws AbortError
 */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  aborted: () => void,
): Promise<T> {
  if (!signal) return promise;
  let listener = () => {};
  const abort = new Promise<never>((_, reject) => {
    listener = () => {
      aborted();
      reject(new AbortError(signal));
    };
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await Promise.race([promise, abort]);
  } finally {
    signal.removeEventListener('abort', listener);
    abort.catch(() => {});
    promise.catch(() => {});
  }
}
