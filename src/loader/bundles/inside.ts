/** Whether a path stays in a directory, once all links are followed. */
import { realpathSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import type { Problem } from '../../errors.js';

/** Both are absolute and real. */
export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Undefined where there is nothing, or a link leads nowhere. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** @param real where `path` leads, when a link does it */
export function outside(path: string, real: string, root: string, remedy: string): Problem {
  return {
    code: 'MORTISE_ERR_BUNDLE_OUTSIDE',
    message: `${path === real ? 'it lies' : `it leads to ${real}, which lies`} outside ${root}`,
    subject: path,
    expected: `a path inside ${root}`,
    found: real,
    remedy,
  };
}
