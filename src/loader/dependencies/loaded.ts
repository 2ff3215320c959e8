/** Libraries that this process has already loaded. */
import { addon } from '../../native/addon.js';
import { identify } from './identify.js';

/** What the system's loader finds before it searches. */
export interface Loaded {
  /** The program's DT_RPATH. */
  programRpath: readonly string[];
  /** By the name that a library calls itself; the first one of a name is the one that is taken. */
  byName: ReadonlyMap<string, string>;
  /** Paths of the libraries that the program itself needs. */
  own: ReadonlySet<string>;
  /** Every name and path that there is. */
  has(name: string): boolean;
  /** Whether a file is there, under whatever path. */
  hasFile(file: string): boolean;
}

/** Linux only; empty elsewhere. */
export function loadedLibraries(): Loaded {
  const list = addon().loaded();
  const rpath = list[1] ?? '';
  const byName = new Map<string, string>();
  const paths = new Set<string>();
  const own = new Set<string>();
  for (let index = 3; index < list.length; index += 3) {
    const [path, name] = [list[index] as string, list[index + 1] as string];
    // The kernel's library has no file.
    if (!path.includes('/')) continue;
    paths.add(path);
    if (list[index + 2] === '1') own.add(path);
    if (name !== '' && !byName.has(name)) byName.set(name, path);
  }
  let files: Set<string> | undefined;
  return {
    programRpath: rpath === '' ? [] : rpath.split(':'),
    byName,
    own,
    has: (name) => byName.has(name) || paths.has(name),
    hasFile(file) {
      files ??= new Set([...paths].flatMap((path) => identify(path)?.file ?? []));
      return files.has(file);
    },
  };
}
