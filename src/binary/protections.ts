/** What the readers of the three formats say of a binary's protections. */
import type { Image } from './image.js';

/** One protection. `unknown`: the file doesn't tell whether it was asked for. */
export interface Protection {
  /** Stable: `relro`, `aslr`, `signature`… */
  id: string;
  verdict: 'good' | 'weak' | 'unknown';
  value: string;
}

/** What runs while the library is loaded and unloaded. */
export interface Startup {
  /** Functions in the tables that the loader calls. Compilers add one or two of their own. */
  constructors: number;
  destructors: number;
  /** A single function beside the tables: DT_INIT, or the entry point of a PE file (DllMain). */
  init: boolean;
}

export interface Hardening {
  protections: Protection[];
  startup: Startup;
}

export function protection(id: string, isGood: boolean, good: string, weak: string): Protection {
  return isGood ? { id, verdict: 'good', value: good } : { id, verdict: 'weak', value: weak };
}

export function writableCode(places: readonly string[]): Protection {
  return protection('writable-code', places.length === 0, 'none', places.join(', '));
}

/** Functions that the compiler replaces by checking ones when it is asked to. */
const checkable =
  /^(v?s?n?printf|v?fprintf|v?dprintf|(mem|str)n?(cpy|cat)|mempcpy|memmove|memset|stpn?cpy|gets|fgets|read|pread|recv|realpath|wcs\w+)$/;

/** -fstack-protector and -D_FORTIFY_SOURCE, as far as imports show them. */
export function checksOf({ imports }: Image): Protection[] {
  const guarded = imports.some((name) => name.startsWith('__stack_chk_'));
  const checked = imports.filter((name) => /^__\w+_chk$/.test(name));
  const plain = imports.filter((name) => checkable.test(name));
  return [
    guarded
      ? { id: 'stack-protector', verdict: 'good', value: 'used' }
      : { id: 'stack-protector', verdict: 'unknown', value: 'not used: off, or no function needs it' },
    checked.length > 0
      ? { id: 'fortify', verdict: 'good', value: `${checked.length} functions checked` }
      : plain.length === 0
        ? { id: 'fortify', verdict: 'good', value: 'nothing to check' }
        : { id: 'fortify', verdict: 'unknown', value: `no checks for ${plain.slice(0, 5).join(', ')}` },
  ];
}
