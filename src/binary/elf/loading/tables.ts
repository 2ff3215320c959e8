/** The dynamic entries that a loader asserts on or follows without looking. */
import { malformed } from '../../faults.js';
import { tags } from '../dynamic.js';
import { type Elf, placeAt } from './elf.js';
import type { Machine } from './machines.js';

/** A run of relocations. */
export interface Run {
  where: string;
  address: number;
  size: number;
  /** How many entries at the start the loader takes for relative ones. */
  relative: number;
}

/** The entry must be there when another one is. */
function need(elf: Elf, tag: number, name: string, because: string): number {
  const value = elf.dynamic.values.get(tag);
  if (value !== undefined) return value;
  throw malformed(elf.source, name, `${because} needs this entry`, {
    expected: name,
    found: 'no such entry',
  });
}

function mustBe(elf: Elf, name: string, found: number, expected: number): void {
  if (found === expected) return;
  throw malformed(elf.source, name, 'the value is not one that the loader takes', {
    expected: String(expected),
    found: String(found),
  });
}

/** Every table, and the relocations that the loader will make. */
export function checkTables(elf: Elf, machine: Machine): Run[] {
  const { values } = elf.dynamic;
  const strings = need(elf, tags.strings, 'DT_STRTAB', 'a library');
  placeAt(elf, 'DT_STRTAB', strings, Math.max(1, elf.dynamic.strings.bytes.length));
  if (elf.dynamic.filtersProgram) {
    throw malformed(elf.source, 'DT_FILTER', 'it names the program', {
      expected: 'a library',
      found: 'an empty name',
    });
  }
  const symbols = need(elf, tags.symbols, 'DT_SYMTAB', 'a library');
  const entry = elf.header.wide ? 24 : 16;
  placeAt(elf, 'DT_SYMTAB', symbols, Math.max(1, elf.symbolCount) * entry);
  const runs: Run[] = [];
  const word = elf.header.wide ? 8 : 4;
  const size = machine.addends ? 3 * word : 2 * word;
  const kind = machine.addends ? kinds.rela : kinds.rel;

  const table = values.get(kind.table);
  if (table !== undefined) {
    mustBe(elf, `${kind.name}ENT`, need(elf, kind.entry, `${kind.name}ENT`, kind.name), size);
    const bytes = need(elf, kind.size, `${kind.name}SZ`, kind.name);
    const relative = values.get(kind.count) ?? 0;
    if (relative * size > bytes) {
      throw malformed(elf.source, `${kind.name}COUNT`, 'there are fewer relocations', {
        expected: `at most ${Math.floor(bytes / size)}`,
        found: String(relative),
      });
    }
    runs.push({ where: kind.name, address: table, size: bytes, relative });
  }
  const type = values.get(tags.pltRelocationType);
  if (type === undefined && (values.get(tags.pltRelocationsSize) ?? 0) > 0) {
    // The loader would leave them as they are, and every call would go astray.
    need(elf, tags.pltRelocationType, 'DT_PLTREL', 'DT_PLTRELSZ');
  }
  if (type !== undefined) {
    mustBe(elf, 'DT_PLTREL', type, kind.table);
    const address = need(elf, tags.pltRelocations, 'DT_JMPREL', 'DT_PLTREL');
    const bytes = need(elf, tags.pltRelocationsSize, 'DT_PLTRELSZ', 'DT_PLTREL');
    const [first] = runs;
    // DT_RELASZ may count them in.
    if (!first || address < first.address || address + bytes !== first.address + first.size)
      runs.push({ where: 'DT_JMPREL', address, size: bytes, relative: 0 });
  }
  return runs;
}

/** The list of words that DT_RELR packs: where it lies, or nothing. */
export function packedRelocations(elf: Elf): Run | undefined {
  const address = elf.dynamic.values.get(tags.relr);
  if (address === undefined) return undefined;
  mustBe(elf, 'DT_RELRENT', need(elf, tags.relrEntry, 'DT_RELRENT', 'DT_RELR'), elf.header.wide ? 8 : 4);
  const size = need(elf, tags.relrSize, 'DT_RELRSZ', 'DT_RELR');
  return { where: 'DT_RELR', address, size, relative: 0 };
}

const kinds = {
  rela: {
    name: 'DT_RELA',
    table: tags.rela,
    size: tags.relaSize,
    entry: tags.relaEntry,
    count: tags.relaCount,
  },
  rel: { name: 'DT_REL', table: tags.rel, size: tags.relSize, entry: tags.relEntry, count: tags.relCount },
};
