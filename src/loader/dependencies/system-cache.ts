/** The ld.so.cache of this machine, read again when it has changed. */
import { statSync } from 'node:fs';
import { openFile } from '../../binary/index.js';
import { MortiseError } from '../../errors.js';
import { type LdCache, readLdCache } from './ld-cache.js';

const empty: LdCache = new Map();
let last: { key: string; cache: LdCache } | undefined;

/** The cache in a file, read again only when the file changed. */
export function systemCache(path: string): LdCache {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return empty;
  const key = `${path}:${stats.ino}:${stats.mtimeMs}:${stats.size}`;
  if (last?.key !== key) last = { key, cache: readOrIgnore(path) };
  return last.cache;
}

/** ld.so goes on without a cache that it can't read or doesn't understand, and so does the search here. */
function readOrIgnore(path: string): LdCache {
  try {
    const file = openFile(path);
    try {
      return readLdCache(file);
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof MortiseError) return empty;
    throw error;
  }
}
