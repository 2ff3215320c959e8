/** What a lock file says of a plugin, read from the plugin itself. */
import { basename, dirname, relative, sep } from 'node:path';
import { ownLibraries } from '../own-libraries.js';
import type { Evidence, HostFacts } from '../record.js';
import { type LockEntry, platformOf } from './record.js';

/**
 * @param folder the lock file's directory
 * @throws MortiseError MORTISE_ERR_FILE_* for a library beside the plugin that can't be read
 */
export function entryOf(
  evidence: Evidence & Required<Pick<Evidence, 'image' | 'identity'>>,
  host: HostFacts,
  folder: string,
): LockEntry {
  const { image, identity, path, sha256 } = evidence;
  const file = relative(folder, path);
  return {
    name: identity.name,
    version: identity.version,
    platform: platformOf(image),
    file: file.startsWith('..') ? basename(path) : file.split(sep).join('/'),
    sha256,
    libraries: ownLibraries(evidence, host).map(({ path: library, sha256 }) => ({
      file: relative(dirname(path), library).split(sep).join('/'),
      sha256,
    })),
  };
}
