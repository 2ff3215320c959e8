/** The error for debug information that cannot be read. */
import { MortiseError } from '../../errors.js';

/** Reading past an end, and following what never ends, are errors of the debug information. */
export function orUnreadable<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw unreadable(`the debug information ends early or contradicts itself: ${cause.message}`, cause);
  }
}

/** Debug information of a kind that this reader was not written for. */
export function unreadable(message: string, cause?: unknown): MortiseError {
  return new MortiseError(
    {
      code: 'MORTISE_ERR_ABI_DEBUG',
      message,
      expected: 'a 64-bit ELF object with DWARF 4, as gcc and clang write on Linux',
      remedy:
        'Take the snapshot on 64-bit Linux with gcc or clang (set CC); snapshot files compare anywhere.',
    },
    { cause },
  );
}
