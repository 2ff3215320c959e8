/** What a lock file says of a plugin, read from the plugin itself. */
import { basename, dirname, relative, sep } from 'node:path';
import type { Evidence } from '../record.js';
import { type LockEntry, platformOf } from './record.js';

/** @param folder the lock file's directory */
export function entryOf(
  evidence: Evidence & Required<Pick<Evidence, 'image' | 'identity' | 'libraries'>>,
  folder: string,
): LockEntry {
  const { image, identity, path, sha256, libraries } = evidence;
  const file = relative(folder, path);
  return {
    name: identity.name,
    version: identity.version,
    platform: platformOf(image),
    file: file.startsWith('..') ? basename(path) : file.split(sep).join('/'),
    sha256,
    libraries: [...libraries.values()].map(({ path: library, sha256 }) => ({
      file: relative(dirname(path), library).split(sep).join('/'),
      sha256,
    })),
  };
}
