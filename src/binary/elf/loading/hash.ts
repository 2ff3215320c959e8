/** The hash tables through which symbols are found: every step stays inside, and some symbols are not found. */
import { malformed } from '../../faults.js';
import type { Fields } from '../../fields.js';
import { tags } from '../dynamic.js';
import { type Elf, tableAt } from './elf.js';

/** gABI, "Symbol Table": bindings, visibilities and types. */
const kinds = {
  tls: 6,
  absolute: 0xfff1,
  /** Those of definitions: global, weak, unique. */
  bindings: [1, 2, 10],
  /** Nothing, data, code, common, thread-local, resolved by a function. */
  types: [0, 1, 2, 5, 6, 10],
};

/**
 * glibc looks at the older table only when the newer one isn't there.
 *
 * @returns for each symbol whether a search for its name may end at it. Linkers leave some out that have no place in
 *   memory; nobody misses them unless a relocation or a program asks.
 */
export function checkHash(elf: Elf): Uint8Array {
  const { values } = elf.dynamic;
  const gnu = values.get(tags.gnuHash);
  const old = values.get(tags.hash);
  const names = namesOf(elf);
  const found = new Uint8Array(elf.symbolCount);
  // s390x alone has entries of 8 bytes.
  if (gnu !== undefined) checkGnuHash(elf, gnu, names, found);
  else if (old !== undefined && elf.header.machine !== 22) checkOldHash(elf, old, names, found);
  else if (old !== undefined) found.fill(1);
  return found;
}

function checkGnuHash(elf: Elf, address: number, names: Names, found: Uint8Array): void {
  const where = 'DT_GNU_HASH';
  const { source, header, symbolCount } = elf;
  const head = tableAt(elf, where, address, 16);
  const [buckets, first, words, shift] = [head.u32(0), head.u32(4), head.u32(8), head.u32(12)];
  if (words === 0 || (words & (words - 1)) !== 0) {
    throw malformed(source, where, 'the size of its filter is not a power of two', {
      expected: '1, 2, 4, 8…',
      found: String(words),
    });
  }
  const word = header.wide ? 8 : 4;
  const bits = word * 8;
  const filter = tableAt(elf, where, address + 16, words * word);
  const bucketsAt = address + 16 + words * word;
  const list = tableAt(elf, where, bucketsAt, buckets * 4);
  if (!list.bytes.some((byte) => byte !== 0)) return;
  const length = Math.max(0, symbolCount - first);
  const chain = tableAt(elf, where, bucketsAt + buckets * 4, length * 4);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = list.u32(bucket * 4);
    if (start === 0) continue;
    if (start < first || start >= symbolCount) throw noSymbol(elf, where, bucket, start);
    for (let index = start; ; index++) {
      if (index >= symbolCount) {
        throw malformed(source, `${where}, bucket ${bucket}`, 'its chain does not end', {
          expected: 'a last symbol',
          found: `the end of the table, ${symbolCount} symbols`,
        });
      }
      const stored = chain.u32((index - first) * 4);
      names.check(index, where);
      if (names.canBeFound(index)) {
        const hash = gnuHash(names.bytes, names.at(index));
        const wordAt = (Math.floor(hash / bits) & (words - 1)) * word;
        const passes =
          bitOf(filter, wordAt, hash % bits) && bitOf(filter, wordAt, (hash >>> (shift & 31)) % bits);
        if ((stored | 1) === (hash | 1) && hash % buckets === bucket && passes) found[index] = 1;
      }
      if (stored & 1) break;
    }
  }
}

/** gABI, "Hash Table". */
function checkOldHash(elf: Elf, address: number, names: Names, found: Uint8Array): void {
  const where = 'DT_HASH';
  const { source, symbolCount } = elf;
  const head = tableAt(elf, where, address, 8);
  const buckets = head.u32(0);
  const list = tableAt(elf, where, address + 8, buckets * 4);
  const chain = tableAt(elf, where, address + 8 + buckets * 4, head.u32(4) * 4);
  const seen = new Uint8Array(symbolCount);
  for (let bucket = 0; bucket < buckets; bucket++) {
    for (let index = list.u32(bucket * 4); index !== 0; index = chain.u32(index * 4)) {
      if (index >= symbolCount || index >= head.u32(4)) throw noSymbol(elf, where, bucket, index);
      if (seen[index]) {
        throw malformed(source, `${where}, bucket ${bucket}`, 'a symbol is in it twice', {
          expected: 'each symbol once',
          found: `symbol ${index}`,
        });
      }
      seen[index] = 1;
      names.check(index, where);
      // Without hashes beside them, each name of a chain is compared.
      if (names.at(index) >= names.bytes.length) {
        throw malformed(source, where, `the name of symbol ${index} lies outside the dynamic string table`, {
          expected: `an index below ${names.bytes.length}`,
          found: String(names.at(index)),
        });
      }
      if (names.canBeFound(index) && oldHash(names.bytes, names.at(index)) % buckets === bucket)
        found[index] = 1;
    }
  }
}

function noSymbol({ source, symbolCount }: Elf, where: string, bucket: number, found: number) {
  return malformed(source, `${where}, bucket ${bucket}`, 'there is no such symbol', {
    expected: `an index below ${symbolCount}`,
    found: String(found),
  });
}

type Names = ReturnType<typeof namesOf>;

function namesOf(elf: Elf) {
  const { source, header, dynamic, symbolCount } = elf;
  const { wide } = header;
  const entry = wide ? 24 : 16;
  const table = tableAt(elf, 'DT_SYMTAB', dynamic.values.get(tags.symbols) as number, symbolCount * entry);
  const { bytes } = dynamic.strings;
  const at = (index: number) => table.u32(index * entry);
  const info = (index: number) => table.u8(index * entry + (wide ? 4 : 12));
  const section = (index: number) => table.u16(index * entry + (wide ? 6 : 14));
  const value = (index: number) => table.word(index * entry + (wide ? 8 : 4));
  return {
    bytes,
    at,
    /** What the loader takes for a definition when its name is the one that is looked for. */
    canBeFound(index: number): boolean {
      const type = info(index) & 15;
      const isPlaced = value(index) !== 0 || section(index) === kinds.absolute || type === kinds.tls;
      const isKnown = kinds.bindings.includes(info(index) >> 4) && kinds.types.includes(type);
      return section(index) !== 0 && isPlaced && isKnown && at(index) < bytes.length;
    },
    check(index: number, where: string): void {
      if (section(index) === 0 && value(index) !== 0) {
        throw malformed(source, where, `symbol ${index} is undefined, and has a value`, {
          expected: '0',
          found: 'another value',
        });
      }
    },
  };
}

function gnuHash(bytes: Buffer, at: number): number {
  let hash = 5381;
  for (let index = at; index < bytes.length && bytes[index] !== 0; index++) {
    hash = (Math.imul(hash, 33) + (bytes[index] as number)) | 0;
  }
  return hash >>> 0;
}

/** gABI's, for names of symbols and of versions. */
export function oldHash(bytes: Buffer, at: number): number {
  let hash = 0;
  for (let index = at; index < bytes.length && bytes[index] !== 0; index++) {
    hash = ((hash << 4) + (bytes[index] as number)) | 0;
    const high = hash & 0xf000_0000;
    if (high !== 0) hash ^= high >>> 24;
    hash &= ~high;
  }
  return hash >>> 0;
}

/** A bit of a word of the filter, in the file's byte order. */
function bitOf(filter: Fields, at: number, bit: number): boolean {
  const half = bit >= 32 ? 4 : 0;
  const swapped = filter.wide && !filter.little ? 4 - half : half;
  return ((filter.u32(at + swapped) >>> (bit & 31)) & 1) !== 0;
}
