/** Reads the program headers of an ELF file. */
import { hex, malformed, truncated } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import { AddressMap, type Mapping } from '../ranges.js';
import type { Header } from './header.js';

/** One program header (gABI, "Program Header"). */
export interface Segment {
  index: number;
  type: number;
  flags: number;
  offset: number;
  address: number;
  fileSize: number;
  memorySize: number;
  align: number;
}

export const segmentTypes = {
  load: 1,
  dynamic: 2,
  interpreter: 3,
  note: 4,
  table: 6,
  tls: 7,
  gnuStack: 0x6474e551,
  relro: 0x6474e552,
  gnuProperty: 0x6474e553,
} as const;
const executable = 1;
const writable = 2;
/** The smallest that a system has: what is protected starts at one. */
const page = 4096;

export interface Segments {
  all: Segment[];
  map: AddressMap;
}

export function readSegments(source: ByteSource, header: Header): Segments {
  const { offset, entry, count } = header.programHeaders;
  const fields = new Fields(source.read(offset, entry * count), header.little, header.wide);
  const all: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const at = index * entry;
    all.push(
      header.wide
        ? {
            index,
            type: fields.u32(at),
            flags: fields.u32(at + 4),
            offset: fields.u64(at + 8),
            address: fields.u64(at + 16),
            fileSize: fields.u64(at + 32),
            memorySize: fields.u64(at + 40),
            align: fields.u64(at + 48),
          }
        : {
            index,
            type: fields.u32(at),
            flags: fields.u32(at + 24),
            offset: fields.u32(at + 4),
            address: fields.u32(at + 8),
            fileSize: fields.u32(at + 16),
            memorySize: fields.u32(at + 20),
            align: fields.u32(at + 28),
          },
    );
  }
  return { all, map: mapOf(source, all) };
}

/** Bytes of memory as the loader fills it, from an address on. */
export function readLoaded(
  source: ByteSource,
  header: Header,
  segments: Segments,
  where: string,
  address: number,
  size: number,
): Fields {
  const place = segments.map.find(address);
  if (!place || size > place.available) {
    throw malformed(source, where, 'the table lies outside the loaded segments', {
      expected: `${size} bytes from address ${hex(address)}`,
      found: place ? `${place.available} bytes` : 'nothing there',
    });
  }
  return new Fields(source.read(place.offset, size), header.little, header.wide);
}

/** Whether a program may write to each of these bytes once the library is loaded: what PT_GNU_RELRO names, it may not. */
export function isWritable({ all, map }: Segments, address: number, length: number): boolean {
  const mapping = map.mappingOf(address);
  if (!mapping?.writable || address + length > mapping.address + mapping.extent) return false;
  return !all.some(
    ({ type, address: start, memorySize }) =>
      type === segmentTypes.relro &&
      address < start + memorySize &&
      address + length > start - (start % page),
  );
}

/** The address space that the loader builds; it sees PT_LOAD only, so nothing else decides where bytes lie. */
function mapOf(source: ByteSource, all: readonly Segment[]): AddressMap {
  const loads = new Map<Mapping, Segment>();
  for (const segment of all) {
    if (segment.type !== segmentTypes.load) continue;
    const where = `program header ${segment.index}`;
    const { offset, address, fileSize, memorySize } = segment;
    if (fileSize > memorySize) {
      throw malformed(source, where, 'it has more bytes in the file than in memory', {
        expected: `at most ${memorySize}`,
        found: String(fileSize),
      });
    }
    if (!Number.isSafeInteger(address + memorySize)) {
      throw malformed(source, where, 'its addresses are outside any address space', { found: hex(address) });
    }
    if (offset + fileSize > source.size) {
      throw truncated(
        source,
        where,
        `${fileSize} bytes from ${hex(offset)}`,
        `a file of ${source.size} bytes`,
      );
    }
    const mapping = {
      address,
      bytes: fileSize,
      offset,
      extent: memorySize,
      executable: (segment.flags & executable) !== 0,
      writable: (segment.flags & writable) !== 0,
    };
    loads.set(mapping, segment);
  }
  const map = new AddressMap([...loads.keys()]);
  const overlap = map.overlap();
  if (overlap) {
    const [first, second] = overlap.map((one) => (loads.get(one) as Segment).index) as [number, number];
    throw malformed(source, `program header ${second}`, `it is loaded over program header ${first}`, {
      expected: 'segments that do not overlap',
      found: `both claim address ${hex(overlap[1].address)}`,
    });
  }
  return map;
}
