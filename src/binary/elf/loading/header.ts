/** The parts of the file header that a loader insists on. */
import { malformed } from '../../faults.js';
import type { ByteSource } from '../../image.js';
import type { Header } from '../header.js';
import { systemOf } from '../system.js';

const systems = { none: 0, gnu: 3 };
/** Above them glibc doesn't know what is meant. */
const maxAbiVersion = 3;

export function checkHeader(source: ByteSource, { osabi, little }: Header): void {
  const ident = source.read(0, 16);
  const abiVersion = ident[8] as number;
  const versionAt = 20;
  const bytes = source.read(versionAt, 4);
  const version = little ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0);
  if (version !== 1) {
    throw malformed(source, 'ELF header', 'e_version is wrong', { expected: '1', found: String(version) });
  }
  if (ident.subarray(9).some((byte) => byte !== 0)) {
    throw malformed(source, 'ELF header', 'the identification goes on where it should be empty', {
      expected: '7 zero bytes from offset 9',
      found: ident.toString('hex', 9),
    });
  }
  if (osabi !== systems.none && osabi !== systems.gnu) {
    if (systemOf(osabi) !== undefined) return; // another system's: its own check says so
    throw malformed(source, 'ELF header', 'EI_OSABI is unknown', {
      expected: '0 or 3',
      found: String(osabi),
    });
  }
  if (abiVersion > (osabi === systems.gnu ? maxAbiVersion : 0)) {
    throw malformed(source, 'ELF header', 'EI_ABIVERSION is unknown', {
      expected: '0',
      found: String(abiVersion),
    });
  }
}
