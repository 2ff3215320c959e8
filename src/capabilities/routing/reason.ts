/** Why a query is blocked: what the plugin wrote, as mortise/route.h allows it. */
import type { Problem } from '../../errors.js';
import { clean } from '../../messages/clean.js';
import type { BlockReason } from './query.js';

/** insufficient_privilege */
const usual = '42501';
/** Classes 00, 01 and 02 say that a statement succeeded, and a client would believe it. */
const valid = /^(?!0[0-2])[0-9A-Z]{5}$/;

/** `problems`: what of it broke the rules, and was left out. */
export function readReason(
  { sqlstate, text }: { sqlstate: Buffer; text: Buffer },
  plugin: string,
): { reason?: BlockReason; problems: Problem[] } {
  const state = textIn(sqlstate)?.toString('latin1');
  const isValid = state !== undefined && (state === '' || valid.test(state));
  const message = decode(textIn(text));
  const problems: Problem[] = [];
  if (!isValid) problems.push(badState(plugin, state));
  if (message === undefined) problems.push(badText(plugin, text));
  const given = isValid ? state : '';
  if (!given && !message) return { problems };
  return { reason: { message: message ?? '', sqlstate: given || usual }, problems };
}

/** Up to its zero; undefined without one. */
function textIn(bytes: Buffer): Buffer | undefined {
  const end = bytes.indexOf(0);
  return end === -1 ? undefined : bytes.subarray(0, end);
}

/** Undefined when it isn't UTF-8. The last character may be cut where the text fills its place. */
function decode(text: Buffer | undefined): string | undefined {
  if (!text) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text, {
      stream: text.length === 255,
    });
  } catch {
    return undefined;
  }
}

function badState(plugin: string, found: string | undefined): Problem {
  return {
    code: 'MORTISE_ERR_ROUTE_REASON',
    message: 'blocked the query with an SQLSTATE that is not valid',
    subject: plugin,
    where: 'module_route, mortise_route.sqlstate',
    expected: 'five upper-case letters and digits of a class of errors, and a zero',
    found: found === undefined ? 'eight bytes without a zero' : clean(found),
    remedy: `Correct the plugin; until then the client gets ${usual}.`,
  };
}

function badText(plugin: string, text: Buffer): Problem {
  return {
    code: 'MORTISE_ERR_ROUTE_REASON',
    message: 'blocked the query with a reason that is not valid',
    subject: plugin,
    where: 'module_route, mortise_route.reason',
    expected: 'UTF-8 that ends in a zero',
    found: text.includes(0) ? 'bytes that are not UTF-8' : `${text.length} bytes without a zero`,
    remedy: 'Write it with mortise_block_because(), or end it with a zero after at most 255 bytes of UTF-8.',
  };
}
