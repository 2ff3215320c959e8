/** Finds the debug sections in an object file. */
import { unreadable } from './unreadable.js';

/** One section of a relocatable object, and what stands where the linker would have put an address. */
export interface Section {
  bytes: DataView;
  /** By offset in the section: the value once every section lies at zero. */
  patches: ReadonlyMap<number, bigint>;
}

const maxSections = 4096;
const relocationsWithAddend = 4;
const relocations = 9;
/** Bytes of one with its addend. */
const relocationSize = 24;
/** Of a name, in bytes: that of a template's instance can be long. */
const maxText = 65_536;

/**
 * The debug sections of a 64-bit ELF object that a compiler has just written. Unlike src/binary, which
 * reads foreign libraries, it applies relocations: in an object file, strings are found only through them.
 */
export function readObject(file: Uint8Array): { sections: Map<string, Section>; littleEndian: boolean } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 64 || view.getUint32(0) !== 0x7f454c46) throw unreadable('the object file is not ELF');
  if (view.getUint8(4) !== 2) throw unreadable('the object file is not a 64-bit one');
  const little = view.getUint8(5) === 1;
  const u16 = (at: number) => view.getUint16(at, little);
  const u32 = (at: number) => view.getUint32(at, little);
  const u64 = (at: number) => Number(view.getBigUint64(at, little));

  const table = u64(40);
  const count = u16(60);
  if (count > maxSections) throw unreadable(`the object file has ${count} sections`);
  const headers = Array.from({ length: count }, (_, index) => {
    const at = table + index * u16(58);
    return {
      name: u32(at),
      kind: u32(at + 4),
      offset: u64(at + 24),
      size: u64(at + 32),
      link: u32(at + 40),
      info: u32(at + 44),
    };
  });
  const names = headers[u16(62)];
  if (!names) throw unreadable('the object file names no sections');
  const nameOf = (header: { name: number }) => text(view, names.offset + header.name);

  const sections = new Map<string, Section>();
  const patches = headers.map(() => new Map<number, bigint>());
  headers.forEach((header, index) => {
    if (header.kind === 8) return; // occupies no bytes
    // What lies behind the file in the same memory is not the file's.
    if (header.offset + header.size > file.length)
      throw new RangeError('a section that the file does not hold');
    const bytes = new DataView(file.buffer, file.byteOffset + header.offset, header.size);
    sections.set(nameOf(header), { bytes, patches: patches[index] as Map<number, bigint> });
  });
  let left = file.length / relocationSize;
  for (const header of headers) {
    if (header.kind === relocations)
      throw unreadable('the object file keeps addends where mortise does not look');
    const target = patches[header.info];
    const symbols = headers[header.link];
    if (header.kind !== relocationsWithAddend || !target || !symbols) continue;
    for (let at = header.offset; at < header.offset + header.size; at += relocationSize) {
      // Sections that lie over each other would be read again and again.
      if (--left < 0) throw unreadable('the object file has more relocations than fit it');
      const symbol = u32(at + (little ? 12 : 8));
      const value = view.getBigUint64(symbols.offset + symbol * 24 + 8, little);
      target.set(u64(at), value + view.getBigInt64(at + 16, little));
    }
  }
  return { sections, littleEndian: little };
}

/** The text at an offset, up to its zero. */
export function text(view: DataView, start: number): string {
  const most = Math.min(view.byteLength - start, maxText);
  if (!(start >= 0 && most > 0)) throw new RangeError('a text outside its section');
  const bytes = Buffer.from(view.buffer, view.byteOffset + start, most);
  const end = bytes.indexOf(0);
  if (end === -1) throw new RangeError('a text without an end');
  return bytes.toString('utf8', 0, end);
}
