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

/** Packages that aren't called as Debian Policy 8.1 has it; empty: there is none. */
const otherwise: Readonly<Record<string, string>> = {
  'libcrypto.so.3': 'libssl3',
  'libcurl-gnutls.so.4': 'libcurl3-gnutls',
  'libgobject-2.0.so.0': 'libglib2.0-0',
  'libgpr.so.29': 'libgrpc29',
  'libm.so.6': 'libc6',
  'libnetsnmp.so.40': 'libsnmp40',
  'libnetsnmpagent.so.40': 'libsnmp40',
  'libOpenIPMIpthread.so.0': 'libopenipmi0',
  'libpqos.so.4': '',
  'libpython3.11.so.1.0': 'libpython3.11',
  'libxenctrl.so.4.17': 'libxenmisc4.17',
  'libxml2.so.2': 'libxml2',
};

/** Policy 8.1: the soname, with a hyphen where a digit would touch the version. */
function debianPackage(name: string): string | undefined {
  const [, stem, version] = /^(lib[a-z0-9.+-]+)\.so\.(\d+(?:\.\d+)*)$/i.exec(name) ?? [];
  if (!stem || !version || !exists('/etc/debian_version')) return undefined;
  return otherwise[name] ?? `${stem}${/\d$/.test(stem) ? '-' : ''}${version}`.toLowerCase();
}
