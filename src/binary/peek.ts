/** What the first bytes of a file say: enough to pass over most files. */
import { archOf } from './elf/machine.js';
import type { ByteSource, Image } from './image.js';

const elfMagic = 0x7f454c46;

/** Undefined for anything but ELF, and for ELF that is cut short. Reads 20 bytes. */
export function peek(source: ByteSource): Pick<Image, 'format' | 'arch' | 'bits' | 'endian'> | undefined {
  if (source.size < 20) return undefined;
  const head = source.read(0, 20);
  if (head.readUInt32BE(0) !== elfMagic) return undefined;
  const [wide, little] = [head[4] === 2, head[5] === 1];
  const machine = little ? head.readUInt16LE(18) : head.readUInt16BE(18);
  return {
    format: 'elf',
    arch: archOf(machine, wide, little),
    bits: wide ? 64 : 32,
    endian: little ? 'little' : 'big',
  };
}

/** MH_MAGIC and its 64-bit and byte-swapped kin, FAT_MAGIC and its 64-bit kin (<mach-o/loader.h>, <mach-o/fat.h>). */
const machoMagics = [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xcafebabf];
/** "MZ", with which every PE file begins. */
const dosMagic = 0x4d5a;

/** Whether a file begins like one that is read further. Reads 4 bytes. */
export function isImage(source: ByteSource): boolean {
  if (source.size < 4) return false;
  const magic = source.read(0, 4).readUInt32BE(0);
  return magic === elfMagic || machoMagics.includes(magic) || magic >>> 16 === dosMagic;
}
