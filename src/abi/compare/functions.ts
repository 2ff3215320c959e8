/** Differences between the functions of two snapshots. */

import type { AbiSnapshot } from '../snapshot.js';
import { compareType, display, type Sides } from './types.js';

type Functions = AbiSnapshot['functions'];
type Described = Functions[string];

/**
 * Functions of C are entry points, which a host looks up, or inline, and then part of the plugin. One of C++ goes by its
 * parameters too: where one of a name went and one came, it is the same with others.
 */
export function compareFunctions(sides: Sides): void {
  const { from, to, findings } = sides;
  const kind = ({ inline, symbol }: Described) =>
    inline ? 'inline function' : symbol === undefined && from.language !== 'c++' ? 'entry point' : 'function';
  const gone = without(from.functions, to.functions);
  const come = without(to.functions, from.functions);
  for (const [name, old] of Object.entries(from.functions)) {
    const now = to.functions[name];
    if (now) compare(name, old, now);
  }
  for (const [name, old] of gone) {
    const successor = successorOf(name, old, gone, come);
    if (successor === undefined) {
      findings.add('major', name, `was removed (${kind(old)})`, old.header);
      continue;
    }
    const now = come.get(successor) as Described;
    come.delete(successor);
    if (now.symbol === old.symbol) {
      findings.add('same', name, `is spelled ${successor}, and is the same function`, now.header);
    } else {
      findings.add('major', name, `became ${successor}: a library has it under another symbol`, now.header);
    }
  }
  for (const [name, now] of come) {
    const spelled = now.symbol === undefined ? `: ${display(now.type, name)}` : '';
    findings.add('minor', name, `is a new ${kind(now)}${spelled}`, now.header);
  }

  function compare(name: string, old: Described, now: Described): void {
    if (old.inline !== now.inline)
      findings.add('major', name, `is an ${kind(now)} and was an ${kind(old)}`, now.header);
    const count = findings.differences.length;
    compareType(sides, { name, header: now.header }, old.type, now.type);
    if (old.symbol === now.symbol || findings.differences.slice(count).some(({ level }) => level === 'major'))
      return;
    const [was, is] = [old.symbol ?? 'that of C', now.symbol ?? 'that of C'];
    findings.add('major', name, `has the symbol ${is} instead of ${was}`, now.header);
  }
}

const without = (some: Functions, others: Functions): Map<string, Described> =>
  new Map(Object.entries(some).filter(([name]) => !(name in others)));

/** What a function of C++ became: the one of its symbol, or the only one of its name. */
function successorOf(
  name: string,
  old: Described,
  gone: ReadonlyMap<string, Described>,
  come: ReadonlyMap<string, Described>,
): string | undefined {
  if (old.symbol === undefined) return undefined;
  const same = [...come].find(([, { symbol }]) => symbol === old.symbol)?.[0];
  if (same !== undefined) return same;
  const ofName = (names: ReadonlyMap<string, Described>) =>
    [...names].filter(([other, { symbol }]) => symbol !== undefined && plainName(other) === plainName(name));
  const [only, more] = ofName(come);
  return only && !more && ofName(gone).length === 1 ? only[0] : undefined;
}

/** "shop::price" of "shop::price(int) const". */
const plainName = (name: string): string => /^(.*?(?:operator\(\))?)\(/.exec(name)?.[1] ?? name;
