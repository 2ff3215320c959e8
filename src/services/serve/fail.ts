/** How a function that is written in TypeScript says that it can't do what was asked, without throwing. */

const brand = Symbol.for('mortise.Failed');

/** Answers a call with a failure. Made by {@link fail}. */
export interface Failed {
  readonly message: string;
  /** Only here to tell it from an answer. */
  readonly failed: true;
}

/**
 * An answer that is a failure: the caller in C sees −1 from a status, and else the declared `failure`, with zeros in
 * all outs. With `statusWithMessage` it also gets the message. Nothing is wrong then, so nothing is reported.
 * ```
 * implement(Stock, { left: ({ sku }) => pieces.get(sku) ?? fail(`there is no ${sku}`) });
 * ```
 */
export function fail(message = 'failed'): Failed {
  const failed = { message: String(message), failed: true } as const;
  Object.defineProperty(failed, brand, { value: true });
  return Object.freeze(failed);
}

/** True for what `fail` made, in whichever copy of the package. */
export const isFailed = (value: unknown): value is Failed =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
