/**
 * The pointers of an ELF library as its file describes them: in the file they are zeros, and relocations say
 * what the loader will put there. Reads the file as data; every address is looked up in its segments.
 */

import { malformed, tooMuch } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource, Image } from '../image.js';
import { readDynamic, tags } from './dynamic.js';
import { readHeader } from './header.js';
import { isWritable, readSegments, type Segment, type Segments, segmentTypes } from './segments.js';

/** The relocations that make pointers to the file's own parts: to an address, and to a symbol. */
const kinds: Readonly<Record<string, { relative: number; symbols: readonly number[] }>> = {
  x64: { relative: 8, symbols: [1, 6] }, // R_X86_64_RELATIVE; _64, _GLOB_DAT
  arm64: { relative: 1027, symbols: [257, 1025] }, // R_AARCH64_RELATIVE; _ABS64, _GLOB_DAT
};

const entrySize = 24;
const symbolSize = 24;
/** The largest plugins have some fifty thousand. */
const maxRelocations = 2_000_000;
const maxText = 4096;

export class Pointers {
  readonly #source: ByteSource;
  readonly #little: boolean;
  readonly #segments: Segments;
  /** What each place points to. */
  readonly #targets = new Map<number, number>();

  /** @throws MortiseError MORTISE_ERR_BINARY_*; for a file that is not a 64-bit ELF library of a known processor */
  constructor(source: ByteSource, image: Image) {
    const header = readHeader(source);
    const kind = kinds[image.arch];
    if (!kind || !header.wide) {
      throw malformed(source, 'ELF header', 'its pointers can only be read for x64 and arm64', {
        expected: Object.keys(kinds).join(' or '),
        found: image.arch,
      });
    }
    this.#source = source;
    this.#little = header.little;
    this.#segments = readSegments(source, header);
    const values = readDynamic(source, header, this.#segments)?.values ?? new Map<number, number>();
    const table = values.get(tags.rela);
    const size = values.get(tags.relaSize) ?? 0;
    if (table === undefined || size === 0) return;
    const count = Math.floor(size / entrySize);
    if (count > maxRelocations) {
      throw tooMuch(source, 'DT_RELASZ', 'relocations', maxRelocations, count);
    }
    const fields = this.fields(table, count * entrySize, 'DT_RELA');
    for (let at = 0; at < fields.length; at += entrySize) {
      const type = fields.u32(at + 8);
      const addend = fields.u64(at + 16);
      if (type === kind.relative) this.#targets.set(fields.u64(at), addend);
      if (!kind.symbols.includes(type)) continue;
      const value = this.#symbol(fields.u32(at + 12), values.get(tags.symbols));
      if (value !== undefined) this.#targets.set(fields.u64(at), value + addend);
    }
  }

  /** The address of a byte of the file that some segment loads. */
  addressOf(offset: number): number | undefined {
    const holds = ({ type, offset: start, fileSize }: Segment) =>
      type === segmentTypes.load && offset >= start && offset < start + fileSize;
    const segment = this.#segments.all.find(holds);
    return segment && segment.address + offset - segment.offset;
  }

  /** What the pointer at an address will point to; undefined when it is null, or leads out of the file. */
  target(address: number): number | undefined {
    const target = this.#targets.get(address);
    if (target !== undefined) return target;
    // With packed relocations (DT_RELR) the address itself stands in the file.
    const place = this.#segments.map.find(address);
    const word = place && place.available >= 8 ? this.fields(address, 8, 'a pointer').u64(0) : 0;
    return word === 0 ? undefined : word;
  }

  /** Whether that many bytes from an address on are the file's, those that start as zeros included. */
  holds(address: number, length: number): boolean {
    return this.#segments.all.some(
      ({ type, address: start, memorySize }) =>
        type === segmentTypes.load && address >= start && address + length <= start + memorySize,
    );
  }

  /** Whether that many bytes from an address on are the file's, and a program may still write there once it is loaded. */
  isWritable(address: number, length: number): boolean {
    return isWritable(this.#segments, address, length);
  }

  /** The terminated text at an address; undefined when no bytes of the file are there. */
  text(address: number | undefined): string | undefined {
    const place = address === undefined ? undefined : this.#segments.map.find(address);
    if (!place) return undefined;
    const bytes = this.#source.read(place.offset, Math.min(place.available, maxText));
    const end = bytes.indexOf(0);
    return end < 0 ? undefined : bytes.toString('utf8', 0, end);
  }

  /** Numbers from an address on; undefined when the file has fewer bytes there. */
  numbers(address: number, length: number): Fields | undefined {
    const place = this.#segments.map.find(address);
    return place && place.available >= length ? this.fields(address, length, 'data') : undefined;
  }

  private fields(address: number, length: number, where: string): Fields {
    const place = this.#segments.map.find(address);
    if (!place || place.available < length) {
      throw malformed(this.#source, where, 'it lies outside the loaded segments', {
        expected: `${length} bytes from address 0x${address.toString(16)}`,
        found: place ? `${place.available} bytes` : 'nothing there',
      });
    }
    return new Fields(this.#source.read(place.offset, length), this.#little, true);
  }

  /** Where a symbol of the file itself lies; undefined for one that another file gives. */
  #symbol(index: number, table: number | undefined): number | undefined {
    if (table === undefined) return undefined;
    const fields = this.numbers(table + index * symbolSize, symbolSize);
    return fields && fields.u16(6) !== 0 ? fields.u64(8) : undefined;
  }
}
