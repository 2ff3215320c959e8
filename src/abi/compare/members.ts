/** Differences between the members of one struct or union in two snapshots. */

import type { AbiAggregate, AbiMember } from '../snapshot.js';
import { compareType, layoutOf, type Sides } from './types.js';
import { heldType } from './uses.js';

/** A struct or union on both sides. */
export interface Pair {
  name: string;
  before: AbiAggregate;
  after: AbiAggregate;
  /** Held in, or handed over as, something else by value. */
  isHeld: boolean;
}

const first = (member: AbiMember) => member.bits?.[0] ?? member.offset * 8;
const width = (member: AbiMember) => member.bits?.[1] ?? member.size * 8;
const isReserved = (member: AbiMember) => /^_*reserved(?:_?\w+)?$/.test(member.name);
const lies = (inner: AbiMember, outer: AbiMember) =>
  first(inner) >= first(outer) && first(inner) + width(inner) <= first(outer) + width(outer);
const place = (member: AbiMember) =>
  member.bits ? `bit ${member.bits[0]} (${member.bits[1]} wide)` : `offset ${member.offset}`;
const move = (from: AbiMember, to: AbiMember) =>
  `moved from ${place(from)} to ${from.bits || to.bits ? place(to) : to.offset}`;

/** Reports how the members of a struct or union differ. */
export function compareMembers(sides: Sides, pair: Pair): void {
  const { findings } = sides;
  const { name, before, after } = pair;
  const report = (level: 'same' | 'minor' | 'major', member: string | undefined, message: string) =>
    findings.add(level, member === undefined ? name : `${name}.${member}`, message, after.header, name);
  const count = findings.differences.length;
  const causes = causesOf(sides, pair);
  if (causes.size > 0) {
    followCauses(sides, pair, causes);
    return;
  }

  const now = new Map(after.members.map((member) => [member.name, member]));
  const old = new Map(before.members.map((member) => [member.name, member]));
  const gone = before.members.filter((member) => !now.has(member.name));
  const come = new Set(after.members.filter((member) => !old.has(member.name)));

  const reserves = before.members.filter((member) => {
    const left = now.get(member.name);
    return isReserved(member) && (left === undefined || (lies(left, member) && width(left) < width(member)));
  });
  const settled = new Set<AbiMember>();
  for (const reserve of reserves) {
    const uses = [...come].filter((member) => lies(member, reserve));
    if (uses.length === 0) continue;
    settled.add(reserve);
    for (const use of uses) {
      come.delete(use);
      report(
        isReserved(use) ? 'same' : 'minor',
        use.name,
        `took the place of ${reserve.name} at ${place(use)}`,
      );
    }
  }
  for (const member of gone.filter((each) => !settled.has(each))) {
    const successor = [...come].find(
      (each) =>
        first(each) === first(member) &&
        width(each) === width(member) &&
        layoutOf(each.type, sides.to) === layoutOf(member.type, sides.from),
    );
    if (successor) {
      come.delete(successor);
      report(
        'major',
        member.name,
        `was renamed to ${successor.name}: the same bytes may now mean something else`,
      );
    } else report('major', member.name, `was removed (it was at ${place(member)})`);
  }
  for (const member of before.members) {
    const left = now.get(member.name);
    if (left && !settled.has(member))
      compareType(
        sides,
        { name: `${name}.${member.name}`, header: after.header, root: name },
        member.type,
        left.type,
      );
  }
  moves(pair, settled, report);
  additions(pair, [...come], report);
  if (findings.differences.length > count) return;
  if (before.size !== after.size)
    report('major', undefined, `changed its size from ${before.size} to ${after.size} bytes`);
  else if (before.alignment !== after.alignment) {
    report('major', undefined, `changed its alignment from ${before.alignment} to ${after.alignment} bytes`);
  }
}

type Report = (level: 'minor' | 'major', member: string | undefined, message: string) => void;

/**
 * The changed types by which a struct differs although nobody edited it: it has the same members in the
 * same order, spelled the same, and some of them hold those types by value.
 */
function causesOf({ from, roots }: Sides, { name, before, after }: Pair): Set<string> {
  const spell = ({ members }: AbiAggregate) =>
    JSON.stringify(members.map((member) => [member.name, member.type, member.bits?.[1]]));
  if (spell(before) !== spell(after)) return new Set();
  const causes = before.members.map(({ type, size }, index) => {
    if (typeof type !== 'string') return undefined;
    const held = heldType(from.layouts[type] ?? type);
    const isResized = size !== after.members[index]?.size;
    const typedef = isResized
      ? type.match(/[A-Za-z_]\w*/g)?.find((word) => word in from.typedefs && roots.has(word))
      : undefined;
    return typedef ?? held;
  });
  return new Set(
    causes.filter((cause) => cause !== undefined && cause !== name && roots.has(cause)) as string[],
  );
}

/** What those causes did to this struct is told with them, not as differences of its own. */
function followCauses(sides: Sides, { name, before, after }: Pair, causes: Set<string>): void {
  const consequences = before.members.flatMap((member, index) => {
    const left = after.members[index] as AbiMember;
    return first(left) === first(member) ? [] : [`${name}.${member.name} ${move(member, left)}`];
  });
  if (before.size !== after.size)
    consequences.push(`${name} has ${after.size} bytes instead of ${before.size}`);
  for (const cause of causes) for (const text of consequences) sides.findings.follow(cause, text);
  for (const [index, member] of before.members.entries()) {
    const subject = { name: `${name}.${member.name}`, header: after.header, root: name };
    compareType(sides, subject, member.type, (after.members[index] as AbiMember).type);
  }
}

/** One line for each run of neighbours that moved by the same distance. */
function moves({ before, after }: Pair, settled: Set<AbiMember>, report: Report): void {
  const old = new Map(before.members.map((member) => [member.name, member]));
  let run: { member: AbiMember; from: AbiMember; distance: number; others: number } | undefined;
  const flush = () => {
    if (!run) return;
    const others = run.others ? `, and the ${run.others} after it by as much` : '';
    report('major', run.member.name, `${move(run.from, run.member)}${others}`);
    run = undefined;
  };
  for (const member of after.members) {
    const from = old.get(member.name);
    if (!from || settled.has(from)) continue;
    const distance = first(member) - first(from);
    const isNarrowed = member.bits?.[1] !== from.bits?.[1];
    if (run && distance === run.distance && !isNarrowed) run.others += 1;
    else {
      flush();
      if (distance !== 0) run = { member, from, distance, others: 0 };
    }
    if (distance === 0 && isNarrowed) {
      report('major', member.name, `changed from ${place(from)} to ${place(member)}`);
    }
  }
  flush();
}

function additions({ before, after, isHeld }: Pair, come: AbiMember[], report: Report): void {
  if (before.kind === 'union') {
    const fits = after.size === before.size && after.alignment === before.alignment;
    for (const member of come) {
      if (fits) report('minor', member.name, 'is one more way to read the union, whose size stays');
      else
        report(
          'major',
          member.name,
          `is new and changes the union's size from ${before.size} to ${after.size} bytes`,
        );
    }
    return;
  }
  const end = Math.max(0, ...before.members.map((member) => first(member) + width(member)));
  const appended = come.filter((member) => first(member) >= before.size * 8);
  for (const member of come) {
    if (appended.includes(member)) continue;
    const isPadding = first(member) >= end;
    report(
      'major',
      member.name,
      isPadding
        ? `fills padding at ${place(member)}, which the struct's size can't tell from an older one without it`
        : `was inserted at ${place(member)}`,
    );
  }
  if (appended.length === 0) return;
  const names = appended.map((member) => member.name).join(', ');
  const growth = `grew by ${names} at its end (${before.size} to ${after.size} bytes)`;
  if (isHeld) report('major', undefined, `${growth}, but others hold it by value`);
  else if (!startsWithSize(before))
    report('major', undefined, `${growth}, but doesn't start with a size that would tell`);
  else report('minor', undefined, growth);
}

/** `size` comes first, or right after the magic of a constant that is read from a file. */
function startsWithSize({ members }: AbiAggregate): boolean {
  const [head, next] = members;
  return head?.name === 'size' || (head?.name === 'magic' && next?.name === 'size');
}
