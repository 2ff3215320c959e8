/** Which namespaces and classes the entries of the debug information lie in. */

import type { Entry } from '../dwarf/debug-info.js';
import { attributes, tags } from '../dwarf/numbers.js';
import { isAggregate } from './aggregates.js';

export interface Scopes {
  /** Everything outside functions and of namespaces with a name. */
  entries: Entry[];
  /** "shop::rule::" for what lies in them; empty for what lies in none, as always in C. */
  prefixOf(entry: Entry): string;
}

/** Walks the debug information once. */
export function scopesOf(root: Entry, isCpp: boolean): Scopes {
  const entries: Entry[] = [];
  const prefixes = new Map<Entry, string>();
  walk(root, '');
  return {
    entries,
    // What is defined outside the class that declares it belongs to that class.
    prefixOf: (entry) => prefixes.get(entry.reference(attributes.specification) ?? entry) ?? '',
  };

  function walk(scope: Entry, prefix: string): void {
    for (const entry of scope.children) {
      entries.push(entry);
      prefixes.set(entry, prefix);
      const name = entry.text(attributes.name);
      if (entry.tag === tags.namespace) {
        // One without a name is each source file's own.
        if (name !== undefined) walk(entry, `${prefix}${name}::`);
      } else if (isAggregate(entry)) {
        walk(entry, isCpp && name !== undefined ? `${prefix}${name}::` : prefix);
      }
    }
  }
}
