/** Is the plugin, with its own libraries, the one that mortise.lock has? */
import { basename, dirname } from 'node:path';
import type { Problem } from '../../errors.js';
import { entryOf } from '../lock/entry.js';
import type { Lock, LockEntry } from '../lock/record.js';
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

export const checkLocked: Check = (evidence, host) => {
  const { image, identity, path } = evidence;
  const { lock } = host;
  if (!lock || !image || !identity) return [];
  const { libraries = new Map() } = evidence;
  const found = entryOf({ ...evidence, image, identity, libraries }, dirname(lock.path));
  const locked = lock.entries.find((one) => one.name === found.name && one.platform === found.platform);
  if (!locked) return [failed('lock', unlisted(found, lock, path))];
  const changes = changesOf(locked, found);
  if (changes.length === 0) return [ok('lock', asLocked(lock, found))];
  return changes.map((change) =>
    failed('lock', { ...common(lock, path), code: 'MORTISE_ERR_LOCK_CHANGED', ...change }),
  );
};

function asLocked({ path }: Lock, { libraries }: LockEntry): string {
  const beside = libraries.length > 0 ? `, with ${libraries.length} beside it` : '';
  return `as in ${basename(path)}${beside}`;
}

function common({ path }: Lock, subject: string) {
  return {
    subject,
    remedy: `If the change is meant, run \`mortise lock\`; if not, restore the files that ${basename(path)} has.`,
  };
}

function unlisted(found: LockEntry, lock: Lock, subject: string): Problem {
  const { name, platform } = found;
  const elsewhere = lock.entries.filter((one) => one.name === name).map((one) => one.platform);
  const renamed = lock.entries.find((one) => one.file === found.file && one.platform === platform);
  return {
    ...common(lock, subject),
    code: 'MORTISE_ERR_LOCK_UNLISTED',
    message: `${name} for ${platform} is not in ${basename(lock.path)}${renamed ? `, which has ${renamed.name} in this file` : ''}`,
    where: lock.path,
    expected: renamed ? renamed.name : `an entry for ${name} and ${platform}`,
    found: elsewhere.length > 0 ? `entries for ${elsewhere.join(', ')}` : 'none of that name',
  };
}

type Change = Pick<Problem, 'message' | 'where' | 'expected' | 'found'>;

/** All that differs, the plugin first. */
function changesOf(locked: LockEntry, found: LockEntry): Change[] {
  const changes: Change[] = [];
  const add = (where: string, message: string, expected: string, real: string) =>
    changes.push({ where, message, expected, found: real });
  if (locked.version !== found.version) {
    add(
      'version',
      `version ${locked.version} is locked, this is ${found.version}`,
      locked.version,
      found.version,
    );
  }
  if (locked.sha256 !== found.sha256) {
    add(
      'sha256',
      `its bytes have changed: ${short(locked)} is locked, this is ${short(found)}`,
      locked.sha256,
      found.sha256,
    );
  }
  const now = new Map(found.libraries.map((library) => [library.file, library]));
  for (const library of locked.libraries) {
    const { file } = library;
    const real = now.get(file);
    now.delete(file);
    if (!real) {
      add(
        file,
        `${file} is locked, and would not be loaded from beside the plugin`,
        library.sha256,
        'no such library',
      );
    } else if (real.sha256 !== library.sha256) {
      add(
        file,
        `${file} beside it has changed: ${short(library)} is locked, this is ${short(real)}`,
        library.sha256,
        real.sha256,
      );
    }
  }
  for (const { file, sha256 } of now.values()) {
    add(file, `${file} beside it is not locked`, 'no such library', sha256);
  }
  return changes;
}

function short({ sha256 }: { sha256: string }): string {
  return `sha256 ${sha256.slice(0, 12)}…`;
}
