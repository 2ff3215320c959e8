/** Reads ELF notes, such as the build id. */
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import type { Header } from './header.js';
import { type Segments, segmentTypes } from './segments.js';

export interface Notes {
  buildId?: string;
  /** From the notes in which systems sign their own binaries. */
  os?: string;
  /** GNU_PROPERTY_X86_ISA_1_NEEDED. */
  isa?: number;
}

const maxSize = 1024 * 1024;
const maxSegments = 16;
const types = { gnuAbiTag: 1, gnuBuildId: 3, gnuProperties: 5, systemTag: 1 };
/** Linux Extensions to gABI, "Program Property"; the type is the x86-64 psABI's. */
const isaNeeded = 0xc000_8002;
/** NT_GNU_ABI_TAG's first word (Linux Standard Base, ".note.ABI-tag"). */
const gnuSystems = ['linux', 'hurd', 'sunos', 'freebsd', 'netbsd'];
const systems: Record<string, string> = {
  Android: 'android',
  FreeBSD: 'freebsd',
  NetBSD: 'netbsd',
  OpenBSD: 'openbsd',
};

/** Notes only inform: what doesn't fit is left out, no loader would refuse it. */
export function readNotes(source: ByteSource, header: Header, segments: Segments): Notes {
  const notes: Notes = {};
  const found = segments.all.filter(({ type }) => type === segmentTypes.note).slice(0, maxSegments);
  for (const { offset, fileSize, align } of found) {
    if (offset + fileSize > source.size || fileSize > maxSize) continue;
    readSegment(
      new Fields(source.read(offset, fileSize), header.little, header.wide),
      align === 8 ? 8 : 4,
      notes,
    );
  }
  return notes;
}

/** gABI, "Note Section": name size, descriptor size and type, then both, each padded to the alignment. */
function readSegment(fields: Fields, align: number, notes: Notes): void {
  let at = 0;
  while (at + 12 <= fields.length) {
    const nameSize = fields.u32(at);
    const size = fields.u32(at + 4);
    const type = fields.u32(at + 8);
    const start = at + 12 + padded(nameSize, 4);
    const descriptor = align === 8 ? padded(start, 8) : start;
    if (descriptor + size > fields.length) return;
    const name = fields.bytes.toString('latin1', at + 12, at + 12 + Math.max(0, nameSize - 1));
    if (name === 'GNU' && type === types.gnuBuildId && size > 0 && size <= 64) {
      notes.buildId ??= fields.bytes.toString('hex', descriptor, descriptor + size);
    } else if (name === 'GNU' && type === types.gnuProperties && align === 8) {
      notes.isa ??= isaIn(fields, descriptor, size);
    } else if (name === 'GNU' && type === types.gnuAbiTag && size >= 16) {
      notes.os ??= gnuSystems[fields.u32(descriptor)];
    } else if (type === types.systemTag && Object.hasOwn(systems, name)) {
      notes.os ??= systems[name];
    }
    at = descriptor + padded(size, align);
  }
}

/** A list of properties: type, size, and as many bytes, padded to 8. */
function isaIn(fields: Fields, start: number, size: number): number | undefined {
  for (let at = start; at + 8 <= start + size; ) {
    const type = fields.u32(at);
    const length = fields.u32(at + 4);
    if (at + 8 + length > start + size) return undefined;
    if (type === isaNeeded && length === 4) return fields.u32(at + 8);
    at += 8 + padded(length, 8);
  }
  return undefined;
}

function padded(size: number, align: number): number {
  return Math.ceil(size / align) * align;
}
