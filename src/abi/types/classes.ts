/** What classes have beside their members: virtual functions, other functions, and variables. */

import type { Entry } from '../dwarf/debug-info.js';
import { attributes, tags } from '../dwarf/numbers.js';
import type { AbiSnapshot, AbiVirtual, FunctionType } from '../snapshot.js';
import { isStatic } from './aggregates.js';
import { bare, type Spelling } from './spelling.js';

/** A function as C++ tells it from others of its name: "shop::rule::price(int) const", and its symbol. */
export function nameFunction(entry: Entry, prefix: string, spelling: Spelling): string {
  const name = entry.text(attributes.name) ?? '';
  // What C++ gives no symbol of its own has C's, and no others of its name.
  if (entry.text(attributes.linkageName) === undefined) return prefix + name;
  const taken = entry.children
    .filter((child) => child.tag === tags.parameter && !child.flag(attributes.artificial))
    .map((child) => spelling.text(child.type()));
  if (entry.children.some(({ tag }) => tag === tags.unspecifiedParameters)) taken.push('...');
  const self = bare(entry.children.find((child) => child.flag(attributes.artificial))?.type())?.type();
  const isConst = self?.tag === tags.constant;
  return `${prefix}${name}(${taken.join(', ')})${isConst ? ' const' : ''}`;
}

/** A function with its symbol, by which it is found in a library. */
export function describeFunction(entry: Entry, spelling: Spelling): { type: FunctionType; symbol?: string } {
  const symbol = entry.text(attributes.linkageName);
  return { type: spelling.signature(entry), ...(symbol === undefined ? {} : { symbol }) };
}

/** 1: public, 2: protected, 3: private. Of a constant gcc doesn't say it, so that it counts in any case. */
function isPrivate(member: Entry, owner: Entry): boolean {
  const isConstant = member.number(attributes.constantValue) !== undefined;
  const otherwise = owner.tag === tags.class && !isConstant ? 3n : 1n;
  return (member.number(attributes.accessibility) ?? otherwise) === 3n;
}

/** The virtual functions that a class declares, by their slot in its table. */
export function readVirtuals(aggregate: Entry, spelling: Spelling): AbiVirtual[] {
  return aggregate.children
    .flatMap((child): AbiVirtual[] => {
      if (child.tag !== tags.subprogram || child.number(attributes.virtuality) === undefined) return [];
      // Of a destructor, which has two, gcc says no slot.
      if (child.text(attributes.name)?.startsWith('~')) return [{ slot: null, name: '~' }];
      const slot = child.number(attributes.vtableSlot);
      if (slot === undefined) return [];
      return [{ slot: Number(slot), name: nameFunction(child, '', spelling) }];
    })
    .sort((left, right) => (left.slot ?? -1) - (right.slot ?? -1));
}

/** The classes that it derives from in a place that only the whole object knows. */
export const readVirtualBases = (aggregate: Entry, spelling: Spelling): string[] =>
  aggregate.children
    .filter((child) => child.tag === tags.inheritance && child.flag(attributes.virtuality))
    .map((child) => spelling.text(child.type()));

/** Adds the functions, variables and constants of a class that others can name. */
export function addMembers(
  parts: Pick<AbiSnapshot, 'functions' | 'variables' | 'constants'>,
  aggregate: Entry,
  { owner, header, spelling }: { owner: string; header: string; spelling: Spelling },
): void {
  for (const child of aggregate.children) {
    const isHidden = isPrivate(child, aggregate) || child.flag(attributes.artificial);
    if (isHidden || child.flag(attributes.deleted)) continue;
    if (child.tag === tags.subprogram) {
      const name = nameFunction(child, `${owner}::`, spelling);
      parts.functions[name] = { header, inline: false, ...describeFunction(child, spelling) };
    } else if (isStatic(child))
      addVariable(parts, child, `${owner}::${child.text(attributes.name)}`, header, spelling);
  }
}

/** A variable of a class or a namespace, or the constant that it stands for. */
export function addVariable(
  parts: Pick<AbiSnapshot, 'variables' | 'constants'>,
  entry: Entry,
  name: string,
  header: string,
  spelling: Spelling,
): void {
  const value = entry.number(attributes.constantValue);
  if (value === undefined) parts.variables[name] = { header, type: spelling.type(entry.type()) };
  else parts.constants[name] = { header, value: toInteger(value) };
}

/** A double holds it, or its digits do. */
export const toInteger = (value: bigint): number | string =>
  Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
