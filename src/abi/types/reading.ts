/** Types, one after the other, as the compiler's debug information describes them, for a snapshot. */
import type { DebugInfo, Entry } from '../dwarf/debug-info.js';
import { attributes, tags } from '../dwarf/numbers.js';
import type { AbiSnapshot } from '../snapshot.js';
import { type Aggregate, alignmentOf, isAggregate, readMembers } from './aggregates.js';
import { addMembers, readVirtualBases, readVirtuals, toInteger } from './classes.js';
import { nameAll } from './entry-names.js';
import { type Scopes, scopesOf } from './scopes.js';
import { bare, type Spelling, spellingOf } from './spelling.js';

/** What there is of a snapshot once its headers were read. */
type Parts = Pick<
  AbiSnapshot,
  'pointerSize' | 'types' | 'enums' | 'typedefs' | 'layouts' | 'functions' | 'variables' | 'constants'
>;

export class Reading {
  readonly parts: Parts;
  /** Of enums, also those of the generated source file. */
  readonly values = new Map<string, number | string>();
  readonly scopes: Scopes;
  readonly spelling: Spelling;
  /** The header that declares it; undefined: none of those that are read. */
  readonly header: (entry: Entry) => string | undefined;
  readonly #info: DebugInfo;
  readonly #isCpp: boolean;
  readonly #names: ReadonlyMap<Entry, string>;

  /** @param headerOf the header's name, of the path that the compiler says */
  constructor(info: DebugInfo, headerOf: (path: string) => string | undefined, isCpp: boolean) {
    this.#info = info;
    this.#isCpp = isCpp;
    this.scopes = scopesOf(info.root, isCpp);
    this.#names = nameAll(this.scopes);
    this.spelling = spellingOf((entry) => this.#nameOf(entry), isCpp);
    this.header = (entry) => {
      const path = info.file(entry.number(attributes.file));
      return path === undefined ? undefined : headerOf(path);
    };
    this.parts = {
      pointerSize: info.pointerSize,
      types: {},
      enums: {},
      typedefs: {},
      layouts: this.spelling.layouts,
      functions: {},
      variables: {},
      constants: {},
    };
  }

  #nameOf(entry: Entry): string {
    const name = entry.text(attributes.name);
    const whole = name === undefined ? '(nameless)' : this.scopes.prefixOf(entry) + name;
    return this.#names.get(entry) ?? whole;
  }

  /** @param from the header; null: a type of the system's, which one of a header holds by value */
  addAggregate(entry: Aggregate, from: string | null): void {
    const name = this.#names.get(entry);
    if (name === undefined) return; // nameless inside another: its members stand there
    const { parts, spelling } = this;
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
      alignment: alignmentOf(entry, this.#info),
      members: readMembers(entry, this.#info, spelling),
      ...(virtuals.length > 0 ? { virtuals } : {}),
      ...(virtualBases.length > 0 ? { virtualBases } : {}),
    };
    if (this.#isCpp && from !== null) addMembers(parts, entry, { owner: name, header: from, spelling });
    for (const inner of heldByValue(entry)) {
      if (this.header(inner) === undefined) this.addAggregate(inner, null);
    }
  }

  /** @param from the header; undefined: only the values count */
  addEnum(entry: Entry, from: string | undefined): void {
    // In C++ a value is named as what lies beside the enum, or in it when it says "enum class".
    const isScoped = entry.flag(attributes.enumClass);
    const prefix = this.scopes.prefixOf(entry) + (isScoped ? `${entry.text(attributes.name)}::` : '');
    const list = entry.children.map((child): [string, number | string] => [
      prefix + (child.text(attributes.name) ?? ''),
      toInteger(child.number(attributes.constantValue) ?? 0n),
    ]);
    for (const [name, value] of list) this.values.set(name, value);
    if (from === undefined || entry.flag(attributes.declaration)) return;
    const size = Number(entry.number(attributes.byteSize) ?? 0n);
    this.parts.enums[this.#nameOf(entry)] = { header: from, size, values: list };
  }

  addTypedef(entry: Entry, from: string): void {
    const { parts, spelling } = this;
    const name = this.scopes.prefixOf(entry) + (entry.text(attributes.name) ?? '');
    const target = bare(entry);
    const type = spelling.type(entry.type());
    // "typedef struct x x" promises nothing that the struct doesn't.
    const isSame = target && this.#names.get(target) === name;
    if (isSame && type === (this.#isCpp ? name : spelling.layout(target))) return;
    parts.typedefs[name] = { header: from, type };
  }
}

/** The structs and unions that lie inside another, also as an array's elements. */
function heldByValue(aggregate: Entry): Aggregate[] {
  return aggregate.children.flatMap((member) => {
    const isHeld = member.tag === tags.member || member.tag === tags.inheritance;
    let type = isHeld ? bare(member.type()) : undefined;
    while (type?.tag === tags.array) type = bare(type.type());
    return isAggregate(type) ? [type] : [];
  });
}
