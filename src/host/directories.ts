/** Opens the directories that plugins reach through mortise.files. */
import { resolve } from 'node:path';
import { MortiseError } from '../errors.js';
import { addon, type NativeHost } from '../native/addon.js';
import type { HostOptions } from './options.js';
import { workingDirectory } from './working-directory.js';

/** @throws MortiseError MORTISE_ERR_FILES_DIRECTORY */
export function openDirectories(native: NativeHost, { files = {}, cwd }: HostOptions): void {
  for (const [name, given] of Object.entries(files)) {
    const { path, write = false } = typeof given === 'string' ? { path: given } : given;
    const directory = resolve(cwd ?? workingDirectory(), path);
    const isName = /^[^/\0]+$/.test(name) && !/^\.\.?$/.test(name);
    const found = isName
      ? addon().addDirectory(native, name, directory, write)
      : `${JSON.stringify(name)} is not a valid name`;
    if (found) throw refused(name, directory, found);
  }
}

function refused(name: string, path: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_FILES_DIRECTORY',
    message: `the directory ${JSON.stringify(name)} cannot be opened: ${found}`,
    subject: path,
    where: `files.${name}`,
    expected: 'a name without a slash, and a directory that this user can read',
    found,
    remedy: 'Create the directory, or correct its path.',
  });
}
