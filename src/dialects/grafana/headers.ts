/** Headers of HTTP on their way to and from a plugin. */
import { endToEnd } from '../../capabilities/querying/headers.js';
import type { Headers } from '../../capabilities/querying/source.js';
import type { StringList } from './wire/resource_pb.js';

/** As Go looks them up: `Content-Type`. */
const canonical = (name: string) =>
  name.replace(/(^|-)([a-z])/g, (_, dash: string, first: string) => dash + first.toUpperCase());

/** Of a resource's request. */
export function requestHeaders(headers: Headers): Record<string, { values: string[] }> {
  return Object.fromEntries(
    Object.entries(endToEnd(headers)).map(([name, values]) => [canonical(name), { values: [...values] }]),
  );
}

/** Of a resource's answer. Without a type, it is JSON, unless there is nothing. */
export function answerHeaders(given: Readonly<Record<string, StringList>>, status: number): Headers {
  const headers = endToEnd(
    Object.fromEntries(Object.entries(given).map(([name, { values }]) => [name, values])),
  );
  const isTyped = status === 204 || headers['content-type']?.some((value) => value !== '');
  return isTyped ? headers : { ...headers, 'content-type': ['application/json'] };
}

/** Those that plugins look for by themselves; the others of HTTP have a mark before their name. */
const bare = new Map(
  ['Authorization', 'X-Id-Token', 'Cookie', 'FromAlert'].map((name) => [name.toLowerCase(), name]),
);

/** Of the other calls, where each header has one value. */
export function callHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(endToEnd(headers)).map(([name, values]) => [
      bare.get(name) ?? `http_${canonical(name)}`,
      values.join(', '),
    ]),
  );
}
