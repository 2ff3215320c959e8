/** Maps a library through the system's loader, and never unmaps it. */
import { MortiseError } from '../errors.js';
import { addon } from './addon.js';

export interface Library {
  /** The address of an exported symbol. */
  address(symbol: string): bigint;
}

export interface OpenOptions {
  /** Where the copy lies. */
  directory: string;
  /** The library and those that it needs are bound to each other before they are bound to the process. glibc only. */
  deep: boolean;
  /** What it exports, and what those that it needs export, answers libraries that are loaded later. Default false. */
  global?: boolean;
}

/**
 * @param copy the private copy to map: its constructors run
 * @param original the file that messages name
 * @throws MortiseError MORTISE_ERR_LOAD_FAILED
 */
export function openLibrary(
  copy: string,
  original: string,
  { directory, deep, global = false }: OpenOptions,
): Library {
  const { findSymbol, openLibrary } = addon();
  const handle = openLibrary(copy, deep, global);
  if (typeof handle === 'string') throw refusal(handle, copy, original, directory);
  return {
    address(symbol) {
      const address = findSymbol(handle, symbol);
      if (address !== undefined) return address;
      throw refusal(`the system’s loader does not find its symbol ${symbol}`, copy, original, directory);
    },
  };
}

function refusal(why: string, copy: string, original: string, directory: string): MortiseError {
  const text = why.replaceAll(copy, original);
  return new MortiseError({
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
  });
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
