/** Recognises the format of a file and calls the reader for it. */
import { MortiseError } from '../errors.js';
import { readElf } from './elf/image.js';
import { notAnImage } from './faults.js';
import type { BinaryFile, ByteSource, Image } from './image.js';
import { fatMagic, fatMagic64, readFat } from './macho/fat.js';
import { shapeOf } from './macho/header.js';
import { readMacho } from './macho/image.js';
import { paged } from './paged.js';
import { readPe } from './pe/image.js';

const elfMagic = 0x7f454c46;

export interface ReadOptions {
  /**
   * False leaves `exports`, `imports` and `symbols` of ELF images empty: whoever only follows dependencies
   * has no use for them, and they take most of the time. Default true.
   */
  symbols?: boolean;
}

/**
 * What a binary file says of itself. Its first bytes decide what it is; its name doesn't count.
 *
 * Time and memory stay in proportion to the size of the file, whatever it holds.
 *
 * @throws MortiseError MORTISE_ERR_FILE_EMPTY and MORTISE_ERR_BINARY_*, nothing else
 */
export function readBinary(source: ByteSource, options: ReadOptions = {}): BinaryFile {
  if (source.size === 0) {
    throw new MortiseError({
      code: 'MORTISE_ERR_FILE_EMPTY',
      message: 'there are no bytes',
      subject: source.path,
      expected: 'a shared library',
      found: '0 bytes',
      remedy: 'Build or copy the file again; the last attempt left nothing in it.',
    });
  }
  return { size: source.size, images: imagesIn(paged(source), options) };
}

function imagesIn(source: ByteSource, { symbols = true }: ReadOptions): [Image, ...Image[]] {
  const head = source.read(0, Math.min(64, source.size));
  const magic = head.length < 4 ? 0 : head.readUInt32BE(0);
  if (magic === elfMagic) return [readElf(source, symbols)];
  if (magic === fatMagic || magic === fatMagic64) return readFat(source);
  const shape = shapeOf(magic);
  if (shape) return [readMacho(source, shape)];
  if (head.toString('latin1', 0, 2) === 'MZ') return [readPe(source)];
  const { found, remedy } = instead(head);
  throw notAnImage(source, `the file is not a shared library but ${found}`, {
    expected: 'an ELF, Mach-O or PE image',
    found,
    ...(remedy !== undefined && { remedy }),
  });
}

/** What is often found under the name of a library: how it starts, what it is, and what helps. */
const mistaken: readonly [string | RegExp, string, string?][] = [
  [
    /^!<(arch|thin)>\n/,
    'a static library (ar archive)',
    'Link what is in the archive into a shared library (cc -shared).',
  ],
  ['PK\x03\x04', 'a zip archive', 'Unpack the archive and name the library in it.'],
  ['\x1f\x8b', 'a gzip archive', 'Unpack the archive and name the library in it.'],
  ['\0asm', 'a WebAssembly module'],
  ['BC\xc0\xde', 'LLVM bitcode', 'Link it into a shared library (clang -shared).'],
  [
    /^(\xef\xbb\xbf)?\s*<(!doctype html|html)/i,
    'an HTML page',
    'Download the library again: what came was a page, perhaps one that says why.',
  ],
  [/^#!/, 'a script'],
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer', 'Get the file itself with `git lfs pull`.'],
  [
    /^(\/\*.*ld script|\s*(INPUT|GROUP|OUTPUT_FORMAT)\s*\()/i,
    'a linker script',
    'Name the library that the linker script stands for.',
  ],
];

function instead(head: Buffer): { found: string; remedy?: string } {
  const text = head.toString('latin1');
  const [, found, remedy] =
    mistaken.find(([start]) => (typeof start === 'string' ? text.startsWith(start) : start.test(text))) ?? [];
  if (found !== undefined) return { found, remedy };
  if (/^[\t\n\r\x20-\x7e]+$/.test(text)) return { found: `text: ${JSON.stringify(text.slice(0, 24))}` };
  return { found: `bytes ${head.toString('hex', 0, 8)}` };
}
