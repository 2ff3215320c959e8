/** Which symbols an ELF file can't be loaded without: those that its relocations name. */
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import { maxNameLength, NameBudget } from '../names.js';
import { tags } from './dynamic.js';
import { type Linked, readLinked, SymbolTable, symbolKinds } from './tables.js';
import { type NeededVersion, readVersionDefinitions, readVersionNeeds } from './versions.js';

/** A symbol that another image must define. */
export interface Reference {
  /** Its bytes as latin1, because the loader compares bytes. */
  name: string;
  /** Undefined when any version will do. */
  version?: NeededVersion;
}

/** What an ELF file asks of others. */
export interface References {
  symbols: readonly Reference[];
  versions: readonly NeededVersion[];
}

const chunk = 256 * 1024;
/** For each piece of each file: they are looked at one after the other, and nothing of them is kept. */
let memory: Buffer | undefined;

const nothing: References = { symbols: [], versions: [] };

/** Relocations without a symbol, by machine (R_*_RELATIVE of each processor's ABI). R_*_NONE is 0 everywhere. */
const relative: Record<number, number> = { 3: 8, 21: 22, 22: 12, 40: 23, 62: 8, 183: 1027, 243: 3, 258: 3 };

/**
 * The undefined symbols that relocations name, weak ones aside: a symbol that only stands in the table is
 * never looked for.
 *
 * @throws MortiseError MORTISE_ERR_BINARY_*
 */
export function readReferences(source: ByteSource): References {
  const linked = readLinked(source);
  if (!linked) return nothing;
  const { header, segments, dynamic } = linked;
  const versions = readVersionNeeds(source, header, segments, dynamic);
  // An import in a version that the file itself defines is looked for everywhere, in that version.
  const own = [...(readVersionDefinitions(linked) ?? [])].map(([index, { name, hash }]) => ({
    ...{ index, hash, version: name },
    ...{ library: '', weak: false, hidden: false },
  }));
  const indices = relocated(linked);
  const highest = indices.reduce((most, index) => Math.max(most, index), 0);
  const table = new SymbolTable(linked, highest > 0 ? highest + 1 : 0);
  const byIndex = new Map([...versions, ...own].map((version) => [version.index, version]));
  const budget = new NameBudget(source, 4 * dynamic.strings.bytes.length + maxNameLength);
  const symbols: Reference[] = [];
  for (const index of indices) {
    if (index >= table.count || !isAsked(table, index)) continue;
    const name = nameAt(dynamic.strings.bytes, table.name(index));
    budget.take(name.length + 1, `dynamic symbol ${index}`);
    const version = byIndex.get((table.version(index) ?? 0) & 0x7fff);
    symbols.push({ name, version });
  }
  return { symbols, versions };
}

/** R_*_COPY of each processor's ABI: data of a library that a program keeps a copy of, which all others use. */
const copy: Record<number, number> = { 3: 5, 21: 19, 22: 9, 40: 20, 62: 5, 183: 1024, 243: 4, 258: 4 };

/**
 * The symbols whose data a program has taken over from its libraries.
 *
 * @throws MortiseError MORTISE_ERR_BINARY_*
 */
export function readCopies(source: ByteSource): string[] {
  const linked = readLinked(source);
  const type = linked && copy[linked.header.machine];
  if (!linked || type === undefined) return [];
  const table = new SymbolTable(linked);
  const strings = linked.dynamic.strings.bytes;
  return relocated(linked, type).map((index) =>
    index < table.count ? nameAt(strings, table.name(index)) : '',
  );
}

function isAsked(table: SymbolTable, index: number): boolean {
  const { undefined: none, local, weak, internal, hidden } = symbolKinds;
  const binding = table.binding(index);
  const visibility = table.visibility(index);
  return (
    table.section(index) === none &&
    binding !== local &&
    binding !== weak &&
    visibility !== internal &&
    visibility !== hidden
  );
}

/** The symbols that relocations name, each once; of one type of relocation, when that is given. */
function relocated({ source, header, segments, dynamic: { values } }: Linked, only?: number): number[] {
  const rela = header.wide ? 24 : 12;
  const rel = header.wide ? 16 : 8;
  const plt = values.get(tags.pltRelocationType) === tags.rel ? rel : rela;
  const lists = [
    [values.get(tags.rela), values.get(tags.relaSize), rela],
    [values.get(tags.rel), values.get(tags.relSize), rel],
    [values.get(tags.pltRelocations), values.get(tags.pltRelocationsSize), plt],
  ] as const;
  const plain = relative[header.machine];
  const found = new Set<number>();
  for (const [address, size, entry] of lists) {
    const place = address === undefined ? undefined : segments.map.find(address);
    if (!place || size === undefined) continue;
    // The loader takes a started entry for a whole one.
    const length = Math.min(Math.ceil(size / entry), Math.floor(place.available / entry)) * entry;
    const step = Math.floor(chunk / entry) * entry;
    for (let start = 0; start < length; start += step) {
      memory ??= Buffer.allocUnsafeSlow(chunk);
      const bytes = source.read(place.offset + start, Math.min(step, length - start), memory);
      collect(new Fields(bytes, header.little, header.wide), entry, found, (type) =>
        only === undefined ? type !== 0 && type !== plain : type === only,
      );
    }
  }
  return [...found];
}

/** r_info (gABI, "Relocation"): the symbol is its upper 32 bits, or 24 in a 32-bit image. */
function collect(
  fields: Fields,
  entry: number,
  found: Set<number>,
  isWanted: (type: number) => boolean,
): void {
  const { wide, little, length } = fields;
  let last = -1;
  for (let at = 0; at < length; at += entry) {
    const info = at + (wide ? 8 : 4);
    const symbol = wide ? fields.u32(little ? info + 4 : info) : fields.u32(info) >>> 8;
    if (symbol === last) continue;
    const type = wide ? fields.u32(little ? info : info + 4) : fields.u32(info) & 0xff;
    if (!isWanted(type)) continue;
    last = symbol;
    found.add(symbol);
  }
}

function nameAt(strings: Buffer, offset: number): string {
  const end = strings.indexOf(0, offset);
  return strings.toString('latin1', offset, end < 0 ? strings.length : end);
}
