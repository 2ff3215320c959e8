/** Libraries that this process has already loaded. */
import { readFileSync } from 'node:fs';
import { readNeeds } from './needs.js';

let last: { maps: string; names: ReadonlyMap<string, string> } | undefined;

/**
 * The library that this process already has under a name, which ld.so takes before it searches at all. It is
 * asked only for what the search does not find: where both find one they are the same library, but for
 * unusual set-ups, and what `verify` says of a file should not depend on what was loaded before.
 *
 * Linux only; undefined elsewhere.
 */
export function alreadyLoaded(name: string): string | undefined {
  let maps: string;
  try {
    maps = readFileSync('/proc/self/maps', 'latin1');
  } catch {
    return undefined;
  }
  if (last?.maps !== maps) last = { maps, names: namesIn(maps) };
  return last.names.get(name);
}

function namesIn(maps: string): Map<string, string> {
  // address perms offset dev inode path; only code counts, which leaves out mapped data files.
  const paths = new Set(
    [...maps.matchAll(/^\S+ ..x. \S+ \S+ \d+ +(\/.*)$/gm)].map(([, path]) => path as string),
  );
  const names = new Map<string, string>();
  for (const path of paths) {
    if (path === process.execPath) continue;
    const reading = readNeeds(path, process.arch);
    const soname = reading.kind === 'library' ? reading.needs?.soname : undefined;
    if (soname !== undefined && !names.has(soname)) names.set(soname, path);
  }
  return names;
}
