import { execFileSync } from 'node:child_process';

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
