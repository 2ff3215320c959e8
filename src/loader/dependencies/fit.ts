/** Whether a library that was found is for this processor and system. */
import type { Needs } from './place.js';

/** Why a library can't serve in a process of that kind. */
export interface Misfit {
  reason: string;
  /** Sound, and for another processor: most loaders pass such a one over. */
  foreign: boolean;
}

/** Undefined when it fits, and when nothing is known of it. */
export function misfit(
  library: Pick<Needs, 'format' | 'arch' | 'bits' | 'endian'> | undefined,
  wanted: Pick<Needs, 'format' | 'arch' | 'bits' | 'endian'>,
): Misfit | undefined {
  if (!library) return undefined;
  if (library.format !== wanted.format) return { reason: `a ${library.format} file`, foreign: false };
  if (library.arch !== wanted.arch || library.bits !== wanted.bits || library.endian !== wanted.endian) {
    return { reason: `for ${library.arch}, ${library.bits} bits`, foreign: true };
  }
  return undefined;
}
