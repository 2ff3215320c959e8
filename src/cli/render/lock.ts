/** What `mortise lock` prints. */
import { relative } from 'node:path';
import type { LockEntry } from '../../loader/lock/record.js';
import { lockText } from '../../loader/lock/write.js';
import { clean } from '../../messages/clean.js';
import { count } from './text.js';

export interface LockChange {
  name: string;
  platform: string;
  change: 'added' | 'changed' | 'removed';
}

/** What became of each entry; those that stayed as they were are left out. */
export function changesOf(before: readonly LockEntry[], after: readonly LockEntry[]): LockChange[] {
  const keyOf = ({ name, platform }: LockEntry) => `${name}\0${platform}`;
  const old = new Map(before.map((entry) => [keyOf(entry), entry]));
  const changes: LockChange[] = [];
  for (const entry of after) {
    const { name, platform } = entry;
    const known = old.get(keyOf(entry));
    old.delete(keyOf(entry));
    if (!known) changes.push({ name, platform, change: 'added' });
    else if (lockText([known]) !== lockText([entry])) changes.push({ name, platform, change: 'changed' });
  }
  for (const { name, platform } of old.values()) changes.push({ name, platform, change: 'removed' });
  return changes;
}

/** "mortise.lock: 2 plugins, 1 library beside them", and a line for each change. */
export function renderLocked(
  path: string,
  written: readonly LockEntry[],
  changes: readonly LockChange[],
  cwd: string,
): string {
  const libraries = written.reduce((sum, entry) => sum + entry.libraries.length, 0);
  const beside = libraries > 0 ? `, ${count(libraries, 'library', 'libraries')} beside them` : '';
  const lines = changes.map(({ name, platform, change }) => `  ${change.padEnd(8)} ${name} for ${platform}`);
  if (lines.length === 0) lines.push('  unchanged');
  const head = `${relative(cwd, path) || path}: ${count(written.length, 'plugin')}${beside}`;
  return [head, ...lines].map((line) => `${clean(line)}\n`).join('');
}
