/** Every relocation writes where it may, names a symbol that there is, and is of a kind that the loader knows. */
import { hex, malformed } from '../../faults.js';
import type { Fields } from '../../fields.js';
import { tags } from '../dynamic.js';
import { segmentTypes } from '../segments.js';
import { type Elf, tableAt } from './elf.js';
import type { CallList } from './entry-points.js';
import type { Machine } from './machines.js';
import type { Run } from './tables.js';

/** What the relocations ask of thread-local storage. */
export interface Relocated {
  /** They want it at a fixed distance from the thread's pointer (the initial-exec model). */
  staticTls: boolean;
  /** Symbols that the file defines and that a search for their names doesn't find: others must define them. */
  lost: Set<number>;
}

/** What the rules before this one found out. */
export interface Known {
  runs: readonly Run[];
  calls: readonly CallList[];
  /** For each symbol, whether it can be found by its name. */
  findable: Uint8Array;
  /** How many versions there are. */
  versions: number;
}

const local = { binding: 0, weak: 2, hidden: 2, internal: 1, protected: 3 };
const resolverType = 10;

export function checkRelocations(
  elf: Elf,
  machine: Machine,
  { runs, calls, findable, versions }: Known,
): Relocated {
  const { source, pages } = elf;
  const word = elf.header.wide ? 8 : 4;
  const entry = machine.addends ? 3 * word : 2 * word;
  const { wide, little } = elf.header;
  // The loader takes a started entry for a whole one.
  const tables = runs.map(({ where, address, size }) =>
    tableAt(elf, where, address, Math.ceil(size / entry) * entry),
  );
  // No table says how many symbols there are: what a relocation names is looked at, wherever that lies.
  const count = Math.max(elf.symbolCount, highestSymbol(tables, runs, entry, elf) + 1);
  const at = elf.dynamic.values.get(tags.symbols) as number;
  const symbols = tableAt(elf, 'DT_SYMTAB', at, count * (wide ? 24 : 16));
  const versionsAt = elf.dynamic.values.get(tags.versions);
  const versionOf = versionsAt === undefined ? undefined : tableAt(elf, 'DT_VERSYM', versionsAt, count * 2);
  const found: Relocated = { staticTls: false, lost: new Set() };

  for (const [run, { where, relative }] of runs.entries()) {
    const fields = tables[run] as Fields;
    const length = fields.length / entry;
    const fault = (index: number, message: string, expected: string, text: string) =>
      malformed(source, `${where}[${index}]`, message, { expected, found: text });
    for (let index = 0; index < length; index++) {
      const at = index * entry;
      const offset = fields.word(at);
      const type = fields.u32(little ? at + word : at + word + 4);
      const symbol = fields.u32(little ? at + word + 4 : at + word);
      if (index < relative && type !== machine.relative)
        throw fault(
          index,
          'it is counted as a relative relocation',
          `type ${machine.relative}`,
          `type ${type}`,
        );
      const width = machine.widths.get(type);
      if (width === undefined)
        throw fault(index, 'the loader does not know its type', 'a type for shared libraries', String(type));
      if (type === machine.copy)
        throw fault(index, 'it copies a variable', 'no such relocation in a library', String(type));
      if (index >= relative && isNameless(elf, symbols, symbol))
        throw fault(
          index,
          'the name of its symbol lies outside the dynamic string table',
          'a name',
          `symbol ${symbol}`,
        );
      const isNamed =
        index >= relative && type !== machine.relative && type !== 0 && !bindsHere(symbols, symbol);
      const version = isNamed && versionOf ? versionOf.u16(symbol * 2) & 0x7fff : 0;
      if (version > 0 && version >= versions)
        throw malformed(source, `DT_VERSYM[${symbol}]`, 'there is no such version', {
          expected: 'an index of DT_VERNEED or DT_VERDEF',
          found: String(version),
        });
      const isLost = isNamed && isDefined(symbols, symbol) && findable[symbol] !== 1;
      if (isLost && symbols.u8(symbol * 24 + 4) >> 4 !== local.weak) found.lost.add(symbol);
      if (width === 0) continue;
      if (!pages.writable(offset, width))
        throw fault(index, 'it writes outside the writable segments', 'an address inside one', hex(offset));
      if (elf.followed.length > 0) spare(elf, `${where}[${index}]`, offset, width);
      const value = isDefined(symbols, symbol) && !isLost ? symbols.word(symbol * 24 + 8) : undefined;
      let target = value;
      if (type === machine.relative || type === machine.resolver) {
        target = fields.word(at + 2 * word);
        if (type === machine.resolver && !pages.executable(target))
          throw fault(index, 'its resolver is not code', 'an address in an executable segment', hex(target));
      } else if (value !== undefined && isResolver(symbols, symbol) && !pages.executable(value)) {
        throw fault(
          index,
          'the resolver of its symbol is not code',
          'an address in an executable segment',
          hex(value),
        );
      }
      if (machine.staticTls.includes(type)) found.staticTls = true;
      if (type === machine.tlsDescriptor || machine.staticTls.includes(type)) {
        if ((bindsHere(symbols, symbol) || isDefined(symbols, symbol)) && !hasTls(elf))
          throw fault(index, 'the file has no thread-local storage', 'a PT_TLS', 'none');
      }
      for (const list of calls) {
        list.relocate(offset, width, target);
      }
    }
  }
  return found;
}

function highestSymbol(
  tables: readonly Fields[],
  runs: readonly Run[],
  entry: number,
  { header: { wide, little } }: Elf,
): number {
  const word = wide ? 8 : 4;
  let highest = 0;
  for (const [run, fields] of tables.entries()) {
    const start = (runs[run]?.relative ?? 0) * entry;
    for (let at = start; at < fields.length; at += entry)
      highest = Math.max(highest, fields.u32(little ? at + word + 4 : at + word));
  }
  return highest;
}

/** Whether the loader takes the image's own symbol without a search. */
function bindsHere(symbols: Fields, index: number): boolean {
  if ((index + 1) * 24 > symbols.length) return true;
  const binding = symbols.u8(index * 24 + 4) >> 4;
  const visibility = symbols.u8(index * 24 + 5) & 3;
  return binding === local.binding || visibility === local.hidden || visibility === local.internal;
}

/** Whether the loader would look for a name that isn't in the table. */
function isNameless({ dynamic }: Elf, symbols: Fields, index: number): boolean {
  return !bindsHere(symbols, index) && symbols.u32(index * 24) >= dynamic.strings.bytes.length;
}

function isDefined(symbols: Fields, index: number): boolean {
  return (index + 1) * 24 <= symbols.length && symbols.u16(index * 24 + 6) !== 0;
}

function isResolver(symbols: Fields, index: number): boolean {
  return (symbols.u8(index * 24 + 4) & 15) === resolverType;
}

/** What the loader reads while it relocates, and after: nothing may write there. */
function spare(elf: Elf, where: string, address: number, width: number): void {
  for (const range of elf.followed) {
    if (address >= range.end || address + width <= range.start) continue;
    throw malformed(elf.source, where, `it writes into ${range.where}`, {
      expected: 'an address outside it',
      found: hex(address),
    });
  }
}

function hasTls({ segments }: Elf): boolean {
  return segments.all.some(({ type, memorySize }) => type === segmentTypes.tls && memorySize > 0);
}

/**
 * DT_RELR (gABI): an even word is an address to relocate, an odd one is a bitmap of the 63 (or 31) words that
 * follow the last address.
 */
export function checkPacked(elf: Elf, { where, address, size }: Run, calls: readonly CallList[]): void {
  const { source, header, pages } = elf;
  const word = header.wide ? 8 : 4;
  // The loader takes a started word for a whole one.
  const count = Math.ceil(size / word);
  const fields = tableAt(elf, where, address, count * word);
  let next: number | undefined;
  const write = (index: number, at: number) => {
    if (!pages.writable(at, word)) {
      throw malformed(source, `${where}[${index}]`, 'it writes outside the writable segments', {
        expected: 'an address inside one',
        found: hex(at),
      });
    }
    spare(elf, `${where}[${index}]`, at, word);
    for (const list of calls) list.relocateInPlace(at);
  };
  for (let index = 0; index < count; index++) {
    const low = fields.u32(index * word + (header.little || !header.wide ? 0 : 4));
    if ((low & 1) === 0) {
      const at = fields.word(index * word);
      write(index, at);
      next = at + word;
      continue;
    }
    if (next === undefined) {
      throw malformed(source, `${where}[0]`, 'it does not start with an address', {
        expected: 'an even word',
        found: hex(fields.word(0)),
      });
    }
    const high = header.wide ? fields.u32(index * word + (header.little ? 4 : 0)) : 0;
    for (let bit = 1; bit < word * 8; bit++) {
      const isSet = bit < 32 ? (low >>> bit) & 1 : (high >>> (bit - 32)) & 1;
      if (isSet) write(index, next + (bit - 1) * word);
    }
    next += (word * 8 - 1) * word;
  }
}
