/** Finds the images in a fat Mach-O file. */
import { sliceOf } from '../bytes.js';
import { hex, malformed, notAnImage, truncated } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource, Image, SymbolPlace } from '../image.js';
import { shapeOf } from './header.js';
import { readMacho } from './image.js';

export const fatMagic = 0xcafebabe;
export const fatMagic64 = 0xcafebabf;

/**
 * Java classes start with the same four bytes, and then have their version, 45 or more, where the number of
 * slices would be.
 */
const maxSlices = 44;

export function isFat(source: ByteSource): boolean {
  const magic = source.size < 4 ? 0 : source.read(0, 4).readUInt32BE(0);
  return magic === fatMagic || magic === fatMagic64;
}

export interface Slice {
  cpuType: number;
  cpuSubtype: number;
  offset: number;
  size: number;
}

/** struct fat_header and fat_arch(_64) of <mach-o/fat.h>, always big-endian. */
export function readFat(source: ByteSource): [Image, ...Image[]] {
  const slices = slicesIn(source);
  const images = slices.map((slice, index) => readSlice(source, slice, index));
  return images as [Image, ...Image[]];
}

/** Where the images lie. */
export function slicesIn(source: ByteSource): Slice[] {
  const where = 'fat header';
  if (source.size < 8) throw truncated(source, where, '8 bytes', `${source.size} bytes`);
  const head = new Fields(source.read(0, 8), false, false);
  const count = head.u32(4);
  if (count > maxSlices) {
    throw notAnImage(source, 'the file is a Java class', {
      expected: 'ELF, Mach-O or PE',
      found: `class file version ${count & 0xffff}.${count >>> 16}`,
    });
  }
  if (count === 0) throw malformed(source, where, 'it has no slices', { expected: 'at least 1', found: '0' });
  const wide = head.u32(0) === fatMagic64;
  const entry = wide ? 32 : 20;
  const end = 8 + count * entry;
  if (end > source.size) throw truncated(source, where, `${end} bytes`, `${source.size} bytes`);
  const fields = new Fields(source.read(8, count * entry), false, wide);
  const slices = Array.from({ length: count }, (_, index) => ({
    cpuType: fields.u32(index * entry),
    cpuSubtype: fields.u32(index * entry + 4),
    offset: fields.word(index * entry + 8),
    size: fields.word(index * entry + (wide ? 16 : 12)),
  }));
  checkApart(source, slices, end);
  return slices;
}

/** Slices that share bytes would let a small file stand for many large ones. */
function checkApart(source: ByteSource, slices: readonly Slice[], start: number): void {
  let free = start;
  for (const slice of [...slices].sort((a, b) => a.offset - b.offset)) {
    const where = `fat slice ${slices.indexOf(slice)}`;
    if (slice.offset < free) {
      throw malformed(source, where, 'it overlaps what comes before it', {
        expected: `an offset from ${hex(free)}`,
        found: hex(slice.offset),
      });
    }
    free = slice.offset + slice.size;
    if (free > source.size) {
      throw truncated(
        source,
        where,
        `${slice.size} bytes from ${hex(slice.offset)}`,
        `a file of ${source.size} bytes`,
      );
    }
  }
}

function readSlice(source: ByteSource, slice: Slice, index: number): Image {
  const where = `fat slice ${index}`;
  const part = sliceOf(source, slice.offset, slice.size);
  const head = part.read(0, Math.min(8, part.size));
  const shape = head.length === 8 ? shapeOf(head.readUInt32BE(0)) : undefined;
  if (!shape) {
    throw notAnImage(source, 'a slice of the fat file is not a Mach-O image', {
      where,
      expected: 'Mach-O',
      found: `bytes ${head.toString('hex')}`,
    });
  }
  const cpuType = new Fields(head, shape.little, shape.wide).u32(4);
  if (cpuType !== slice.cpuType) {
    throw malformed(source, where, 'it is for another processor than the fat header says', {
      expected: hex(slice.cpuType),
      found: hex(cpuType),
    });
  }
  const image = readMacho(part, shape);
  const symbols = new Map<string, SymbolPlace>();
  for (const [name, place] of image.symbols)
    symbols.set(name, { ...place, offset: place.offset + slice.offset });
  return { ...image, symbols };
}
