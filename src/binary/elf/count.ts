/** How many dynamic symbols an ELF file has. */
import { hex, malformed } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import { type Dynamic, tags } from './dynamic.js';
import type { Header } from './header.js';
import type { Section } from './sections.js';
import { sectionTypes } from './sections.js';
import type { Segments } from './segments.js';

interface Tables {
  source: ByteSource;
  header: Header;
  segments: Segments;
  dynamic: Dynamic;
}

/**
 * How many dynamic symbols there are, which no tag says. The hash tables come first, because the loader
 * finds symbols through them; section headers and relocations only tell of imports that no hash table
 * covers (DT_GNU_HASH holds definitions).
 */
export function countSymbols(tables: Tables, sections: readonly Section[]): number {
  const { values } = tables.dynamic;
  const hash = values.get(tags.hash);
  const gnuHash = values.get(tags.gnuHash);
  if (gnuHash !== undefined) {
    // The loader looks at this one alone where there are both.
    const { count, defines } = countByGnuHash(tables, gnuHash);
    if (defines) return count;
    if (hash === undefined)
      return Math.max(count, countBySections(tables, sections) ?? countByRelocations(tables));
  }
  if (hash !== undefined) return countByHash(tables, hash);
  return values.get(tags.mipsSymbolCount) ?? countBySections(tables, sections) ?? countByRelocations(tables);
}

/** gABI, "Hash Table": nbucket, nchain; nchain is the number of symbols. */
function countByHash({ source, header, segments }: Tables, address: number): number {
  // The one exception among the machines that Node.js runs on: s390x has 8-byte entries.
  const entry = header.machine === 22 && header.wide ? 8 : 4;
  const place = segments.map.find(address);
  if (!place || place.available < 2 * entry) throw outside(source, 'DT_HASH', address);
  const fields = new Fields(source.read(place.offset, 2 * entry), header.little, header.wide);
  return entry === 8 ? fields.u64(8) : fields.u32(4);
}

/**
 * DT_GNU_HASH: nbuckets, symoffset, bloom_size, bloom_shift, bloom words, buckets, chains. A bucket is the
 * index of its first symbol; symbols are sorted by bucket, and the last of each has bit 0 set in its chain
 * word. So the end of the chain of the highest bucket is the end of the table.
 */
function countByGnuHash({ source, header, segments }: Tables, address: number) {
  const place = segments.map.find(address);
  if (!place || place.available < 16) throw outside(source, 'DT_GNU_HASH', address);
  const head = new Fields(source.read(place.offset, 16), header.little, header.wide);
  const buckets = head.u32(0);
  const first = head.u32(4);
  const bucketsAt = 16 + head.u32(8) * (header.wide ? 8 : 4);
  const chainsAt = bucketsAt + buckets * 4;
  if (chainsAt > place.available) throw outside(source, 'DT_GNU_HASH', address);

  const list = new Fields(source.read(place.offset + bucketsAt, buckets * 4), header.little, header.wide);
  let highest = 0;
  for (let index = 0; index < buckets; index++) highest = Math.max(highest, list.u32(index * 4));
  if (highest < first || highest === 0) return { count: first, defines: false };

  const step = 1024;
  for (let index = highest; ; index += step) {
    const at = chainsAt + (index - first) * 4;
    const count = Math.min(step, Math.floor((place.available - at) / 4));
    if (count <= 0) throw outside(source, 'DT_GNU_HASH', address);
    const chain = new Fields(source.read(place.offset + at, count * 4), header.little, header.wide);
    for (let link = 0; link < count; link++) {
      if (chain.u32(link * 4) & 1) return { count: index + link + 1, defines: true };
    }
  }
}

function countBySections({ dynamic }: Tables, sections: readonly Section[]): number | undefined {
  const table = sections.find(
    ({ type, address }) =>
      type === sectionTypes.dynamicSymbols && address === dynamic.values.get(tags.symbols),
  );
  return table && table.entry > 0 ? Math.floor(table.size / table.entry) : undefined;
}

/** The highest symbol that a relocation names: imports without a relocation are of no use to anyone. */
function countByRelocations({ source, header, segments, dynamic: { values } }: Tables): number {
  const rela = header.wide ? 24 : 12;
  const rel = header.wide ? 16 : 8;
  const lists: [number | undefined, number | undefined, number][] = [
    [values.get(tags.rela), values.get(tags.relaSize), rela],
    [values.get(tags.rel), values.get(tags.relSize), rel],
    [
      values.get(tags.pltRelocations),
      values.get(tags.pltRelocationsSize),
      values.get(tags.pltRelocationType) === tags.rel ? rel : rela,
    ],
  ];
  let highest = 0;
  for (const [address, size, entry] of lists) {
    const place = address === undefined ? undefined : segments.map.find(address);
    if (!place || size === undefined) continue;
    const count = Math.floor(Math.min(size, place.available) / entry);
    const fields = new Fields(source.read(place.offset, count * entry), header.little, header.wide);
    for (let index = 0; index < count; index++) {
      const info = index * entry + (header.wide ? 8 : 4);
      // r_info (gABI, "Relocation"): the symbol is its upper 32 bits, or 24 in a 32-bit image.
      const symbol = header.wide ? fields.u32(header.little ? info + 4 : info) : fields.u32(info) >>> 8;
      highest = Math.max(highest, symbol);
    }
  }
  return highest === 0 ? 0 : highest + 1;
}

function outside(source: ByteSource, where: string, address: number) {
  return malformed(source, where, 'the hash table lies outside the loaded segments', {
    expected: 'a table inside one segment',
    found: `it starts at address ${hex(address)}`,
  });
}
