/** Does each library that was found define the versions that are needed of it? */
import { basename } from 'node:path';
import type { Problem } from '../../errors.js';
import { linked } from '../closure.js';
import type { LackingVersion } from '../dependencies/index.js';
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

export const checkVersions: Check = ({ image, path, source, libraries }, host) => {
  if (image?.format !== 'elf' || image.arch !== host.arch) return [];
  const { unbound, problems } = linked({ image, path, source, libraries }, host);
  if (!unbound) return problems.map((problem) => failed('versions', { subject: path, ...problem }));
  if (unbound.versions.length === 0) {
    return image.versionNeeds.length > 0 ? [ok('versions', `${image.versionNeeds.length} defined`)] : [];
  }
  return unbound.versions.map((one) => failed('versions', problemOf(one, path)));
};

function problemOf({ neededBy, version, library, path: file }: LackingVersion, path: string): Problem {
  const own = neededBy === path;
  const who = own ? '' : `, needed by ${basename(neededBy)}`;
  const common = { subject: path, where: own ? `${version} of ${library}` : neededBy };
  if (file === undefined) {
    return {
      ...common,
      code: 'MORTISE_ERR_BINARY_MALFORMED',
      message: `it needs ${version} of ${library}, which it does not name as a dependency${who}`,
      expected: `${library} among the DT_NEEDED entries`,
      found: 'a version of a library that nobody loads: the system’s loader ends the process there',
      remedy: `Link ${own ? 'the plugin' : basename(neededBy)} again; patchelf --remove-needed leaves a file like this.`,
    };
  }
  return {
    ...common,
    code: 'MORTISE_ERR_DEPENDENCY_VERSION',
    message: `${library} does not define ${version}${who}`,
    expected: `${library} with ${version}`,
    found: file,
    remedy: `Install a ${library} that has ${version}, or build ${own ? 'the plugin' : basename(neededBy)} on a system as old as this one.`,
  };
}
