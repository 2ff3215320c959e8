/** The protections of a PE library. */
import { Fields } from '../fields.js';
import type { ByteSource, Image } from '../image.js';
import { type Hardening, protection, writableCode } from '../protections.js';
import { readHeader } from './header.js';

/** PE Format, "DLL Characteristics" and "Section Flags". */
const dll = { highEntropy: 0x20, dynamicBase: 0x40, nx: 0x100, guard: 0x4000 };
const writableExecutable = 0xa000_0000;
const signatureDirectory = 4;
const tlsDirectory = 9;

export function peHardening(source: ByteSource, image: Image): Hardening {
  const { directories } = readHeader(source);
  // Where these lie was checked by the reader of the headers.
  const start = source.read(0x3c, 4).readUInt32LE(0);
  const coff = new Fields(source.read(start, 24), true, false);
  const optionalSize = coff.u16(20);
  const optional = new Fields(source.read(start + 24, optionalSize), true, false);
  const table = new Fields(source.read(start + 24 + optionalSize, coff.u16(6) * 40), true, false);
  const flags = optional.u16(70);
  const has = (bit: number) => (flags & bit) !== 0;
  const code: string[] = [];
  for (let at = 0; at < table.length; at += 40) {
    if ((table.u32(at + 36) & writableExecutable) >>> 0 !== writableExecutable) continue;
    code.push(table.bytes.toString('latin1', at, at + 8).replace(/\0.*$/s, ''));
  }
  const isSigned = (directories[signatureDirectory]?.size ?? 0) > 0;
  return {
    protections: [
      protection('aslr', has(dll.dynamicBase), 'yes', 'no: link with /DYNAMICBASE'),
      ...(image.bits === 64
        ? [protection('high-entropy', has(dll.highEntropy), 'yes', 'no: link with /HIGHENTROPYVA')]
        : []),
      protection('dep', has(dll.nx), 'yes', 'no: link with /NXCOMPAT'),
      protection('cfg', has(dll.guard), 'yes', 'no: build with /guard:cf'),
      writableCode(code),
      protection('signature', isSigned, 'there is one; only Windows can check it', 'none'),
    ],
    startup: {
      constructors: (directories[tlsDirectory]?.size ?? 0) > 0 ? 1 : 0,
      destructors: 0,
      init: optional.u32(16) !== 0,
    },
  };
}
