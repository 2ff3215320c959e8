import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every distinct ELF file named like a library below the directories, each inode once. */
export function elfLibraries(roots: readonly string[]): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  for (const root of roots) {
    if (!existsSync(root)) continue;
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(so(\.[\w.]+)?|node)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const { dev, ino } = statSync(path);
      const key = `${dev}:${ino}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (startsLikeElf(path)) found.push(path);
    }
  }
  return found.sort();
}

function startsLikeElf(path: string): boolean {
  const bytes = Buffer.alloc(4);
  const fd = openSync(path, 'r');
  readSync(fd, bytes, 0, 4, 0);
  closeSync(fd);
  return bytes.equals(Buffer.from('\x7fELF', 'latin1'));
}

export function hasTool(tool: string): boolean {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What a tool prints about several files. It fails as a whole when one file lacks what was asked for. */
export function run(tool: string, options: readonly string[], files: readonly string[]): string {
  const { stdout, error } = spawnSync(tool, [...options, ...files], {
    maxBuffer: 1024 ** 3,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error) throw error;
  return stdout.toString('utf8');
}
