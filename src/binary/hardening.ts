/** How a binary was built against attack, and what it runs while it is loaded. Read only when somebody asks. */
import { sliceOf } from './bytes.js';
import { elfHardening } from './elf/hardening.js';
import type { ByteSource, Image } from './image.js';
import { isFat, slicesIn } from './macho/fat.js';
import { machoHardening } from './macho/hardening.js';
import { archOf } from './macho/header.js';
import { paged } from './paged.js';
import { peHardening } from './pe/hardening.js';
import type { Hardening } from './protections.js';

export type { Hardening, Protection, Startup } from './protections.js';

/**
 * @param image the one of the file that is meant
 * @throws MortiseError MORTISE_ERR_BINARY_*, as the reader of the image does
 */
export function readHardening(file: ByteSource, image: Image): Hardening {
  const source = paged(file);
  if (image.format === 'elf') return elfHardening(source, image);
  if (image.format === 'pe') return peHardening(source, image);
  if (!isFat(source)) return machoHardening(source, image);
  const slice = slicesIn(source).find(
    ({ cpuType, cpuSubtype }) => archOf(cpuType, cpuSubtype) === image.arch,
  );
  return machoHardening(slice ? sliceOf(source, slice.offset, slice.size) : source, image);
}
