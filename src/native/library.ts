/** Maps a library through the system's loader, and never unmaps it. */
import type { LibraryHandle } from 'koffi';
import { MortiseError } from '../errors.js';
import { addon } from './addon.js';
import { koffi } from './koffi.js';

/** koffi unmaps a library whose handle is collected; code that may still run must stay. */
const pinned: LibraryHandle[] = [];

export interface Library {
  /** The address of an exported symbol. */
  address(symbol: string): bigint;
}

export interface OpenOptions {
  /** Where the copy lies. */
  directory: string;
  /** The library and those that it needs are bound to each other before they are bound to the process. glibc only. */
  deep: boolean;
}

/**
 * @param copy the private copy to map: its constructors run
 * @param original the file that messages name
 * @throws MortiseError MORTISE_ERR_LOAD_FAILED
 */
export function openLibrary(copy: string, original: string, { directory, deep }: OpenOptions): Library {
  const { address, load } = koffi();
  let handle: LibraryHandle;
  try {
    // Not lazily: a missing symbol then fails here instead of ending the process at its first call.
    handle = load(copy, { lazy: false, global: false, deep });
  } catch (cause) {
    throw refusal(cause, copy, original, directory);
  }
  pinned.push(handle);
  // koffi closes its handles when a worker ends; this keeps the code mapped for threads that outlive it.
  addon().pin(copy);
  return { address: (symbol) => address(handle.symbol(symbol, 'void *')) };
}

function refusal(cause: unknown, copy: string, original: string, directory: string): MortiseError {
  const text = (cause instanceof Error ? cause.message : String(cause)).replaceAll(copy, original);
  return new MortiseError(
    {
      code: 'MORTISE_ERR_LOAD_FAILED',
      message: text,
      subject: original,
      expected: 'a library that the system’s loader takes',
      found: text,
      remedy:
        noexecRemedy(text, directory) ??
        (/undefined symbol/.test(text)
          ? 'Link the plugin with -Wl,-z,defs, and see which library should have that symbol.'
          : 'Run `mortise verify` on the file: it looks into what the system’s loader only names.'),
    },
    { cause },
  );
}

/**
 * What to do when the system's loader refuses a copy because its file system is mounted noexec, which
 * nothing but the attempt can tell; undefined when the message says something else.
 *
 * @param message What dlopen said.
 * @param directory Where the copy lies.
 */
export function noexecRemedy(message: string, directory: string): string | undefined {
  const refused =
    /failed to map segment from shared object|Operation not permitted|code signature|mmap\(\) errno=1/;
  if (!refused.test(message)) return undefined;
  return `Set privateDirectory to a directory on a file system that is not mounted noexec; ${directory} seems to be.`;
}
