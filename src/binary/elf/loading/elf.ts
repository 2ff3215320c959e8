/** What the rules of loading look at: an ELF file that is read as far as its symbols. */
import { hex, malformed } from '../../faults.js';
import { Fields } from '../../fields.js';
import type { ByteSource } from '../../image.js';
import type { Dynamic } from '../dynamic.js';
import type { Header } from '../header.js';
import type { Segments } from '../segments.js';
import type { Pages } from './pages.js';

export interface Elf {
  source: ByteSource;
  header: Header;
  segments: Segments;
  dynamic: Dynamic;
  /** How many dynamic symbols there are. */
  symbolCount: number;
  pages: Pages;
  /** Tables that lie where the file can be written to: relocations must not. */
  followed: { start: number; end: number; where: string }[];
}

/** Several rules look at the same tables: those that are worth it are read once. */
const tables = new WeakMap<Elf, Map<string, Fields>>();
const smallest = 4096;

/**
 * Where a table lies that the loader reads in place: all of it must come from the file.
 * @returns the offset of its first byte; undefined for an empty one that lies nowhere
 */
export function placeAt(elf: Elf, where: string, address: number, size: number): number | undefined {
  const place = elf.segments.map.find(address);
  if ((!place && size > 0) || (place && size > place.available)) {
    throw malformed(elf.source, where, 'the table lies outside the loaded segments', {
      expected: `${size} bytes from address ${hex(address)}`,
      found: place ? `${place.available} bytes` : 'nothing there',
    });
  }
  if (size > 0 && !elf.pages.readable(address, size)) {
    throw malformed(elf.source, where, 'the table lies in a segment that cannot be read', {
      expected: 'the flag R',
      found: `address ${hex(address)}`,
    });
  }
  if (size > 0 && elf.pages.writable(address, 1)) {
    elf.followed.push({ start: address, end: address + size, where });
  }
  return place?.offset;
}

/** The bytes of such a table. */
export function tableAt(elf: Elf, where: string, address: number, size: number): Fields {
  const { source, header } = elf;
  const offset = placeAt(elf, where, address, size);
  if (offset === undefined) return new Fields(Buffer.alloc(0), header.little, header.wide);
  const key = `${address}:${size}`;
  const known = tables.get(elf)?.get(key);
  if (known) return known;
  const fields = new Fields(source.read(offset, size), header.little, header.wide);
  if (size >= smallest) {
    const kept = tables.get(elf) ?? new Map<string, Fields>();
    tables.set(elf, kept.set(key, fields));
  }
  return fields;
}
