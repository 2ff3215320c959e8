/** Which file a path means, without opening it. */
import { type Stats, statSync } from 'node:fs';

/** A file, and the state in which it is. */
export interface Identity {
  /** The same for two names of one file. */
  file: string;
  /** Another one once the file has changed. */
  state: string;
  /** What it is when it is not a regular file. A loader opens it all the same, and fails or waits there. */
  odd?: string;
}

/** Undefined when a loader couldn't open it. */
export function identify(path: string): Identity | undefined {
  if (path === '') return undefined;
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return undefined;
    const file = `${stats.dev}:${stats.ino}`;
    const state = `${file}:${stats.mtimeMs}:${stats.ctimeMs}:${stats.size}`;
    return stats.isFile() ? { file, state } : { file, state, odd: kindOf(stats) };
  } catch {
    // ENOTDIR, EACCES, ENAMETOOLONG, a zero byte in a damaged path: nothing that a loader could open.
    return undefined;
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device';
}
