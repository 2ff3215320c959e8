/** The program of a bundle: which file is for which platform. */
import { basename, dirname, resolve } from 'node:path';
import type { Problem } from '../../errors.js';
import { listed } from '../../messages/lists.js';
import { isFile, list } from '../directories.js';
import { isInside, outside, realPath } from './inside.js';
import type { BundleType } from './record.js';

/** As Go names them. */
const systems: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows', sunos: 'solaris' };
const archs: Record<string, string> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mipsel: 'mipsle' };
/** Whatever their plugin.json says. */
const fixed: Partial<Record<BundleType, string>> = {
  renderer: 'plugin_start',
  secretsmanager: 'secrets_plugin_start',
};

/** What a program is looked for by. */
export interface Wanted {
  type: BundleType;
  /** The key of plugin.json: a path from its directory, without the platform. */
  executable?: string | null;
  directory: string;
  /** What nothing may leave. */
  root: string;
  platform: NodeJS.Platform;
  arch: string;
}

/** `gpx_x_linux_amd64` from `gpx_x`. */
function fileFor(name: string, platform: NodeJS.Platform, arch: string): string {
  const suffix = platform === 'win32' ? '.exe' : '';
  return `${name}_${systems[platform] ?? platform}_${archs[arch] ?? arch}${suffix}`;
}

/** The file, real, or why there is none. */
export function findExecutable(wanted: Wanted): { path: string } | { problem: Problem } {
  const { type, directory, root, platform, arch } = wanted;
  const name = fixed[type] ?? wanted.executable ?? '';
  if (name === '') return { problem: missing(wanted, undefined) };
  const path = resolve(directory, fileFor(name, platform, arch));
  const correct = 'Name a file inside the bundle in the key executable.';
  if (!isInside(root, path)) return { problem: outside(path, path, root, correct) };
  const real = realPath(path);
  if (real === undefined || !isFile(real)) return { problem: missing(wanted, path) };
  if (!isInside(root, real)) return { problem: outside(path, real, root, correct) };
  return { path: real };
}

function missing({ type, directory, platform, arch }: Wanted, path: string | undefined): Problem {
  if (path === undefined) {
    return {
      code: 'MORTISE_ERR_BUNDLE_EXECUTABLE',
      message: `a ${type} with backend: true needs the key executable`,
      subject: directory,
      where: 'executable',
      expected: 'the name of its program, without the platform',
      found: 'nothing',
      remedy: 'Add it to plugin.json.',
    };
  }
  const prefix = basename(path).replace(/_[^_]+_[^_]+$/, '_');
  const others = list(dirname(path)).filter((name) => name.startsWith(prefix));
  return {
    code: 'MORTISE_ERR_BUNDLE_EXECUTABLE',
    message: `it has no program for ${platform}-${arch}`,
    subject: path,
    expected: basename(path),
    found: listed(others) || 'no program',
    remedy: `Get a bundle that was built for ${platform}-${arch}, or build it here.`,
  };
}
