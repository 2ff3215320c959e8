/** Finds every plugin.json below a directory, in an order that is the same everywhere. */
import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MortiseError, type Problem } from '../../errors.js';
import { isFile, look } from '../directories.js';
import { isInside, outside, realPath } from './inside.js';

export const bundleFile = 'plugin.json';

/** Directories below a source. Deeper ones are not looked into, and that is said. */
const maxDepth = 32;
/** Of one source: more is not a directory of plugins. */
const maxDirectories = 100_000;

/** A plugin.json. All paths are real. */
export interface Place {
  file: string;
  directory: string;
  /** The plugin.json of the bundle around it. */
  parent?: string;
}

export interface Walked {
  places: Place[];
  /** What could not be looked at, by the path that was tried. */
  refused: { path: string; problem: Problem }[];
}

/**
 * `node_modules` is passed over. A directory `dist` with a plugin.json stands for the directory that it is in. Links that
 * stay below the source are not followed, since what they lead to is found where it lies; those that leave it are refused.
 * @param root real
 * @throws MortiseError MORTISE_ERR_SOURCE
 */
export function walk(root: string): Walked {
  const walked: Walked = { places: [], refused: [] };
  let directories = 0;

  const visit = (directory: string, depth: number, parent: string | undefined): void => {
    if (++directories > maxDirectories) throw tooMany(root);
    const entries = entriesOf(directory, walked);
    const named = entries.find(({ name }) => name === bundleFile);
    // At the top, a bundle may be called dist.
    const isBuilt = (depth > 0 || named) && isFile(join(directory, 'dist', bundleFile));
    const built = isBuilt && entries.find((entry) => entry.name === 'dist' && entry.isDirectory());
    if (built) {
      visit(join(directory, 'dist'), depth + 1, parent);
      return;
    }
    let inside = parent;
    if (named) {
      const file = fileAt(directory, named);
      if (file !== undefined) {
        walked.places.push({ file, directory, ...(parent !== undefined && { parent }) });
        inside = file;
      }
    }
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (entry.name === 'node_modules') continue;
      if (entry.isSymbolicLink()) refuseOutside(path);
      else if (entry.isDirectory() && depth < maxDepth) visit(path, depth + 1, inside);
      else if (entry.isDirectory()) walked.refused.push({ path, problem: tooDeep(path, root) });
    }
  };

  /** Whatever it is: what can't be read is a bundle that says so. Undefined when it leaves the source: that is refused below. */
  const fileAt = (directory: string, entry: Dirent): string | undefined => {
    const path = join(directory, entry.name);
    const real = entry.isSymbolicLink() ? realPath(path) : undefined;
    return real !== undefined && !isInside(root, real) ? undefined : path;
  };

  /** Of the links to files only plugin.json counts: the others are looked at with the bundle. */
  const refuseOutside = (path: string): void => {
    const real = realPath(path);
    if (real === undefined || isInside(root, real)) return;
    if (!look(real)?.isDirectory() && !path.endsWith(bundleFile)) return;
    const remedy = `Add its directory to [sources], or copy it into ${root}.`;
    walked.refused.push({ path, problem: outside(path, real, root, remedy) });
  };

  visit(root, 0, undefined);
  return walked;
}

/** In order of their names' code units, which is the same on all machines. */
function entriesOf(directory: string, { refused }: Walked): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    refused.push({
      path: directory,
      problem: {
        code: 'MORTISE_ERR_FILE_UNREADABLE',
        message,
        subject: directory,
        expected: 'a directory that can be read',
        found: code,
        remedy: 'Let this user read it, or remove it.',
      },
    });
    return [];
  }
}

function tooDeep(path: string, root: string): Problem {
  return {
    code: 'MORTISE_ERR_BUNDLE',
    message: `it lies more than ${maxDepth} directories below ${root}, and was not looked into`,
    subject: path,
    expected: `bundles at most ${maxDepth} directories deep`,
    found: 'a directory below that',
    remedy: 'Move the bundle up, or name a directory nearer to it in [sources].',
  };
}

function tooMany(root: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_SOURCE',
    message: `there are more than ${maxDirectories} directories below it`,
    subject: root,
    expected: 'a directory of bundles',
    found: 'a large tree',
    remedy: 'Name the directory that holds the bundles.',
  });
}
