/** Headers of HTTP on their way to and from a plugin. */
import type { Headers } from '../../capabilities/querying/source.js';
import type { StringList } from './wire/resource_pb.js';

/** What is between two neighbours only, as HTTP has it, and what neither side may set for the other. */
const dropped = new Set([
  ...['connection', 'proxy-connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['user-agent', 'set-cookie'],
]);

/** Names in lower case; without what isn't passed on, and what `Connection` names. */
export function passedOn(headers: Headers): Record<string, string[]> {
  const entries = Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values] as const);
  const named = entries
    .filter(([name]) => name === 'connection')
    .flatMap(([, values]) => values.flatMap((value) => value.split(',')))
    .map((name) => name.trim().toLowerCase());
  const stays = new Set([...dropped, ...named]);
  const passed: Record<string, string[]> = {};
  for (const [name, values] of entries) {
    if (!stays.has(name)) passed[name] = [...(passed[name] ?? []), ...values];
  }
  return passed;
}

/** As Go looks them up: `Content-Type`. */
const canonical = (name: string) =>
  name.replace(/(^|-)([a-z])/g, (_, dash: string, first: string) => dash + first.toUpperCase());

/** Of a resource's request. */
export function requestHeaders(headers: Headers): Record<string, { values: string[] }> {
  return Object.fromEntries(
    Object.entries(passedOn(headers)).map(([name, values]) => [canonical(name), { values }]),
  );
}

/** Of a resource's answer. Without a type, it is JSON, unless there is nothing. */
export function answerHeaders(given: Readonly<Record<string, StringList>>, status: number): Headers {
  const headers = passedOn(
    Object.fromEntries(Object.entries(given).map(([name, { values }]) => [name, values])),
  );
  if (status !== 204 && !headers['content-type']?.some((value) => value !== '')) {
    headers['content-type'] = ['application/json'];
  }
  return headers;
}

/** Those that plugins look for by themselves; the others of HTTP have a mark before their name. */
const bare = new Map(
  ['Authorization', 'X-Id-Token', 'Cookie', 'FromAlert'].map((name) => [name.toLowerCase(), name]),
);

/** Of the other calls, where each header has one value. */
export function callHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(passedOn(headers)).map(([name, values]) => [
      bare.get(name) ?? `http_${canonical(name)}`,
      values.join(', '),
    ]),
  );
}
