/** Reads /etc/ld.so.cache, glibc's index of libraries. */
import { endianness } from 'node:os';
import type { ByteSource } from '../../binary/index.js';
import { type ErrorCode, MortiseError } from '../../errors.js';

/** One library in /etc/ld.so.cache. */
export interface CacheEntry {
  name: string;
  path: string;
  /** Kind and processor: glibc's sysdeps/generic/ldconfig.h, FLAG_*. */
  flags: number;
  /** The glibc-hwcaps subdirectory that it lies in: `x86-64-v3`. */
  hwcaps?: string;
  /** Needs processor features in the way that glibc 2.37 gave up. */
  legacyHwcaps: boolean;
}

/** The entries by name, in file order. */
export type LdCache = ReadonlyMap<string, readonly CacheEntry[]>;

// glibc, sysdeps/generic/dl-cache.h
const oldMagic = 'ld.so-1.7.0';
const newMagic = 'glibc-ld.so.cache1.1';
const oldHeader = 16;
const oldEntry = 12;
const newHeader = 48;
const newEntry = 24;
const extensionMagic = 0xeaa42174;
const hwcapsSection = 1;
/** Bit 62 of hwcap: its low half is an index into the hwcaps section. */
const extensionBit = 0x4000_0000;

const maxEntries = 1_000_000;
const maxHwcaps = 4096;
const maxNameLength = 4096;

/**
 * Reads the cache that ldconfig writes: the format of glibc 2.2 and later, alone or behind the older one.
 *
 * @throws MortiseError MORTISE_ERR_BINARY_FORMAT, _TRUNCATED, _MALFORMED or _LIMIT.
 */
export function readLdCache(source: ByteSource): LdCache {
  const base = findHeader(source);
  const head = source.read(base, newHeader);
  // 0: written before the field existed, so in the order of the machine that wrote it.
  const order = (head[28] as number) & 3;
  if (order === 1) throw fault('MORTISE_ERR_BINARY_MALFORMED', source, base + 28, 'an invalid byte order');
  const big = order === 3;
  const u32 = (bytes: Buffer, at: number) => (big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));

  const count = u32(head, 20);
  if (count > maxEntries) throw fault('MORTISE_ERR_BINARY_LIMIT', source, base + 20, `${count} entries`);
  const stringBytes = u32(head, 24);
  const entries = wordsOf(source.read(base + newHeader, count * newEntry), big);
  const stringsAt = newHeader + count * newEntry;
  // Of one text for all names the engine cuts pieces; a decoding of each would take most of the time.
  const strings = source.read(base + stringsAt, stringBytes).toString('latin1');
  const ascii = /^[\0-\x7f]*$/.test(strings);
  const known = new Map<number, string>();
  // ldconfig stores a name once, or as the tail of another. Without an end, a million entries could each
  // claim most of the same strings.
  let budget = 4 * strings.length + maxNameLength;
  // Offsets count from the header, not from the strings.
  const text = (offset: number): string => {
    let string = known.get(offset);
    if (string === undefined) {
      const start = offset - stringsAt;
      const end = start < 0 ? -1 : strings.indexOf('\0', start);
      const length = end - start;
      if (end < 0 || length >= maxNameLength) {
        throw fault('MORTISE_ERR_BINARY_MALFORMED', source, base + offset, 'a name outside the strings');
      }
      budget -= length;
      if (budget < 0) throw fault('MORTISE_ERR_BINARY_LIMIT', source, base + offset, 'names that overlap');
      string = strings.slice(start, end);
      if (!ascii) string = Buffer.from(string, 'latin1').toString('utf8');
      known.set(offset, string);
    }
    return string;
  };

  const extension = u32(head, 32);
  const hwcaps = extension === 0 ? [] : readHwcaps(source, extension, u32).map(text);
  const cache = new Map<string, CacheEntry[]>();
  for (let at = 0; at < entries.length; at += newEntry / 4) {
    const [flags = 0, name = 0, path = 0] = [entries[at], entries[at + 1], entries[at + 2]];
    // One number of 64 bits.
    const [low = 0, high = 0] = big ? [entries[at + 5], entries[at + 4]] : [entries[at + 4], entries[at + 5]];
    const extended = (high & extensionBit) !== 0;
    const entry: CacheEntry = {
      name: text(name),
      path: text(path),
      flags,
      hwcaps: extended ? hwcaps[low] : undefined,
      legacyHwcaps: extended ? hwcaps[low] === undefined : low !== 0 || high !== 0,
    };
    const same = cache.get(entry.name);
    if (same) same.push(entry);
    else cache.set(entry.name, [entry]);
  }
  return cache;
}

/** Of a thousand entries in the blink of an eye, which a call of `readUInt32LE` for each field is not. */
function wordsOf(bytes: Buffer, big: boolean): Uint32Array {
  const words = new Uint32Array(bytes.length / 4);
  const copy = Buffer.from(words.buffer);
  copy.set(bytes);
  if (big !== (endianness() === 'BE')) copy.swap32();
  return words;
}

function findHeader(source: ByteSource): number {
  const startsWith = (offset: number, magic: string) =>
    offset + magic.length <= source.size && source.read(offset, magic.length).toString('latin1') === magic;
  if (startsWith(0, newMagic)) return 0;
  if (startsWith(0, oldMagic)) {
    const head = source.read(0, oldHeader);
    // The old format has no field for its byte order; ours is the only one in which the new magic follows.
    for (const count of [head.readUInt32LE(12), head.readUInt32BE(12)]) {
      const end = oldHeader + count * oldEntry;
      for (const alignment of [8, 4]) {
        const base = Math.ceil(end / alignment) * alignment;
        if (startsWith(base, newMagic)) return base;
      }
    }
  }
  throw fault('MORTISE_ERR_BINARY_FORMAT', source, 0, 'it is not a cache of glibc 2.2 or later');
}

/** Where the names of glibc-hwcaps subdirectories stand among the strings. */
function readHwcaps(source: ByteSource, at: number, u32: (bytes: Buffer, at: number) => number): number[] {
  const head = source.read(at, 8);
  // ld.so too ignores an extension that it doesn't know.
  if (u32(head, 0) !== extensionMagic) return [];
  const count = u32(head, 4);
  if (count > maxHwcaps) throw fault('MORTISE_ERR_BINARY_LIMIT', source, at + 4, `${count} sections`);
  const sections = source.read(at + 8, count * 16);
  for (let section = 0; section < sections.length; section += 16) {
    if (u32(sections, section) !== hwcapsSection) continue;
    const size = u32(sections, section + 12);
    if (size / 4 > maxHwcaps) throw fault('MORTISE_ERR_BINARY_LIMIT', source, at, `${size} bytes of hwcaps`);
    const list = source.read(u32(sections, section + 8), size);
    return Array.from({ length: Math.floor(size / 4) }, (_, index) => u32(list, index * 4));
  }
  return [];
}

function fault(code: ErrorCode, source: ByteSource, offset: number, message: string): MortiseError {
  return new MortiseError({
    code,
    message,
    subject: source.path,
    where: `offset 0x${offset.toString(16)}`,
    remedy: 'Run ldconfig as root: it writes the cache again.',
  });
}
