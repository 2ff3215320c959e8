import { execFileSync, spawnSync } from 'node:child_process';

/** What ld.so itself says: requested name → path, or undefined for a missing one. */
export function ldd(path: string, env: NodeJS.ProcessEnv = {}): Map<string, string | undefined> {
  let text: string;
  try {
    text = execFileSync('ldd', [path], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    text = String((error as { stdout?: unknown }).stdout ?? '');
  }
  const found = new Map<string, string | undefined>();
  for (const line of text.split('\n')) {
    const [, name, place] = /^\t(\S+)(?: => (not found|\S+))?(?: \(0x[0-9a-f]+\))?$/.exec(line) ?? [];
    if (!name || name.startsWith('linux-vdso')) continue;
    found.set(name, place === 'not found' ? undefined : (place ?? name));
  }
  return found;
}

/** What ld.so can't bind when it binds all: versions that a library doesn't define, and symbols that nothing defines. */
export function unboundByLdd(path: string): { versions: string[]; symbols: string[] } {
  const { stdout, stderr } = spawnSync('ldd', ['-r', path], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  });
  const text = `${stdout}\n${stderr}`;
  const all = (pattern: RegExp) => [
    ...new Set([...text.matchAll(pattern)].map(([, found]) => found as string)),
  ];
  return {
    versions: all(/version `(\S+)' not found/g),
    symbols: all(/^(?:undefined symbol: |symbol )(\S+?)[,\s]/gm),
  };
}
