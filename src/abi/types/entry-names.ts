/** What structs, unions and enums are called. */

import type { Entry } from '../dwarf/debug-info.js';
import { attributes, tags } from '../dwarf/numbers.js';
import { isAggregate } from './aggregates.js';
import type { Scopes } from './scopes.js';
import { bare } from './spelling.js';

/**
 * Names for structs, unions and enums: their tag, else the typedef that is their only name, else the place
 * where they stand ("mortise_value.as"). A nameless struct inside another gets none.
 */
export function nameAll({ entries, prefixOf }: Scopes): Map<Entry, string> {
  const names = new Map<Entry, string>();
  const isNamed = (entry: Entry) => isAggregate(entry) || entry.tag === tags.enumeration;
  for (const entry of entries.filter(isNamed)) {
    const name = entry.text(attributes.name);
    if (name !== undefined) names.set(entry, prefixOf(entry) + name);
  }
  for (const entry of entries) {
    const target = entry.tag === tags.typedef ? entry.type() : undefined;
    if (target && isNamed(target) && !names.has(target))
      names.set(target, prefixOf(entry) + (entry.text(attributes.name) ?? ''));
  }
  for (const entry of entries) {
    const first = entry.tag === tags.enumeration ? entry.children[0]?.text(attributes.name) : undefined;
    if (first !== undefined && !names.has(entry)) names.set(entry, prefixOf(entry) + first);
  }
  const nameInside = (aggregate: Entry, owner: string): void => {
    for (const member of aggregate.children.filter(({ tag }) => tag === tags.member)) {
      const name = member.text(attributes.name);
      let type = bare(member.type());
      while (type && (type.tag === tags.array || type.tag === tags.pointer)) type = bare(type.type());
      if (!isAggregate(type) || names.has(type)) continue;
      if (name !== undefined) names.set(type, `${owner}.${name}`);
      nameInside(type, name === undefined ? owner : `${owner}.${name}`);
    }
  };
  for (const [entry, name] of [...names]) if (isAggregate(entry)) nameInside(entry, name);
  return names;
}
