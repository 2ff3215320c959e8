/** The protections of a Mach-O library. */
import { Fields } from '../fields.js';
import type { ByteSource, Image } from '../image.js';
import { checksOf, type Hardening, type Protection, protection, writableCode } from '../protections.js';
import { type Command, commandTypes, readCommands } from './commands.js';
import { readHeader, shapeOf } from './header.js';

/** VM_PROT_WRITE and VM_PROT_EXECUTE. */
const writableExecutable = 6;
/** S_MOD_INIT_FUNC_POINTERS, S_MOD_TERM_FUNC_POINTERS, S_INIT_FUNC_OFFSETS. */
const sections = { init: 0x9, term: 0xa, initOffsets: 0x16 };
/** <kern/cs_blobs.h>: CSMAGIC_EMBEDDED_SIGNATURE, CSSLOT_SIGNATURESLOT, CS_ADHOC. */
const signature = { magic: 0xfade0cc0, cms: 0x10000, adhoc: 0x2, maxBlobs: 64, runtime: 0x10000 };

export function machoHardening(source: ByteSource, image: Image): Hardening {
  const shape = shapeOf(source.read(0, 4).readUInt32BE(0)) ?? { wide: true, little: true };
  const header = readHeader(source, shape);
  const commands = readCommands(source, header);
  const isSegment = ({ type }: Command) =>
    type === (header.wide ? commandTypes.segment64 : commandTypes.segment);
  const segments = commands.filter(isSegment);
  const code = segments
    .filter(({ fields }) => (fields.u32(header.wide ? 60 : 44) & writableExecutable) === writableExecutable)
    .map(({ fields }) => fields.bytes.toString('latin1', 8, 24).replace(/\0.*$/s, ''));
  const count = (...types: number[]) => functionsIn(segments, header.wide, types);
  return {
    protections: [
      writableCode(code),
      protection('stack', !image.execStack, 'not executable', 'executable'),
      ...checksOf(image),
      signed(source, commands),
    ],
    startup: {
      constructors: count(sections.init, sections.initOffsets),
      destructors: count(sections.term),
      init: false,
    },
  };
}

function functionsIn(segments: readonly Command[], wide: boolean, types: readonly number[]): number {
  let found = 0;
  for (const { fields } of segments) {
    const [first, size] = wide ? [72, 80] : [56, 68];
    for (let left = fields.u32(wide ? 64 : 48), at = first; left > 0 && at + size <= fields.length; left--) {
      const type = fields.u32(at + (wide ? 64 : 56)) & 0xff;
      // Offsets have 4 bytes each, pointers those of the machine.
      const entry = type === sections.initOffsets || !wide ? 4 : 8;
      if (types.includes(type)) found += Math.floor(fields.word(at + (wide ? 40 : 36)) / entry);
      at += size;
    }
  }
  return found;
}

function signed(source: ByteSource, commands: readonly Command[]): Protection {
  const weak = (value: string): Protection => ({ id: 'signature', verdict: 'weak', value });
  const command = commands.find(
    ({ type, fields }) => type === commandTypes.codeSignature && fields.length >= 16,
  )?.fields;
  if (!command) return weak('none');
  const [offset, size] = [command.u32(8), command.u32(12)];
  if (size < 12 || offset + size > source.size) return weak('damaged');
  const blob = new Fields(source.read(offset, Math.min(size, 65_536)), false, false);
  if (blob.u32(0) !== signature.magic) return weak('damaged');
  let isAdhoc = true;
  let flags = 0;
  for (let index = 0; index < Math.min(blob.u32(8), signature.maxBlobs); index++) {
    const at = 12 + index * 8;
    if (at + 8 > blob.length) break;
    const [slot, start] = [blob.u32(at), blob.u32(at + 4)];
    if (slot === signature.cms) isAdhoc = false;
    if (slot === 0 && start + 16 <= blob.length) flags = blob.u32(start + 12);
  }
  if (isAdhoc || (flags & signature.adhoc) !== 0) return weak('ad hoc: by nobody');
  const runtime = (flags & signature.runtime) !== 0 ? ', hardened runtime' : '';
  return { id: 'signature', verdict: 'good', value: `there is one${runtime}; only macOS can check it` };
}
