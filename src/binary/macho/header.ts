/** Reads the header of a Mach-O image. */
import { tooMuch, truncated } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';

/** struct mach_header and mach_header_64 of <mach-o/loader.h>. */
export interface Header {
  wide: boolean;
  little: boolean;
  cpuType: number;
  cpuSubtype: number;
  fileType: number;
  flags: number;
  commands: Fields;
  commandCount: number;
}

export const fileTypes = { object: 1, executable: 2, dylib: 6, bundle: 8 } as const;

const maxCommandBytes = 4 * 1024 * 1024;

/** Whether a file starts like a thin Mach-O image, and how; by MH_MAGIC, MH_MAGIC_64 and their swapped forms. */
export function shapeOf(magic: number): { wide: boolean; little: boolean } | undefined {
  switch (magic) {
    case 0xfeedface:
      return { wide: false, little: false };
    case 0xcefaedfe:
      return { wide: false, little: true };
    case 0xfeedfacf:
      return { wide: true, little: false };
    case 0xcffaedfe:
      return { wide: true, little: true };
    default:
      return undefined;
  }
}

export function readHeader(source: ByteSource, { wide, little }: { wide: boolean; little: boolean }): Header {
  const where = 'Mach-O header';
  const size = wide ? 32 : 28;
  if (source.size < size) throw truncated(source, where, `${size} bytes`, `${source.size} bytes`);
  const fields = new Fields(source.read(0, size), little, wide);
  const commandBytes = fields.u32(20);
  if (size + commandBytes > source.size) {
    throw truncated(
      source,
      where,
      `${commandBytes} bytes of load commands`,
      `a file of ${source.size} bytes`,
    );
  }
  if (commandBytes > maxCommandBytes) {
    throw tooMuch(source, where, 'bytes of load commands', maxCommandBytes, commandBytes);
  }
  return {
    wide,
    little,
    cpuType: fields.u32(4),
    cpuSubtype: fields.u32(8),
    fileType: fields.u32(12),
    flags: fields.u32(24),
    commands: new Fields(source.read(size, commandBytes), little, wide),
    commandCount: fields.u32(16),
  };
}

/** CPU_SUBTYPE_ARM64E, below bits that say more of it. */
const arm64e = 2;
const subtypeBits = 0x00ff_ffff;

/**
 * `process.arch` by cputype and cpusubtype (<mach/machine.h>). Pointers of arm64e are signed: a process of arm64, as
 * Node.js is, takes none of its libraries.
 */
export function archOf(cpuType: number, cpuSubtype: number): string {
  switch (cpuType) {
    case 7:
      return 'ia32';
    case 0x0100_0007:
      return 'x64';
    case 12:
      return 'arm';
    case 0x0100_000c:
      return (cpuSubtype & subtypeBits) === arm64e ? 'arm64e' : 'arm64';
    case 0x0200_000c:
      return 'arm64_32';
    case 18:
      return 'ppc';
    case 0x0100_0012:
      return 'ppc64';
    default:
      return `unknown(${cpuType})`;
  }
}
