/**
 * Which call a callback is for. C gets a number with it and hands that back, so that a function pointer that a plugin
 * kept is told from the callback of a later call that has the same pointer.
 */
import type { Problem } from '../../errors.js';

/** A function of a plugin that is given callbacks. */
export interface Receiver {
  /** "shop.price_rule" */
  readonly service: string;
  readonly name: string;
  readonly lease: { readonly plugin: string };
  report(plugin: string, problem: Problem): void;
}

/** All of this thread; a number's upper half names one. */
const receivers: { receiver: Receiver; expired: number }[] = [];
const numbers = new WeakMap<Receiver, number>();
const half = 2 ** 32;
let last = 0;

/** A number that no other call of the last four thousand million has. */
export function callNumber(receiver: Receiver): number {
  let known = numbers.get(receiver);
  if (known === undefined) {
    known = receivers.push({ receiver, expired: 0 });
    numbers.set(receiver, known);
  }
  last = (last + 1) % half;
  return known * half + last;
}

/**
 * Tells that a callback was called with the number of a call that has ended, or with none.
 * @param latest who got its pointer the last time
 */
export function expired(number: number | bigint, latest: Receiver): void {
  const known = receivers[Math.floor(Number(number) / half) - 1];
  const { service, name, lease, report } = known?.receiver ?? latest;
  const calls = known ? ++known.expired : 1;
  // A loop must not fill the log.
  if (!Number.isInteger(Math.log2(calls))) return;
  report(lease.plugin, {
    code: 'MORTISE_ERR_CALLBACK_EXPIRED',
    message: known
      ? `called a callback of ${service}.${name} after that had returned (${calls} times so far)`
      : `a callback was called without its data; ${service}.${name} was the last to get its pointer`,
    subject: lease.plugin,
    where: `${service}.${name}`,
    expected: 'calls until the function that got the callback returns, with the `data` that came with it',
    found: known ? 'a call that is over; nothing was called' : `${number} as data; nothing was called`,
    remedy: 'Ask its author to keep what the callback answered, and not the callback.',
  });
}
