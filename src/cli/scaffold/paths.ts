/** How a new plugin names what lies outside its folder: where it can be, so that the folder can be committed. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, relative, resolve } from 'node:path';
import { packageRoot } from '../package.js';

/** A directory of this package, as a file in a new plugin names it. */
export interface PackagePath {
  /** With forward slashes; relative to the plugin when that holds on other machines too. */
  path: string;
  /** What to write instead once the package is installed in the project; only when `path` is absolute. */
  instead?: string;
}

/**
 * Relative when an npm project around the plugin has the package installed, or the plugin's project contains it;
 * else absolute, since nothing says where another machine has it.
 */
export function packagePath(part: 'include' | 'rust/mortise', directory: string): PackagePath {
  const from = real(directory);
  const installed = join('node_modules/mortise', part);
  const project = ancestors(from).find((folder) => existsSync(join(folder, installed)));
  if (project !== undefined) return { path: slashed(relative(from, join(project, installed))) };
  const target = join(packageRoot, part);
  if (projects(from).some((folder) => contains(folder, target)))
    return { path: slashed(relative(from, target)) };
  const [nearest] = ancestors(from).filter((folder) => existsSync(join(folder, 'package.json')));
  return {
    path: slashed(target),
    instead: slashed(nearest === undefined ? installed : relative(from, join(nearest, installed))),
  };
}

/** A file of the user's: relative when it and the plugin are one project's, or both below the current directory. */
export function filePath(file: string, directory: string, cwd: string): string {
  const [from, target] = [real(directory), real(file)];
  const together = [real(cwd), ...projects(from)].some(
    (folder) => contains(folder, from) && contains(folder, target),
  );
  return slashed(together ? relative(from, target) : target);
}

/** The folders that may be the project of a plugin: that of its repository, and that of its npm package. */
const projects = (from: string): string[] =>
  ['.git', 'package.json'].flatMap(
    (mark) => ancestors(from).find((folder) => existsSync(join(folder, mark))) ?? [],
  );

/** Itself and all around it, inner ones first. */
function ancestors(folder: string): string[] {
  const around = dirname(folder);
  return around === folder ? [folder] : [folder, ...ancestors(around)];
}

/** Through symbolic links, as a compiler goes up with `..`; what isn't there yet stays as it is written. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const around = dirname(path);
    return around === path ? path : resolve(real(around), relative(around, path));
  }
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return folder !== parse(folder).root && !way.startsWith('..') && !isAbsolute(way);
}

const slashed = (path: string): string => path.replaceAll('\\', '/');
