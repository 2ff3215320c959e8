/** How much thread-local storage glibc keeps for libraries that are opened later. */
import { readFileSync } from 'node:fs';

/** glibc, elf/dl-tls.c: what it keeps for its own and for other namespaces, and what a tunable can change. */
const fixed = 1152;
const optional = 512;
let known: number | undefined;

/**
 * In bytes. All libraries that are opened share them; what others have taken can't be asked for, so a
 * library that is near the limit may still be refused.
 */
export function staticTlsSurplus(): number {
  known ??= fixed + (tunable() ?? optional);
  return known;
}

/** The loader reads GLIBC_TUNABLES when the process begins; what it is set to later has no effect. */
function tunable(): number | undefined {
  let environment: string;
  try {
    environment = readFileSync('/proc/self/environ', 'latin1');
  } catch {
    return undefined;
  }
  const value = /(?:^|\0)GLIBC_TUNABLES=(?:[^\0]*:)?glibc\.rtld\.optional_static_tls=(0x[0-9a-f]+|\d+)/i.exec(
    environment,
  )?.[1];
  return value === undefined ? undefined : Number(value);
}
