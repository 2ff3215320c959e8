/** Where structs and unions are held or passed by value, so that growth breaks something. */
import type { AbiSnapshot, AbiType } from '../snapshot.js';

/** One place where a struct or union lies in something else, or is handed over, by value. */
interface Use {
  place: string;
  /** The type around it, when the place is a member. */
  owner?: string;
}

/** The struct or union that a value of that layout holds: of "struct a[4]" it is "a"; of a pointer, none. */
export function heldType(layout: string): string | undefined {
  const [, name = ''] =
    /^(?:(?:const|volatile|_Atomic) )*(?:struct|union) (.+?)(?:\[\d*\])*$/.exec(layout) ?? [];
  // What stands between < and > are a template's arguments, which may be anything.
  let plain = name;
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/<[^<>]*>/g, '');
  }
  return /^[\w.:]+$/.test(plain) ? name : undefined;
}

/** By type, everywhere that its size or its insides matter. Variables are a plugin's own and don't count. */
export function valueUses(snapshot: AbiSnapshot): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  for (const [owner, type] of Object.entries(snapshot.types)) {
    if (type.kind === 'opaque') continue;
    for (const member of type.members) visit(member.type, `${owner}.${member.name}`, owner);
  }
  for (const [name, { type }] of Object.entries(snapshot.typedefs))
    if (typeof type !== 'string') visit(type, name);
  for (const [name, { type }] of Object.entries(snapshot.functions)) visit(type, name);
  return uses;

  function visit(type: AbiType, place: string, owner?: string): void {
    if (typeof type !== 'string') {
      visit(type.result, `${place} (result)`);
      type.parameters.forEach((parameter, index) => {
        visit(parameter, `${place} (parameter ${index + 1})`);
      });
      return;
    }
    const held = heldType(snapshot.layouts[type] ?? type);
    if (held === undefined) return;
    const list = uses.get(held) ?? [];
    list.push({ place, owner });
    uses.set(held, list);
  }
}

/** The places of a type, then those of the types around it, and so on; each once. */
export function everyUse(uses: Map<string, Use[]>, type: string): { places: string[]; owners: string[] } {
  const owners = new Set([type]);
  const places: string[] = [];
  for (const current of owners) {
    for (const { place, owner } of uses.get(current) ?? []) {
      places.push(place);
      if (owner !== undefined) owners.add(owner);
    }
  }
  owners.delete(type);
  return { places, owners: [...owners] };
}
