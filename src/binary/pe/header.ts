/** Reads the headers of a PE file. */
import { hex, malformed, notAnImage, tooMuch, truncated } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import { AddressMap, type Mapping } from '../ranges.js';

/** The headers of PE Format, "COFF File Header", "Optional Header" and "Section Table". */
export interface Header {
  wide: boolean;
  machine: number;
  characteristics: number;
  subsystem: number;
  imageBase: number;
  /** SectionAlignment and FileAlignment. */
  alignment: { section: number; file: number };
  imageSize: number;
  headersSize: number;
  dllCharacteristics: number;
  sections: readonly Section[];
  /** Data directories by their index; missing ones are absent. */
  directories: readonly Directory[];
  /** By RVA, an address relative to where the image is loaded. */
  map: AddressMap;
}

/** One of the section table: where it is in memory, and where in the file. */
export interface Section {
  address: number;
  extent: number;
  offset: number;
  rawSize: number;
}

export interface Directory {
  address: number;
  size: number;
}

export const characteristics = { executable: 0x2, dll: 0x2000 } as const;

/** The format has sixteen, and loaders ignore more. */
const maxDirectories = 16;
/** Windows refuses images of more sections. */
const maxSections = 96;
const signatureDirectory = 4;
const executableSection = 0x2000_0000;
/** IMAGE_SCN_MEM_WRITE. */
const writableSection = 0x8000_0000;

export function readHeader(source: ByteSource): Header {
  if (source.size < 64) throw truncated(source, 'MS-DOS header', '64 bytes', `${source.size} bytes`);
  const start = source.read(0x3c, 4).readUInt32LE(0);
  const where = `PE header at ${hex(start)}`;
  if (start + 24 > source.size) throw truncated(source, where, '24 bytes', `a file of ${source.size} bytes`);
  const coff = new Fields(source.read(start, 24), true, false);
  if (coff.u32(0) !== 0x4550) {
    throw notAnImage(source, 'the file is an MS-DOS program or damaged', {
      where,
      expected: `"PE\\0\\0" at ${hex(start)}`,
      found: coff.bytes.toString('hex', 0, 4),
    });
  }
  const sections = coff.u16(6);
  const optionalSize = coff.u16(20);
  const optionalAt = start + 24;
  const tableAt = optionalAt + optionalSize;
  if (sections > maxSections) throw tooMuch(source, where, 'sections', maxSections, sections);
  if (tableAt + sections * 40 > source.size) {
    throw truncated(
      source,
      where,
      `headers up to ${hex(tableAt + sections * 40)}`,
      `a file of ${source.size} bytes`,
    );
  }

  const optional = new Fields(source.read(optionalAt, optionalSize), true, true);
  const magic = optionalSize >= 2 ? optional.u16(0) : 0;
  const wide = magic === 0x20b;
  const directoriesAt = wide ? 112 : 96;
  if ((magic !== 0x10b && !wide) || optionalSize < directoriesAt) {
    throw malformed(source, where, 'its optional header is not that of an image', {
      expected: 'magic 0x10b with 96 bytes or more, or magic 0x20b with 112 or more',
      found: `magic ${hex(magic)} with ${optionalSize} bytes`,
    });
  }
  const count = Math.min(
    optional.u32(directoriesAt - 4),
    maxDirectories,
    Math.floor((optionalSize - directoriesAt) / 8),
  );
  const directories = Array.from({ length: count }, (_, index) => ({
    address: optional.u32(directoriesAt + index * 8),
    size: optional.u32(directoriesAt + index * 8 + 4),
  }));
  checkSignature(source, directories[signatureDirectory]);
  const table = new Fields(source.read(tableAt, sections * 40), true, wide);
  return {
    wide,
    machine: coff.u16(4),
    characteristics: coff.u16(22),
    subsystem: optional.u16(68),
    alignment: { section: optional.u32(32), file: optional.u32(36) },
    imageSize: optional.u32(56),
    headersSize: optional.u32(60),
    dllCharacteristics: optional.u16(70),
    sections: sectionsIn(table),
    imageBase: wide ? optional.u64(24) : optional.u32(28),
    directories,
    map: mapOf(source, table, optional.u32(60)),
  };
}

/**
 * The one directory that isn't mapped and counts from the start of the file ("The Attribute Certificate
 * Table"). Windows loads a library without it, but it is last in the file: when it is missing, the file was cut.
 */
function checkSignature(source: ByteSource, directory: Directory | undefined): void {
  if (!directory || directory.address === 0 || directory.address + directory.size <= source.size) return;
  throw truncated(
    source,
    'certificate table',
    `${directory.size} bytes from ${hex(directory.address)}`,
    `a file of ${source.size} bytes`,
  );
}

function sectionsIn(table: Fields): Section[] {
  return Array.from({ length: table.length / 40 }, (_, index) => {
    const [virtualSize, address, rawSize, offset] = [8, 12, 16, 20].map((at) =>
      table.u32(index * 40 + at),
    ) as [number, number, number, number];
    return { address, extent: virtualSize || rawSize, offset, rawSize };
  });
}

/** The headers are mapped at address 0, as far as SizeOfHeaders says, and sections after them. */
function mapOf(source: ByteSource, table: Fields, headersSize: number): AddressMap {
  const mappings: Mapping[] = [];
  let first = Number.POSITIVE_INFINITY;
  for (let index = 0; index * 40 < table.length; index++) {
    const at = index * 40;
    const virtualSize = table.u32(at + 8);
    const address = table.u32(at + 12);
    const rawSize = table.u32(at + 16);
    const offset = table.u32(at + 20);
    const where = `section ${index}`;
    // Zero-filled sections may have any offset.
    const bytes = offset === 0 ? 0 : rawSize;
    if (bytes > 0 && offset + bytes > source.size) {
      throw truncated(source, where, `${bytes} bytes from ${hex(offset)}`, `a file of ${source.size} bytes`);
    }
    // Files are padded to their alignment: the padding is not mapped unless the size in memory is left out.
    const extent = virtualSize || rawSize;
    first = Math.min(first, address);
    mappings.push({
      address,
      bytes: Math.min(bytes, extent),
      offset,
      extent,
      executable: (table.u32(at + 36) & executableSection) !== 0,
      writable: (table.u32(at + 36) & writableSection) !== 0,
    });
  }
  const headers = Math.min(headersSize, source.size, first);
  mappings.push({
    address: 0,
    bytes: headers,
    offset: 0,
    extent: headers,
    executable: false,
    writable: false,
  });
  const map = new AddressMap(mappings);
  const overlap = map.overlap();
  if (overlap) {
    throw malformed(source, 'section table', 'two sections are loaded over each other', {
      expected: 'sections that do not overlap',
      found: `both claim address ${hex(overlap[1].address)}`,
    });
  }
  return map;
}

/** `process.arch` by machine type (PE Format, "Machine Types"). */
export function archOf(machine: number): string {
  switch (machine) {
    case 0x14c:
      return 'ia32';
    case 0x8664:
      return 'x64';
    case 0x1c0:
    case 0x1c4:
      return 'arm';
    case 0xaa64:
    case 0xa641:
    case 0xa64e:
      return 'arm64';
    case 0x5064:
      return 'riscv64';
    case 0x6264:
      return 'loong64';
    default:
      return `unknown(${hex(machine)})`;
  }
}
