/** The hash tables through which the system's loader finds symbols. */
import { malformed } from '../faults.js';
import { Fields } from '../fields.js';
import { tags } from './dynamic.js';
import { type Linked, tableAt } from './tables.js';

/** Finds symbols by name. */
export interface Hash {
  readonly bytes: number;
  /** The first symbol that may have that name, as the loader looks at them; 0 when there is none. */
  first(name: string): number;
  /** The one after that; 0 when there is none. Call it at most `limit` times: a damaged chain may lead into itself. */
  next(index: number, name: string): number;
  readonly limit: number;
}

/** The table that the loader uses: DT_GNU_HASH before DT_HASH. Undefined when there is none. */
export function readHash(linked: Linked): Hash | undefined {
  const { values } = linked.dynamic;
  if (values.has(tags.gnuHash)) return readGnuHash(linked);
  return values.has(tags.hash) ? readPlainHash(linked) : undefined;
}

/** DT_GNU_HASH: nbuckets, symoffset, bloom_size, bloom_shift, bloom words, buckets, chains. */
function readGnuHash(linked: Linked): Hash {
  const { source, header, segments, dynamic } = linked;
  const where = 'DT_GNU_HASH';
  const head = tableAt(linked, where, tags.gnuHash, 16) as Fields;
  const [bucketCount, first, bloomSize, shift] = [head.u32(0), head.u32(4), head.u32(8), head.u32(12)];
  const wordBits = header.wide ? 64 : 32;
  const bucketsAt = 16 + bloomSize * (wordBits / 8);
  const chainsAt = bucketsAt + bucketCount * 4;
  const whole = tableAt(linked, where, tags.gnuHash, chainsAt) as Fields;
  if (bucketCount === 0 || bloomSize === 0 || (bloomSize & (bloomSize - 1)) !== 0) {
    throw malformed(source, where, 'the hash table has no buckets, or a filter of a wrong size', {
      expected: 'one bucket or more, and a power of two',
      found: `${bucketCount} and ${bloomSize}`,
    });
  }
  let highest = 0;
  for (let at = bucketsAt; at < chainsAt; at += 4) highest = Math.max(highest, whole.u32(at));
  const chains = highest < first ? undefined : chainsFrom(highest);

  return {
    get bytes() {
      return whole.length + (chains?.length ?? 0);
    },
    limit: chains ? chains.length / 4 : 0,
    first(name) {
      const hash = gnuHash(name);
      const word = 16 + (Math.floor(hash / wordBits) & (bloomSize - 1)) * (wordBits / 8);
      if (!hasBit(word, hash % wordBits) || !hasBit(word, (hash >>> shift) % wordBits)) return 0;
      const index = whole.u32(bucketsAt + (hash % bucketCount) * 4);
      return index < first ? 0 : alike(index, hash);
    },
    next(index, name) {
      return chains && chains.u32((index - first) * 4) & 1 ? 0 : alike(index + 1, gnuHash(name));
    },
  };

  /** From an index on, the first of that hash in its bucket. */
  function alike(from: number, hash: number): number {
    if (!chains) return 0;
    for (let index = from; (index - first) * 4 < chains.length; index++) {
      const link = chains.u32((index - first) * 4);
      if ((link | 1) === (hash | 1)) return index;
      if (link & 1) return 0;
    }
    return 0;
  }

  function hasBit(word: number, bit: number): boolean {
    const isFirst = wordBits === 32 || bit < 32 === header.little;
    return ((whole.u32(isFirst ? word : word + 4) >>> (bit % 32)) & 1) === 1;
  }

  /** All of them: the last link of the highest bucket ends the table. */
  function chainsFrom(last: number): Fields {
    const place = segments.map.find((dynamic.values.get(tags.gnuHash) as number) + chainsAt);
    const step = 4096;
    for (let index = last; ; index += step) {
      const from = (index - first) * 4;
      const length = Math.min(step * 4, (place?.available ?? 0) - from);
      if (!place || length < 4) {
        throw malformed(source, where, 'the hash table lies outside the loaded segments', {
          expected: 'a chain that ends',
          found: `symbol ${index} in the last one`,
        });
      }
      const part = new Fields(source.read(place.offset + from, length), header.little, header.wide);
      for (let at = 0; at + 4 <= length; at += 4) {
        if ((part.u32(at) & 1) === 0) continue;
        const bytes = source.read(place.offset, from + at + 4);
        return new Fields(bytes, header.little, header.wide);
      }
    }
  }
}

/** One name is looked up in one library after the other. */
let last = { name: '', hash: 5381 };

function gnuHash(name: string): number {
  if (name === last.name) return last.hash;
  let hash = 5381;
  for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 33) + name.charCodeAt(at)) >>> 0;
  last = { name, hash };
  return hash;
}

/** gABI, "Hash Table": nbucket, nchain, buckets, chains. */
function readPlainHash(linked: Linked): Hash {
  const { source, header } = linked;
  const where = 'DT_HASH';
  // The one exception among the machines that Node.js runs on: s390x has 8-byte entries.
  const entry = header.machine === 22 && header.wide ? 8 : 4;
  const head = tableAt(linked, where, tags.hash, 2 * entry) as Fields;
  const at = (fields: Fields, index: number) =>
    entry === 8 ? fields.u64(index * entry) : fields.u32(index * entry);
  const [buckets, count] = [at(head, 0), at(head, 1)];
  if (buckets === 0) {
    throw malformed(source, where, 'the hash table has no buckets', { expected: 'one or more', found: '0' });
  }
  const whole = tableAt(linked, where, tags.hash, (2 + buckets + count) * entry) as Fields;
  return {
    bytes: whole.length,
    limit: count,
    first: (name) => inside(at(whole, 2 + (plainHash(name) % buckets))),
    next: (index) => inside(at(whole, 2 + buckets + index)),
  };

  function inside(index: number): number {
    return index < count ? index : 0;
  }
}

function plainHash(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) {
    hash = ((hash << 4) + name.charCodeAt(at)) >>> 0;
    const high = hash & 0xf000_0000;
    hash = ((hash ^ (high >>> 24)) & 0x0fff_ffff) >>> 0;
  }
  return hash;
}
