/**
 * What Windows refuses of an image that can be read: rules that PE Format (learn.microsoft.com) states of sections, sizes,
 * base relocations, forwarders and certificates.
 */
import type { Problem } from '../../errors.js';
import { hex } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import { characteristics, type Header, type Section } from './header.js';

type Fault = Omit<Problem, 'code'>;
type Rule = (header: Header, source: ByteSource) => Fault | undefined;

const remedy = 'Build the library again, or get a fresh copy: its headers are damaged.';

/** The first thing that Windows would refuse; undefined when there is none, or the image is not a library. */
export function readFault(source: ByteSource, header: Header): Problem | undefined {
  if ((header.characteristics & characteristics.dll) === 0) return undefined;
  for (const rule of rules) {
    const fault = rule(header, source);
    if (fault) return { remedy, ...fault, code: rule === isSigned ? unsigned : malformed };
  }
  return undefined;
}

const malformed = 'MORTISE_ERR_BINARY_MALFORMED';
const unsigned = 'MORTISE_ERR_CODE_SIGNATURE';
/** Of every processor that Windows runs on. */
const pageSize = 4096;
const maxFileAlignment = 65_536;

const isPowerOfTwo = (value: number): boolean => value > 0 && (value & (value - 1)) === 0;

const haveAlignments: Rule = ({ alignment: { section, file } }) => {
  const isSmall = section < pageSize;
  const fits =
    isPowerOfTwo(section) &&
    isPowerOfTwo(file) &&
    file <= section &&
    (isSmall ? file === section : file >= 512 && file <= maxFileAlignment);
  if (fits) return undefined;
  return {
    message: 'its alignments are none that can be mapped',
    where: 'optional header',
    expected:
      'powers of two: of the file from 512 to 65536, of sections no less; or both the same and below 4096',
    found: `${section} for sections, ${file} for the file`,
  };
};

/** A small alignment maps the file as it is, sections and all. */
const lieInOrder: Rule = ({ sections, alignment, headersSize }) => {
  if (alignment.section < pageSize) return undefined;
  const up = (value: number) => Math.ceil(value / alignment.section) * alignment.section;
  let next = up(headersSize);
  for (const [index, { address, extent }] of sections.entries()) {
    if (address !== next) {
      return {
        message: 'its sections do not follow each other',
        where: `section ${index}`,
        expected: `address ${hex(next)}`,
        found: hex(address),
      };
    }
    next = up(address + extent);
  }
  return undefined;
};

const lieAligned: Rule = ({ sections, alignment }) => {
  // Windows rounds down to the sectors of a disk, whatever the header says.
  const sector = Math.min(alignment.file, 512);
  const index = sections.findIndex(({ offset, rawSize }) => rawSize > 0 && offset % sector !== 0);
  if (index === -1) return undefined;
  return {
    message: 'the bytes of a section are not aligned',
    where: `section ${index}`,
    expected: `an offset that is a multiple of ${sector}`,
    found: hex((sections[index] as Section).offset),
  };
};

const fitSize: Rule = ({ sections, imageSize }) => {
  const end = Math.max(0, ...sections.map(({ address, extent }) => address + extent));
  if (imageSize >= end) return undefined;
  return {
    message: 'the image is smaller than its sections',
    where: 'optional header (SizeOfImage)',
    expected: `at least ${hex(end)}`,
    found: hex(imageSize),
  };
};

const hasBase: Rule = ({ imageBase }) => {
  if (imageBase % 65_536 === 0) return undefined;
  return {
    message: 'it is for an address at which nothing can be loaded',
    where: 'optional header (ImageBase)',
    expected: 'a multiple of 65536',
    found: hex(imageBase),
  };
};

const relocationDirectory = 5;
/** IMAGE_REL_BASED_*: how many bytes each changes; the others are of processors that Node.js doesn't run on. */
const widths: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 2],
  [2, 2],
  [3, 4],
  [4, 2],
  [5, 4],
  [7, 4],
  [8, 4],
  [10, 8],
]);

/** PE Format, "The .reloc Section": blocks of a page, its size and its entries of four and twelve bits. */
const canBeMoved: Rule = (header, source) => {
  const directory = header.directories[relocationDirectory];
  if (!directory || directory.size === 0) return undefined;
  const where = 'base relocations';
  const place = header.map.find(directory.address);
  if (!place || place.available < directory.size) {
    return {
      message: 'its base relocations lie outside the sections',
      where,
      expected: `${directory.size} bytes from address ${hex(directory.address)}`,
      found: place ? `${place.available} bytes` : 'nothing there',
    };
  }
  const table = new Fields(source.read(place.offset, directory.size), true, header.wide);
  for (let at = 0; at + 8 <= table.length; ) {
    const [page, size] = [table.u32(at), table.u32(at + 4)];
    if (size < 8 || size % 2 !== 0 || at + size > table.length) {
      return {
        message: 'a block of its base relocations has a wrong size',
        where: `${where}, offset ${hex(at)}`,
        expected: `an even number from 8 to ${table.length - at}`,
        found: String(size),
      };
    }
    for (let entry = at + 8; entry < at + size; entry += 2) {
      const value = table.u16(entry);
      const width = widths.get(value >>> 12);
      const address = page + (value & 0xfff);
      if (width === undefined || (width > 0 && address + width > header.imageSize)) {
        return {
          message:
            width === undefined
              ? 'a base relocation is of an unknown kind'
              : 'a base relocation leads out of the image',
          where: `${where}, offset ${hex(entry)}`,
          expected: width === undefined ? [...widths.keys()].join(', ') : `below ${hex(header.imageSize)}`,
          found: width === undefined ? String(value >>> 12) : hex(address),
        };
      }
    }
    at += size;
  }
  return undefined;
};

const certificateDirectory = 4;
/** IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY. */
const forceIntegrity = 0x80;

/** PE Format, "The Attribute Certificate Table": aligned to eight bytes, and each with a length that fits. */
const isSigned: Rule = (header, source) => {
  const directory = header.directories[certificateDirectory];
  const where = 'certificate table';
  const sign = 'Sign it with signtool, or link it without /INTEGRITYCHECK.';
  if (!directory || directory.address === 0 || directory.size === 0) {
    if ((header.dllCharacteristics & forceIntegrity) === 0) return undefined;
    const message = 'it asks for its signature to be checked, and has none';
    return { message, where, expected: 'a certificate, for FORCE_INTEGRITY', found: 'none', remedy: sign };
  }
  const length = directory.size < 8 ? 0 : source.read(directory.address, 4).readUInt32LE(0);
  if (directory.address % 8 === 0 && length >= 8 && length <= directory.size) return undefined;
  return {
    message: 'its signature is damaged',
    where,
    expected: `a multiple of 8, and a certificate of 8 to ${directory.size} bytes`,
    found: `offset ${hex(directory.address)}, ${length} bytes`,
    remedy: sign,
  };
};

const rules: readonly Rule[] = [
  haveAlignments,
  hasBase,
  lieInOrder,
  lieAligned,
  fitSize,
  canBeMoved,
  isSigned,
];
