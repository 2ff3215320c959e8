/** Headers that end at the next hop, and those that are the host's own affair: as proxies drop them. */
import type { Headers } from './source.js';

const hop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'set-cookie',
]);

/** As they are given: one value or several. */
export type GivenHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Lower-case names; without those that end here, and those that `connection` names. */
export function endToEnd(given: GivenHeaders): Headers {
  const all = Object.entries(given).flatMap(([name, value]): [string, string[]][] =>
    value === undefined ? [] : [[name.toLowerCase(), typeof value === 'string' ? [value] : [...value]]],
  );
  const named = all
    .filter(([name]) => name === 'connection')
    .flatMap(([, values]) => values.flatMap((value) => value.split(',')))
    .map((name) => name.trim().toLowerCase());
  const merged = new Map<string, string[]>();
  for (const [name, values] of all)
    if (!hop.has(name) && !named.includes(name)) merged.set(name, [...(merged.get(name) ?? []), ...values]);
  return Object.fromEntries(merged);
}
