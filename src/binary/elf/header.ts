/** Reads the header of an ELF file. */
import { malformed, notAnImage, tooMuch, truncated } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';

/** The file header of gABI, "ELF Header", as far as a reader of libraries needs it. */
export interface Header {
  wide: boolean;
  little: boolean;
  osabi: number;
  type: number;
  machine: number;
  programHeaders: Table;
  sectionHeaders: Table;
  /** Index of the section that holds the section names; 0 when there is none. */
  sectionNames: number;
}

/** An array of records of one size. */
export interface Table {
  offset: number;
  entry: number;
  count: number;
}

export const fileTypes = { relocatable: 1, executable: 2, shared: 3 } as const;

/** Real libraries have about ten segments; Linux refuses more than 64 KiB of program headers. */
const maxSegments = 1170;
const maxSections = 1_000_000;

export function readHeader(source: ByteSource): Header {
  const where = 'ELF header';
  const ident = source.read(0, Math.min(source.size, 16));
  if (ident.length < 16) throw truncated(source, where, '16 bytes of identification', `${source.size} bytes`);
  const [klass, data, version, osabi] = ident.subarray(4) as unknown as [number, number, number, number];
  if ((klass !== 1 && klass !== 2) || (data !== 1 && data !== 2) || version !== 1) {
    throw notAnImage(
      source,
      'it starts like ELF, with a class, byte order or version that ELF does not have',
      {
        expected: 'class 1 or 2, byte order 1 or 2, version 1',
        found: `class ${klass}, byte order ${data}, version ${version}`,
      },
    );
  }
  const wide = klass === 2;
  const size = wide ? 64 : 52;
  if (source.size < size) throw truncated(source, where, `${size} bytes`, `${source.size} bytes`);
  const fields = new Fields(source.read(0, size), data === 1, wide);
  const tail = wide ? 52 : 40;

  const header: Header = {
    wide,
    little: data === 1,
    osabi,
    type: fields.u16(16),
    machine: fields.u16(18),
    programHeaders: {
      offset: fields.word(wide ? 32 : 28),
      entry: fields.u16(tail + 2),
      count: fields.u16(tail + 4),
    },
    sectionHeaders: {
      offset: fields.word(wide ? 40 : 32),
      entry: fields.u16(tail + 6),
      count: fields.u16(tail + 8),
    },
    sectionNames: fields.u16(tail + 10),
  };
  extendCounts(source, header);
  check(source, header.programHeaders, wide ? 56 : 32, maxSegments, 'program header');
  // No loader reads them, so that headers of another size are as good as none.
  if (header.sectionHeaders.entry !== (wide ? 64 : 40)) header.sectionHeaders.count = 0;
  check(source, header.sectionHeaders, wide ? 64 : 40, maxSections, 'section header');
  return header;
}

/** Counts that don't fit the header's 16 bits stand in section header 0 (gABI: e_shnum, e_phnum, e_shstrndx). */
function extendCounts(source: ByteSource, header: Header): void {
  const { sectionHeaders: sections, programHeaders, wide, little } = header;
  const extended = sections.count === 0 || programHeaders.count === 0xffff || header.sectionNames === 0xffff;
  if (sections.offset === 0 || !extended) return;
  const size = wide ? 64 : 40;
  if (sections.offset + size > source.size) return;
  const first = new Fields(source.read(sections.offset, size), little, wide);
  if (sections.count === 0) sections.count = first.word(wide ? 32 : 20);
  if (header.sectionNames === 0xffff) header.sectionNames = first.u32(wide ? 40 : 24);
  if (programHeaders.count === 0xffff) programHeaders.count = first.u32(wide ? 44 : 28);
}

function check(source: ByteSource, table: Table, entry: number, max: number, label: string): void {
  if (table.offset === 0 || table.count === 0) {
    table.count = 0;
    return;
  }
  if (table.entry !== entry) {
    throw malformed(source, 'ELF header', `the size of a ${label} is wrong`, {
      expected: `${entry} bytes`,
      found: `${table.entry} bytes`,
    });
  }
  if (table.count > max) throw tooMuch(source, 'ELF header', `${label}s`, max, table.count);
  // The system's loader never looks at section headers, but when they are missing the file was cut:
  // linkers write them last.
  if (table.offset + table.count * entry > source.size) {
    throw truncated(
      source,
      `${label}s`,
      `${table.count} × ${entry} bytes from offset ${table.offset}`,
      `a file of ${source.size} bytes`,
    );
  }
}
