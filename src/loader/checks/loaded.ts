/** Does the plugin get the libraries that it would find, or others of the same names that the process already has? */
import { basename } from 'node:path';
import { linked } from '../closure.js';
import type { Dependency } from '../dependencies/index.js';
import type { Check } from '../record.js';
import { sameContent } from '../same-content.js';
import { type CheckResult, warned } from './result.js';

export const checkLoaded: Check = ({ image, path, source, libraries }, host) => {
  if (image?.format !== 'elf' || image.arch !== host.arch) return [];
  return loadedInstead(linked({ image, path, source, libraries }, host).closure.dependencies, path);
};

/** Warnings for those that are taken from the process although a search finds another file. */
export function loadedInstead(dependencies: readonly Dependency[], path: string): CheckResult[] {
  return dependencies.flatMap(({ name, path: file, instead, neededBy }) => {
    if (file === undefined || instead === undefined || sameContent(file, instead)) return [];
    const who = neededBy === path ? '' : `, needed by ${basename(neededBy)}`;
    return [
      warned('loaded', {
        code: 'MORTISE_WARN_DEPENDENCY_LOADED',
        message: `${name} is the one that this process has from ${file}, and not ${instead}${who}`,
        subject: path,
        where: name,
        expected: instead,
        found: file,
        remedy: `Give one of the two another name (-Wl,-soname), or bring the same ${name} with both.`,
      }),
    ];
  });
}
