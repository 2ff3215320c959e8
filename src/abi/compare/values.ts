/** Differences between the constants and enum values of two snapshots. */

import { type AbiSnapshot, exact } from '../snapshot.js';
import { compareSignatures, isSignature } from './signatures.js';
import type { Sides } from './types.js';

/** An enum's value or a constant macro: a plugin has its number built in either way. */
interface Named {
  value: bigint | string;
  header: string | null;
  /** The enum that it stands in. */
  group?: string;
}

/** Reports how the values of enums and constant macros differ. */
export function compareValues({ from, to, findings }: Sides): void {
  const before = everyValue(from);
  const after = everyValue(to);
  const explained = new Set<string>();
  for (const [name, { value, header, group }] of before) {
    const now = after.get(name);
    if (now?.value === value) continue;
    if (now && isSignature(name) && typeof value === 'string' && typeof now.value === 'string') {
      for (const change of compareSignatures(value, now.value)) {
        const subject = change.name === undefined ? name : `${name}.${change.name}`;
        findings.add(change.level, subject, change.message, now.header);
      }
      continue;
    }
    if (now) {
      findings.add('major', name, `changed from ${show(value)} to ${show(now.value)}`, now.header);
      continue;
    }
    const successor = [...after].find(([other, each]) => {
      const isSibling =
        group !== undefined && each.group !== undefined && isSameEnum(from, group, to, each.group);
      return isSibling && each.value === value && !before.has(other);
    })?.[0];
    if (successor) explained.add(successor);
    const message = successor ? `was renamed to ${successor}` : `was removed (it was ${show(value)})`;
    findings.add('major', name, message, header);
  }
  for (const [name, { value, header, group }] of after) {
    if (before.has(name) || explained.has(name)) continue;
    const peers = Object.values(to.enums[group ?? '']?.values ?? []).flatMap(([peer]): [string, bigint][] => {
      const old = before.get(peer);
      return typeof old?.value === 'bigint' ? [[peer, old.value]] : [];
    });
    if (group === undefined) findings.add('minor', name, `is a new constant (${show(value)})`, header);
    else if (peers.length > 0 && typeof value === 'bigint') {
      const [level, message] = judge(value, peers);
      findings.add(level, name, message, header);
    }
  }
  for (const [name, { header, values, size }] of Object.entries(to.enums)) {
    if (values.every(([value]) => !before.has(value))) {
      findings.add(
        'minor',
        name,
        `starts a new enum of ${values.length} ${values.length === 1 ? 'value' : 'values'}`,
        header,
      );
    }
    const old = from.enums[name];
    if (old && old.size !== size)
      findings.add('major', name, `enum changed its size from ${old.size} to ${size} bytes`, header);
  }
}

/** Where a new value lies among those that an older plugin knows. */
function judge(value: bigint, peers: [string, bigint][]): ['minor' | 'major', string] {
  const same = peers.find(([, number]) => number === value);
  if (same) return ['major', `is new and has the number that ${same[0]} had (${value})`];
  const numbers = peers.map(([, number]) => number);
  const isEnd = numbers.every((number) => number < value) || numbers.every((number) => number > value);
  const isBit = (number: bigint) => number >= 0n && (number & (number - 1n)) === 0n;
  if (isEnd || (isBit(value) && numbers.length > 1 && numbers.every(isBit))) {
    return [
      'minor',
      `is a new value (${value}): a plugin that switches over these meets one that it doesn't know`,
    ];
  }
  return [
    'major',
    `is new and lies between earlier values (${value}): plugins that compare them order it wrongly`,
  ];
}

function everyValue(snapshot: AbiSnapshot): Map<string, Named> {
  const values = new Map<string, Named>();
  for (const [name, { value, header }] of Object.entries(snapshot.constants)) {
    values.set(name, { value: typeof value === 'number' ? BigInt(value) : value, header });
  }
  for (const [group, { values: list, header }] of Object.entries(snapshot.enums)) {
    for (const [name, value] of list) values.set(name, { value: exact(value), header, group });
  }
  return values;
}

/** Enums without a tag are the same when they share a value's name, or else are called alike. */
function isSameEnum(from: AbiSnapshot, old: string, to: AbiSnapshot, now: string): boolean {
  if (old === now) return true;
  const names = new Set(from.enums[old]?.values.map(([name]) => name));
  return (to.enums[now]?.values ?? []).some(([name]) => names.has(name));
}

const show = (value: bigint | string) => (typeof value === 'string' ? JSON.stringify(value) : String(value));
