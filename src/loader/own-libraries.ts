/** A plugin's own libraries: those that lie beside it, and that it needs. */
import { createHash } from 'node:crypto';
import { type Image, openFile } from '../binary/index.js';
import { linked } from './closure.js';
import { resolveDependencies } from './dependencies/index.js';
import type { Evidence, HostFacts } from './record.js';

export interface OwnLibrary {
  /** Absolute. */
  path: string;
  /** Lower-case hex. */
  sha256: string;
}

/** No file of this machine's system may count for another platform. */
export const nowhere = '/.mortise-no-such-root';

const chunk = 1024 * 1024;

/** @throws MortiseError MORTISE_ERR_FILE_* for one that can't be read */
export function ownLibraries(evidence: Evidence & { image: Image }, host: HostFacts): OwnLibrary[] {
  const { path, image } = evidence;
  const dependencies = host.target
    ? resolveDependencies(path, image, {
        platform: host.platform,
        arch: host.arch,
        env: {},
        sysroot: nowhere,
      })
    : linked(evidence, host).closure.dependencies;
  return dependencies.flatMap(({ beside, path }) => (beside && path ? [{ path, sha256: hash(path) }] : []));
}

function hash(path: string): string {
  const source = openFile(path);
  try {
    const sha256 = createHash('sha256');
    for (let at = 0; at < source.size; at += chunk) {
      sha256.update(source.read(at, Math.min(chunk, source.size - at)));
    }
    return sha256.digest('hex');
  } finally {
    source.close();
  }
}
