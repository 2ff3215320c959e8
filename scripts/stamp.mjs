// Stamps: the hash of a step's inputs, kept beside its result, so that an unchanged step costs nothing.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Every file in and below `path`, or the path itself when it is a file; none when it isn't there. */
export function files(path) {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (!kind) return [];
  if (!kind.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => files(join(path, name)));
}

/** Names and contents, not times: a fresh checkout of the same sources stays built. */
export function fingerprint(paths, ...facts) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const path of paths.flatMap(files)) hash.update(`\0${path}\0`).update(readFileSync(path));
  return hash.digest('hex');
}

export function isStamped(stamp, value) {
  try {
    return readFileSync(stamp, 'utf8') === value;
  } catch {
    return false;
  }
}

export function writeStamp(stamp, value) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, value);
}
