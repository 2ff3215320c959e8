/** Two snapshots in, all differences and their overall level out. */
import { MortiseError } from '../../errors.js';
import type { AbiAggregate, AbiSnapshot } from '../snapshot.js';
import { type AbiDifference, Findings, highest, type Level, tablePattern } from './difference.js';
import { compareFunctions } from './functions.js';
import { compareMembers } from './members.js';
import { compareHeaders, compareMacros, compareTypedefs, compareVariables } from './names.js';
import { layoutOf, type Sides } from './types.js';
import { everyUse, valueUses } from './uses.js';
import { compareValues } from './values.js';
import { compareVirtuals } from './virtuals.js';

/** What changed from one snapshot to another. Plain data. */
export interface AbiComparison {
  /** The gravest difference of all. */
  verdict: Level;
  /** The gravest that concerns the ABI's own version. */
  abi: Level;
  /** Service tables that changed; each has a version of its own. */
  services: { table: string; level: Level }[];
  /** MORTISE_ABI_MAJOR.MINOR of each side; null for headers without a version of their own. */
  from: string | null;
  to: string | null;
  /** The gravest first. */
  differences: AbiDifference[];
  /** Names of which the compiler says nothing, on either side: what changed in them isn't seen. */
  unread: string[];
}

/**
 * Compares two snapshots.
 *
 * @throws MortiseError MORTISE_ERR_ABI_SNAPSHOT when their pointers differ in size
 */
export function compareSnapshots(from: AbiSnapshot, to: AbiSnapshot): AbiComparison {
  if (from.pointerSize !== to.pointerSize) {
    throw new MortiseError({
      code: 'MORTISE_ERR_ABI_SNAPSHOT',
      message: 'the snapshots are for machines with different pointers',
      expected: `pointers of ${from.pointerSize} bytes`,
      found: `pointers of ${to.pointerSize} bytes`,
      remedy: 'Take both snapshots on the same kind of machine.',
    });
  }
  if (from.language !== to.language) {
    const name = ({ language }: AbiSnapshot) => (language === 'c++' ? 'C++' : 'C');
    throw new MortiseError({
      code: 'MORTISE_ERR_ABI_KIND',
      message: 'the two sides are in different languages',
      expected: `headers in ${name(from)}, as the older ones`,
      found: `headers in ${name(to)}`,
      remedy: 'Say --language c++ to read both as C++.',
    });
  }
  const findings = new Findings(from, to);
  const uses = valueUses(from);
  const sides: Sides = { from, to, findings, roots: changedNames(from, to) };
  compareHeaders(sides);
  compareTypes(sides, (name) => (uses.get(name)?.length ?? 0) > 0);
  compareValues(sides);
  compareTypedefs(sides);
  compareFunctions(sides);
  compareVariables(sides);
  compareMacros(sides);

  const differences = findings.settle((root) => {
    const { places, owners } = everyUse(uses, root);
    return [...places, ...[root, ...owners].flatMap((each) => findings.consequences(each))];
  });
  const tables = [...new Set(differences.flatMap(({ service }) => service ?? []))].sort();
  return {
    verdict: highest(differences.map(({ level }) => level)),
    abi: highest(differences.filter(({ service }) => service === undefined).map(({ level }) => level)),
    services: tables.map((table) => ({
      table,
      level: highest(differences.filter(({ service }) => service === table).map(({ level }) => level)),
    })),
    from: versionOf(from),
    to: versionOf(to),
    differences,
    unread: [...new Set([...(from.unread ?? []), ...(to.unread ?? [])])].sort(),
  };
}

const versionOf = ({ abi }: AbiSnapshot): string | null => abi && `${abi.major}.${abi.minor}`;

function compareTypes(sides: Sides, isHeld: (name: string) => boolean): void {
  const { from, to, findings } = sides;
  for (const [name, before] of Object.entries(from.types)) {
    const after = to.types[name];
    // Nameless types stand and fall with the member that has them, and foreign ones with their users.
    const isOwn = before.header !== null && !name.includes('.');
    if (!after) {
      if (isOwn) findings.add('major', name, `was removed (${before.kind})`, before.header, name);
    } else if (before.kind === 'opaque' && after.kind !== 'opaque') {
      findings.add('minor', name, `was opaque and is a ${after.kind} of ${after.size} bytes`, after.header);
    } else if (isOtherKind(before.kind, after.kind)) {
      findings.add('major', name, `was a ${before.kind} and is now ${after.kind}`, after.header, name);
    } else if (before.kind !== 'opaque' && after.kind !== 'opaque') {
      const pair = { name, before, after, isHeld: isHeld(name) };
      compareMembers(sides, pair);
      compareVirtuals(sides, pair);
      if (before.kind !== after.kind) {
        const message = `is a ${after.kind} instead of a ${before.kind}, and is laid out the same`;
        findings.add('same', name, message, after.header);
      }
    }
  }
  for (const [name, { kind, header }] of Object.entries(to.types)) {
    if (name in from.types || header === null || name.includes('.')) continue;
    if (name in from.typedefs) continue;
    findings.add(
      'minor',
      name,
      `is a new ${tablePattern.test(name) ? 'service table' : `type (${kind})`}`,
      header,
    );
  }
}

/** A class is a struct whose members are private unless they say otherwise. */
const isOtherKind = (before: string, after: string): boolean =>
  before !== after && [before, after].some((kind) => kind !== 'struct' && kind !== 'class');

/** The types and typedefs that themselves differ, or are gone. */
function changedNames(from: AbiSnapshot, to: AbiSnapshot): Set<string> {
  const shape = (type: AbiAggregate, snapshot: AbiSnapshot) =>
    JSON.stringify([
      type.size,
      type.alignment,
      type.members.map((member) => [
        member.name,
        member.offset,
        member.bits,
        layoutOf(member.type, snapshot),
      ]),
    ]);
  const names = new Set<string>();
  for (const [name, before] of Object.entries(from.types)) {
    const after = to.types[name];
    // A system type that is no longer held is not a cause of its own: whoever held it changed.
    if (!after && before.header === null) continue;
    if (before.kind === 'opaque' || after?.kind === 'opaque') {
      if (!after || before.kind !== 'opaque') names.add(name);
    } else if (!after || shape(before, from) !== shape(after, to)) names.add(name);
  }
  for (const [name, { type }] of Object.entries(from.typedefs)) {
    const after = to.typedefs[name]?.type;
    if (after === undefined || layoutOf(type, from) !== layoutOf(after, to)) names.add(name);
  }
  return names;
}
