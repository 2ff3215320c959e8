/** mortise.lock as text: the same plugins give the same bytes, on every machine. */
import { stringify } from 'smol-toml';
import { type LockEntry, lockSchema } from './record.js';

const head = `# Written by \`mortise lock\`. A host and \`mortise verify\` refuse plugins that differ from it.
# Commit it, and write it again when a change is meant.
`;

/** Entries in order of name and platform, libraries in order of their files. */
export function lockText(entries: readonly LockEntry[]): string {
  const plugin = [...entries]
    .sort((a, b) => compare(a.name, b.name) || compare(a.platform, b.platform))
    .map(({ name, version, platform, file, sha256, libraries }) => ({
      name,
      version,
      platform,
      file,
      sha256,
      ...(libraries.length > 0 && {
        library: [...libraries]
          .sort((a, b) => compare(a.file, b.file))
          .map(({ file, sha256 }) => ({ file, sha256 })),
      }),
    }));
  return `${head}${stringify({ schema: lockSchema, ...(plugin.length > 0 && { plugin }) })}`;
}

/** By code units: what a locale thinks of order must not matter. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The entries of a lock file in which `written` stands for all plugins of its platforms; the others stay. A plugin that
 * needed no C library before, or needs none any more, is still the same plugin.
 */
export function merged(before: readonly LockEntry[], written: readonly LockEntry[]): LockEntry[] {
  const replaced = new Set(written.map(({ platform }) => platform));
  const isSame = (one: LockEntry, other: LockEntry) =>
    one.name === other.name &&
    (one.platform.startsWith(`${other.platform}-`) || other.platform.startsWith(`${one.platform}-`));
  const stays = (entry: LockEntry) =>
    !replaced.has(entry.platform) && !written.some((one) => isSame(one, entry));
  return [...before.filter(stays), ...written];
}
