/** Libraries that were not found, as problems. */
import { basename } from 'node:path';
import type { Problem } from '../../errors.js';
import { exists } from '../directories.js';
import type { Dependency } from './dependency.js';

/** The libraries that were not found, as problems; those that may be missing are left out. */
export function missingDependencies(
  dependencies: readonly Dependency[],
  platform: NodeJS.Platform = process.platform,
): Problem[] {
  return dependencies
    .filter(({ path, optional }) => path === undefined && !optional)
    .map(({ name, neededBy, searched }) => ({
      code: 'MORTISE_ERR_DEPENDENCY_MISSING',
      message: `${name} not found, needed by ${basename(neededBy)}`,
      subject: neededBy,
      expected: name,
      found: searched.length > 0 ? `nothing that fits in ${searched.join(', ')}` : 'nothing',
      remedy: remedyFor(name, platform),
    }));
}

const places: Partial<Record<NodeJS.Platform, string>> = {
  linux: "LD_LIBRARY_PATH (before the process starts) or the plugin's RUNPATH",
  darwin: 'an LC_RPATH of the plugin (install_name_tool -add_rpath), or start with DYLD_LIBRARY_PATH',
  win32: 'PATH, or the library beside the plugin',
};

function remedyFor(name: string, platform: NodeJS.Platform): string {
  const install = platform === 'linux' ? debianPackage(name) : undefined;
  const first = install ? `Install it (apt install ${install}, if it comes from Debian)` : 'Install it';
  return `${first}, or put its directory into ${places[platform] ?? places.linux}.`;
}

/** Debian Policy 8.1: the soname, with a hyphen where a digit would touch the version. */
function debianPackage(name: string): string | undefined {
  const [, stem, version] = /^(lib[a-z0-9+-]+)\.so\.(\d+)$/i.exec(name) ?? [];
  if (!stem || !version || !exists('/etc/debian_version')) return undefined;
  return `${stem}${/\d$/.test(stem) ? '-' : ''}${version}`.toLowerCase();
}
