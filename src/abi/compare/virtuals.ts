/** Differences between the virtual functions and virtual bases of a class in two snapshots. */

import type { AbiAggregate, AbiSnapshot, AbiVirtual } from '../snapshot.js';
import type { Pair } from './members.js';
import type { Sides } from './types.js';

/**
 * Who was built with the older class calls by slot, and who derived from it has a table of its length: so a new function
 * at the end isn't there in an object of an older plugin, and nothing tells.
 */
export function compareVirtuals({ from, to, findings }: Sides, { name, before, after }: Pair): void {
  const report = (of: string | undefined, message: string) =>
    findings.add('major', of === undefined ? name : `${name}::${of}`, message, after.header);
  const old = tableOf(before, from);
  const now = tableOf(after, to);
  const [hadDestructor, hasDestructor] = [old.delete(destructor), now.delete(destructor)];
  const isVirtual = { old: hadDestructor || old.size > 0, now: hasDestructor || now.size > 0 };
  if (!isVirtual.old && isVirtual.now) {
    report(undefined, 'has virtual functions now, and a pointer to them in each object');
  } else if (isVirtual.old && !isVirtual.now) {
    report(undefined, 'has no virtual functions any more');
  } else {
    const slotOf = new Map([...now].map(([slot, each]) => [each.name, slot]));
    const had = new Set([...old.values()].map((each) => each.name));
    for (const [slot, each] of old) {
      const place = slotOf.get(each.name);
      if (place === undefined) report(each.name, `is not virtual any more (it had slot ${slot})`);
      else if (place !== slot)
        report(each.name, `moved from slot ${slot} of the virtual functions to ${place}`);
    }
    if (hadDestructor !== hasDestructor)
      report(
        undefined,
        hasDestructor ? 'has a virtual destructor now' : 'has no virtual destructor any more',
      );
    for (const [slot, each] of now) {
      if (had.has(each.name)) continue;
      const message = `is a new virtual function in slot ${slot}, which classes that older plugins derive don't have`;
      report(each.name, message);
    }
  }
  const [oldBases, bases] = [before.virtualBases ?? [], after.virtualBases ?? []];
  if (oldBases.join() !== bases.join()) {
    const list = (names: readonly string[]) => names.join(', ') || 'none';
    report(undefined, `changed its virtual bases from ${list(oldBases)} to ${list(bases)}`);
  }
}

/** In place of a slot. */
const destructor = -1;

/** The functions by slot: those of the class whose table it continues, and its own over them. */
function tableOf(type: AbiAggregate, snapshot: AbiSnapshot, depth = 0): Map<number, AbiVirtual> {
  const table = new Map<number, AbiVirtual>();
  const first = type.members
    .find(({ name, offset }) => name.startsWith('base ') && offset === 0)
    ?.name.slice(5);
  const base = first === undefined ? undefined : snapshot.types[first];
  if (base && base.kind !== 'opaque' && depth < maxDepth) {
    for (const [slot, each] of tableOf(base, snapshot, depth + 1)) table.set(slot, each);
  }
  for (const each of type.virtuals ?? []) table.set(each.slot ?? destructor, each);
  return new Map([...table].sort(([left], [right]) => left - right));
}

/** A snapshot file may say that a class derives from itself. */
const maxDepth = 100;
