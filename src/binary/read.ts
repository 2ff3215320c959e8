import { readElf } from './elf/image.js';
import { notAnImage } from './faults.js';
import type { BinaryFile, ByteSource } from './image.js';
import { paged } from './paged.js';

/**
 * What a binary file says of itself. The first bytes decide what it is; its name doesn't count.
 *
 * Throws MORTISE_ERR_FILE_EMPTY and MORTISE_ERR_BINARY_*, nothing else: time and memory stay in proportion
 * to the size of the file, whatever it holds.
 */
export function readBinary(source: ByteSource): BinaryFile {
  const bytes = paged(source);
  const head = bytes.read(0, Math.min(16, source.size));
  if (head.length >= 4 && head.readUInt32BE(0) === 0x7f454c46) {
    return { size: source.size, images: [readElf(bytes)] };
  }
  throw notAnImage(source, 'the file is not a library', {
    expected: 'ELF, Mach-O or PE',
    found: describeHead(head),
  });
}

function describeHead(head: Buffer): string {
  return head.toString('hex');
}
