/** When something that ended is started again. */

export interface RestartPolicy {
  /** How long after its first end, in milliseconds. */
  firstMs: number;
  /** By how much longer after each further one. */
  factor: number;
  /** But never longer. */
  maxMs: number;
  /** By which part of it a pause may be shorter or longer, so that many don't start at once: 0.2 is a fifth. */
  jitter: number;
  /** After so many ends… */
  maxEnds: number;
  /** …within this time it isn't started again. Who ran so long begins anew. */
  withinMs: number;
}

const usual: RestartPolicy = {
  firstMs: 200,
  factor: 2,
  maxMs: 30_000,
  jitter: 0.2,
  maxEnds: 8,
  withinMs: 120_000,
};

export function restartPolicy(given: Partial<RestartPolicy> = {}): RestartPolicy {
  return {
    ...usual,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/** The pause after the `ends`-th end in a row, from 1, in milliseconds. */
export function pause(
  { firstMs, factor, maxMs, jitter }: RestartPolicy,
  ends: number,
  random: () => number = Math.random,
): number {
  const full = Math.min(maxMs, firstMs * factor ** (ends - 1));
  return Math.round(full * (1 + jitter * (2 * random() - 1)));
}
