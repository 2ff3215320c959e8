/** Where files lie in a private directory: as far from each other as the originals do. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the system's loader replaces in a path that it is given, too. Nobody's RUNPATH can mean a directory of that name. */
const token = /\$(?=\{?(ORIGIN|LIB|PLATFORM))/g;

export function withoutTokens(name: string): string {
  return process.platform === 'win32' ? name : name.replace(token, '%24');
}

/** The file system's tree again, below a directory of our own. */
export class Mirror {
  readonly #root: string;
  readonly #from: string;

  /** @param from A directory whose own path is left out: all originals lie in it, and no path leads out of it. */
  constructor(root: string, originals: readonly string[], from = '') {
    this.#from = from;
    // A path may have more `..` than directories (`$ORIGIN/../../../lib`): the root is its own parent, and
    // ours is not. So many levels keep such a path inside.
    const above = Math.max(...originals.map(levelsAboveRoot));
    this.#root = join(root, ...Array.from({ length: above }, () => 'root'));
  }

  /** Where a file of that path belongs. All directories that the path goes through exist then. */
  place(original: string): string {
    const parts = split(original.slice(this.#from.length)).map(withoutTokens);
    // A directory that is left again by `..` must exist too.
    const ups = parts.flatMap((part, index) => (part === '..' ? [index] : []));
    for (const count of [...ups, parts.length - 1]) {
      mkdirSync(join(this.#root, ...parts.slice(0, count)), { recursive: true, mode: 0o700 });
    }
    return join(this.#root, ...parts);
  }
}

function levelsAboveRoot(path: string): number {
  let depth = 0;
  let lowest = 0;
  for (const part of split(path)) {
    depth += part === '..' ? -1 : 1;
    lowest = Math.min(lowest, depth);
  }
  return -lowest;
}

/** The parts of an absolute path; a Windows drive `C:` is the directory `C`. */
function split(path: string): string[] {
  const separator = process.platform === 'win32' ? /[\\/]+/ : /\/+/;
  const plain = process.platform === 'win32' ? path.replace(/^([a-z]):/i, '$1') : path;
  return plain.split(separator).filter((part) => part !== '' && part !== '.');
}
