/**
 * What dyld refuses of an image that can be read. It insists on more the newer the SDK is that a file was built with
 * (dyld's validity checks, open source; <mach-o/loader.h>).
 */
import type { Problem } from '../../../errors.js';
import type { ByteSource } from '../../image.js';
import type { Command } from '../commands.js';
import { fileTypes, type Header } from '../header.js';
import { haveInstallName, haveWholeNames, haveWholeSizes, needSomething } from './commands.js';
import { fitSections, haveProtections, haveSegments, lieApart, lieInOrder } from './segments.js';
import { isSigned } from './signature.js';
import { type Rule, subjectOf } from './subject.js';

/** In dyld's order; what the kernel asks of a signature comes last. */
const rules: readonly Rule[] = [
  haveWholeSizes,
  haveWholeNames,
  haveInstallName,
  needSomething,
  fitSections,
  haveProtections,
  haveSegments,
  lieApart,
  lieInOrder,
  isSigned,
];
const remedy = 'Build the library again, or get a fresh copy: its headers are damaged.';

/** The first thing that would be refused; undefined when there is none, or the image is not a library. */
export function readFault(
  source: ByteSource,
  header: Header,
  commands: readonly Command[],
): Problem | undefined {
  if (header.fileType !== fileTypes.dylib && header.fileType !== fileTypes.bundle) return undefined;
  const subject = subjectOf(source, header, commands);
  for (const rule of rules) {
    const fault = rule(subject);
    const code = rule === isSigned ? 'MORTISE_ERR_CODE_SIGNATURE' : 'MORTISE_ERR_BINARY_MALFORMED';
    if (fault) return { remedy, ...fault, code };
  }
  return undefined;
}
