/** The built package with an addon that the address sanitizer watches. What was built from the same input is kept. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const cache = join(tmpdir(), `mortise-test-sanitized-${process.getuid?.() ?? 0}`);
export const flag = '-fsanitize=address';

/** The sanitizer's library, which has to be in the process first; undefined where there is none. */
export function sanitizer(): string | undefined {
  const tools = ['cmake', 'flock'].every((tool) => spawnSync(tool, ['--version']).status === 0);
  if (process.platform !== 'linux' || !tools) return undefined;
  const links = spawnSync('g++', [flag, '-x', 'c++', '-', '-o', '/dev/null'], { input: 'int main() {}' });
  if (links.status !== 0) return undefined;
  const path = spawnSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).stdout.trim();
  // Under it Node.js itself must start.
  const runs = spawnSync(process.execPath, ['-e', ''], { env: { ...process.env, ...environment(path) } });
  return runs.status === 0 ? path : undefined;
}

/** Node.js and koffi free little at their end; the sanitizer does not know koffi's own stacks. */
export const environment = (library: string) => ({
  LD_PRELOAD: library,
  ASAN_OPTIONS: 'detect_leaks=0:detect_stack_use_after_return=0:handle_segv=1',
});

/** @returns the package's directory, for `import('…/dist/mortise.js')` */
export function sanitizedPackage(): string {
  const addon = builtAddon();
  const directory = join(cache, `package-${process.pid}`);
  mkdirSync(join(directory, 'build/Release'), { recursive: true, mode: 0o700 });
  for (const name of ['dist', 'include', 'package.json']) {
    cpSync(join(root, name), join(directory, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  cpSync(addon, join(directory, 'build/Release/mortise.node'));
  return directory;
}

function builtAddon(): string {
  const hash = createHash('sha256').update(root);
  for (const top of ['native', 'include', 'CMakeLists.txt']) {
    const names = top.includes('.')
      ? ['']
      : readdirSync(join(root, top), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => one === '' || /\.(cc|h)$/.test(one)).sort()) {
      hash.update(name).update(readFileSync(join(root, top, name)));
    }
  }
  const directory = join(cache, hash.digest('hex').slice(0, 24));
  const addon = join(directory, 'mortise.node');
  if (existsSync(addon)) return addon;
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  // Always in one place for each clone, so that only what changed is compiled again.
  const clone = createHash('sha256').update(root).digest('hex').slice(0, 8);
  const making = join(cache, `build-${clone}`);
  const cmake = join(root, 'node_modules/cmake-js/bin/cmake-js');
  const compile = [process.execPath, cmake, 'compile', '-O', making, '--CDMORTISE_SANITIZE=address'];
  // Another file's tests may want the same at the same time: they wait, and then find nothing to do.
  const made = spawnSync('flock', [`${making}.lock`, ...compile], { cwd: root, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`${made.error ?? ''}${made.stdout}\n${made.stderr}`);
  mkdirSync(directory, { recursive: true });
  const part = `${addon}.${process.pid}`;
  copyFileSync(join(making, 'Release/mortise.node'), part);
  renameSync(part, addon);
  return addon;
}
