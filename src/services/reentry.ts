/**
 * Whether JavaScript may run before a call of C returns. If so, C gets a copy of bytes: JavaScript could transfer or
 * shrink them meanwhile, and C would go on with memory that isn't theirs any more.
 */
import { copied, isShared, lengthOf } from '../native/views.js';

/** Of this thread. */
const ways = { served: 0, callbacks: 0 };

/** Functions in TypeScript can be called by plugins from now on, or no longer. */
export function served(change: 1 | -1): void {
  ways.served += change;
}

/** A call begins or ends that was given callbacks, which any other call could call as well. */
export function callbacks(change: 1 | -1): void {
  ways.callbacks += change;
}

/** What C gets in place of bytes: themselves where nothing can happen to them before it returns. */
export function lent<Bytes extends ArrayBufferView>(
  bytes: Bytes,
  copy: (bytes: Bytes) => ArrayBufferView = copied as never,
): ArrayBufferView {
  return ways.served === 0 && ways.callbacks === 0 ? bytes : lentLong(bytes, copy);
}

/** The same for a call that JavaScript runs in, or waits for. */
export function lentLong<Bytes extends ArrayBufferView>(
  bytes: Bytes,
  copy: (bytes: Bytes) => ArrayBufferView = copied as never,
): ArrayBufferView {
  return lengthOf(bytes) === 0 || isShared(bytes) ? bytes : copy(bytes);
}
