/** What a loader builds from the program headers, before it looks at anything inside. */
import { hex, malformed, tooMuch } from '../../faults.js';
import type { ByteSource } from '../../image.js';
import type { Header } from '../header.js';
import { type Segment, type Segments, segmentTypes } from '../segments.js';
import type { Pages } from './pages.js';

const flags = { execute: 1, write: 2 };
/** The small code model reaches 2 GiB; nothing larger can be linked, and a mapping of it may fail. */
const maxExtent = 4 * 1024 ** 3;
const maxAlignment = 1024 ** 3;

export function checkSegments(
  source: ByteSource,
  header: Header,
  { all, map }: Segments,
  pages: Pages,
): void {
  const loads = all.filter(({ type }) => type === segmentTypes.load);
  checkOrder(source, loads);
  checkHoles(source, loads, pages.size);
  if (pages.end - pages.start > maxExtent)
    throw tooMuch(source, 'program headers', 'bytes of memory', maxExtent, pages.end - pages.start);

  for (const type of ['dynamic', 'relro', 'tls', 'table'] as const) {
    const found = all.filter((one) => one.type === segmentTypes[type]);
    if (found.length > 1) {
      throw malformed(source, `program header ${found[1]?.index}`, 'there can only be one of its type', {
        expected: `one ${names[type]}`,
        found: String(found.length),
      });
    }
    for (const segment of found) checkOne(source, type, segment);
  }
  for (const { index, type, offset, address, fileSize, memorySize, align } of all) {
    // Properties are read from memory, other notes from the file.
    const holdsProperties = type === segmentTypes.gnuProperty || type === segmentTypes.note;
    if (holdsProperties && align === 8 && memorySize > 0 && !pages.readable(address, memorySize)) {
      throw outside(source, `program header ${index}`, 'a loaded segment', address, memorySize);
    }
    if (type !== segmentTypes.note || fileSize < 32 || (align !== 4 && align !== 8)) continue;
    if (offset + fileSize > source.size) {
      throw malformed(source, `program header ${index} (PT_NOTE)`, 'the notes lie outside the file', {
        expected: `at most ${source.size - offset} bytes`,
        found: String(fileSize),
      });
    }
  }

  function checkOne(source: ByteSource, type: keyof typeof names, segment: Segment): void {
    const { address, memorySize, fileSize, offset } = segment;
    const where = `program header ${segment.index} (${names[type]})`;
    if (type === 'dynamic') {
      if (fileSize === 0) {
        throw malformed(source, where, 'the dynamic section is empty', {
          expected: 'its bytes',
          found: 'none, as in a file that holds only debugging information',
        });
      }
      // The loader puts the real addresses into it.
      const enough = segment.flags & flags.write ? pages.writable(address, memorySize) : true;
      if (!enough) throw outside(source, where, 'a segment that can be written to', address, memorySize);
    } else if (type === 'relro') {
      if (address < pages.start || address + memorySize > pages.end)
        throw outside(source, where, 'the loaded segments', address, memorySize);
      if (pages.holdsCode(address, memorySize)) {
        throw malformed(source, where, 'code would no longer be executable', {
          expected: 'segments of data',
          found: `${memorySize} bytes from address ${hex(address)}`,
        });
      }
    } else if (type === 'tls') {
      if (memorySize === 0) return;
      if (fileSize > memorySize) {
        throw malformed(source, where, 'it has more bytes in the file than in memory', {
          expected: `at most ${memorySize}`,
          found: String(fileSize),
        });
      }
      if (address === 0 && fileSize > 0) {
        // The loader takes that address for none, and copies from there all the same.
        throw malformed(source, where, 'its first values cannot lie at address 0', {
          expected: 'an address behind the ELF header',
          found: '0',
        });
      }
      if (!pages.readable(address, Math.max(1, fileSize)) && fileSize > 0)
        throw outside(source, where, 'a loaded segment', address, fileSize);
      if (!isPowerOfTwo(segment.align)) {
        throw malformed(source, where, 'its alignment is not a power of two', {
          expected: '1, 2, 4, 8…',
          found: String(segment.align),
        });
      }
    } else if (map.find(address)?.offset !== header.programHeaders.offset) {
      throw malformed(source, where, 'it is not where the program headers are', {
        expected: `the address of file offset ${hex(header.programHeaders.offset)}`,
        found: `address ${hex(address)}, file offset ${hex(offset)}`,
      });
    }
  }
}

const names = { dynamic: 'PT_DYNAMIC', relro: 'PT_GNU_RELRO', tls: 'PT_TLS', table: 'PT_PHDR' };

function checkOrder(source: ByteSource, loads: readonly Segment[]): void {
  if (loads.length === 0) {
    throw malformed(source, 'program headers', 'no segment is loaded', {
      expected: 'a PT_LOAD',
      found: 'none',
    });
  }
  let end = 0;
  for (const { index, address, memorySize, align } of loads) {
    const where = `program header ${index}`;
    if (address < end) {
      throw malformed(source, where, 'the loaded segments are not in order', {
        expected: `an address from ${hex(end)} on`,
        found: hex(address),
      });
    }
    if (isPowerOfTwo(align) && align > maxAlignment)
      throw tooMuch(source, where, 'bytes of alignment', maxAlignment, align);
    end = address + memorySize;
  }
}

/**
 * glibc reserves memory for all segments at once, and takes away what lies between them. Where the last one starts in
 * pages of the first, it gives up (since 2.35).
 */
export function endsInFirst(loads: readonly Segment[], page: number): boolean {
  const startOf = ({ address }: Segment) => Math.floor(address / page) * page;
  const endOf = ({ address, fileSize }: Segment) => Math.ceil((address + fileSize) / page) * page;
  const [first, last] = [loads[0], loads.at(-1)];
  if (!first || !last) return false;
  const hasHoles = loads.some(
    (one, index) => index > 0 && endOf(loads[index - 1] as Segment) !== startOf(one),
  );
  return hasHoles && startOf(last) < endOf(first);
}

function checkHoles(source: ByteSource, loads: readonly Segment[], page: number): void {
  const last = loads.at(-1);
  if (!last || !endsInFirst(loads, page)) return;
  throw malformed(
    source,
    `program header ${last.index}`,
    'the last segment starts in a page of the first one',
    {
      expected: 'a page of its own',
      found: hex(last.address),
    },
  );
}

/** The largest page size at which every segment can be mapped: addresses and offsets agree below it. */
export function largestPage(all: readonly Segment[]): number {
  let bits = 0n;
  for (const { type, address, offset } of all) {
    if (type === segmentTypes.load) bits |= BigInt(address) ^ BigInt(offset);
  }
  return bits === 0n ? 2 ** 30 : Math.min(2 ** 30, Number(bits & -bits));
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

function outside(source: ByteSource, where: string, expected: string, address: number, size: number) {
  return malformed(source, where, 'it lies outside what it should be in', {
    expected,
    found: `${size} bytes from address ${hex(address)}`,
  });
}
