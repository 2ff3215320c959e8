/** All types, functions and variables in the compiler's debug information. */

import type { DebugInfo, Entry } from '../dwarf/debug-info.js';
import { attributes, tags } from '../dwarf/numbers.js';
import { unreadable } from '../dwarf/unreadable.js';
import type { AbiSnapshot } from '../snapshot.js';
import type { DeclaredName } from '../text/declared.js';
import type { Preprocessed } from '../text/preprocessed.js';
import { alignmentOf, isAggregate, readMembers } from './aggregates.js';
import { addMembers, readVirtualBases, readVirtuals, toInteger } from './classes.js';
import { nameAll } from './entry-names.js';
import { type Scopes, scopesOf } from './scopes.js';
import { bare, type Spelling, spellingOf } from './spelling.js';

/** What the generated source file calls the things through which it asks the compiler. */
export const functionPrefix = 'mortise_abi_function_';
export const variablePrefix = 'mortise_abi_variable_';
export const constantPrefix = 'mortise_abi_constant_';

type Parts = Pick<
  AbiSnapshot,
  'pointerSize' | 'types' | 'enums' | 'typedefs' | 'layouts' | 'functions' | 'variables' | 'constants'
>;

/** What was read, and what reads more of it. */
export interface Types {
  parts: Parts;
  /** Of enums, also those of the generated source file. */
  values: Map<string, number | string>;
  scopes: Scopes;
  spelling: Spelling;
  header(entry: Entry): string | undefined;
}

/**
 * Everything that the headers declare, from the debug information. System types are followed only where a
 * header's struct holds one by value: then its layout is part of the promise.
 */
export function readTypes(
  info: DebugInfo,
  headerOf: (path: string) => string | undefined,
  declared: readonly DeclaredName[],
  declarations: Preprocessed['declarations'],
  isCpp = false,
): Types {
  const scopes = scopesOf(info.root, isCpp);
  const { entries, prefixOf } = scopes;
  const names = nameAll(scopes);
  const nameOf = (entry: Entry) => {
    const name = entry.text(attributes.name);
    return names.get(entry) ?? (name === undefined ? '(nameless)' : prefixOf(entry) + name);
  };
  const spelling = spellingOf(nameOf, isCpp);
  const header = (entry: Entry) => {
    const path = info.file(entry.number(attributes.file));
    return path === undefined ? undefined : headerOf(path);
  };
  const parts: Parts = {
    pointerSize: info.pointerSize,
    types: {},
    enums: {},
    typedefs: {},
    layouts: spelling.layouts,
    functions: {},
    variables: {},
    constants: {},
  };
  const values = new Map<string, number | string>();
  const variables = new Map<string, Entry>();

  for (const entry of entries) {
    const from = header(entry);
    if (entry.tag === tags.enumeration) addEnum(entry, from);
    else if (entry.tag === tags.variable) variables.set(entry.text(attributes.name) ?? '', entry);
    else if (isAggregate(entry)) {
      const place = entry.flag(attributes.declaration) ? mentioning(entry) : from;
      if (place !== undefined) addAggregate(entry, place);
    } else if (from === undefined) continue;
    else if (entry.tag === tags.typedef) addTypedef(entry, from);
  }
  for (const { name, header, kind, inline } of declared) {
    const prefix = kind === 'function' ? functionPrefix : variablePrefix;
    const target = variables
      .get(prefix + name)
      ?.type()
      ?.type();
    const subroutine = bare(target);
    // "extern hook_type hook" reads like a variable and may be a function.
    if (subroutine?.tag === tags.subroutine) {
      parts.functions[name] = { header, inline, type: spelling.signature(subroutine) };
    } else if (target) parts.variables[name] = { header, type: spelling.type(target) };
    else throw unreadable(`the compiler says nothing of ${name}, which ${header} declares`);
  }
  return { parts, values, scopes, spelling, header };

  /** A compiler doesn't say where a type stands that is declared and never defined; the text does. */
  function mentioning(entry: Entry): string | undefined {
    const tag = new RegExp(
      `\\b(?:struct|class|union) ${entry.text(attributes.name)?.replace(/\W/g, '\\$&')}\\b`,
    );
    return declarations.find(({ text }) => tag.test(text))?.header;
  }

  function addAggregate(entry: Entry, from: string | null): void {
    const name = names.get(entry);
    if (name === undefined) return; // nameless inside another: its members stand there
    const known = parts.types[name];
    if (entry.flag(attributes.declaration)) {
      if (!known) parts.types[name] = { kind: 'opaque', header: from };
      return;
    }
    if (known && known.kind !== 'opaque') return;
    const virtuals = readVirtuals(entry, spelling);
    const virtualBases = readVirtualBases(entry, spelling);
    parts.types[name] = {
      kind: entry.tag === tags.union ? 'union' : entry.tag === tags.class ? 'class' : 'struct',
      header: from,
      size: Number(entry.number(attributes.byteSize) ?? 0n),
      alignment: alignmentOf(entry, info),
      members: readMembers(entry, info, spelling),
      ...(virtuals.length > 0 ? { virtuals } : {}),
      ...(virtualBases.length > 0 ? { virtualBases } : {}),
    };
    if (isCpp && from !== null) addMembers(parts, entry, { owner: name, header: from, spelling });
    for (const inner of heldByValue(entry)) {
      if (header(inner) === undefined) addAggregate(inner, null);
    }
  }

  function addEnum(entry: Entry, from: string | undefined): void {
    // In C++ a value is named as what lies beside the enum, or in it when it says "enum class".
    const isScoped = entry.flag(attributes.enumClass);
    const prefix = prefixOf(entry) + (isScoped ? `${entry.text(attributes.name)}::` : '');
    const list = entry.children.map((child): [string, number | string] => [
      prefix + (child.text(attributes.name) ?? ''),
      toInteger(child.number(attributes.constantValue) ?? 0n),
    ]);
    for (const [name, value] of list) values.set(name, value);
    if (from === undefined || entry.flag(attributes.declaration)) return;
    const size = Number(entry.number(attributes.byteSize) ?? 0n);
    parts.enums[nameOf(entry)] = { header: from, size, values: list };
  }

  function addTypedef(entry: Entry, from: string): void {
    const name = prefixOf(entry) + (entry.text(attributes.name) ?? '');
    const target = bare(entry);
    const type = spelling.type(entry.type());
    // "typedef struct x x" promises nothing that the struct doesn't.
    if (target && names.get(target) === name && type === (isCpp ? name : spelling.layout(target))) return;
    parts.typedefs[name] = { header: from, type };
  }
}

/** The structs and unions that lie inside another, also as an array's elements. */
function heldByValue(aggregate: Entry): Entry[] {
  return aggregate.children.flatMap((member) => {
    const isHeld = member.tag === tags.member || member.tag === tags.inheritance;
    let type = isHeld ? bare(member.type()) : undefined;
    while (type?.tag === tags.array) type = bare(type.type());
    return isAggregate(type) ? [type] : [];
  });
}
