import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const has = (program: string) => spawnSync(program, ['--version']).status === 0;

export interface Compiler {
  name: string;
  c: string;
  cxx: string;
  found: boolean;
  /** How to get it, for the name of a skipped suite. */
  install: string;
}

const compiler = (name: string, c: string, cxx: string, install: string): Compiler => ({
  name,
  c,
  cxx,
  found: has(c) && has(cxx),
  install,
});

export const gcc = compiler('gcc', 'gcc', 'g++', 'apt-get install g++');
export const clang = compiler('clang', 'clang', 'clang++', 'apt-get install clang');
export const mingw = compiler(
  'mingw',
  'x86_64-w64-mingw32-gcc',
  'x86_64-w64-mingw32-g++',
  'apt-get install g++-mingw-w64-x86-64',
);
export const compilers = [gcc, clang, mingw];

/** A suite's name, which says why when it is skipped. */
export const nameOf = ({ name, found, install }: Compiler) =>
  found ? name : `${name} (not installed: ${install})`;

/** Compiles and, unless `arguments` say otherwise, links; throws with all that the compiler said. */
export function compile(program: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  // A warning is a failure too, also one that -Werror doesn't cover.
  if (status !== 0 || stderr) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
}

export const sanitize = ['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** Whether gcc can build and run a program with the address and undefined-behaviour sanitizers here. */
export function canSanitize(): boolean {
  if (!gcc.found) return false;
  const folder = mkdtempSync(join(tmpdir(), 'mortise-sanitize-'));
  try {
    const program = join(folder, 'empty');
    execFileSync(gcc.c, [...sanitize, '-x', 'c', '-', '-o', program], {
      input: 'int main(void) { return 0; }',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    return spawnSync(program).status === 0;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Compiles a C program with the sanitizers, runs it, and returns its last line; throws with its output when
 * it fails.
 */
export function runSanitized(source: string, ...args: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-c-'));
  try {
    const program = join(folder, 'program');
    compile(gcc.c, '-std=c11', '-Wall', '-Wextra', '-O1', ...sanitize, '-Iinclude', source, '-o', program);
    const { status, stdout, stderr, signal } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${source} ended with ${signal ?? status}\n${stdout}${stderr}`);
    return stdout.trimEnd().split('\n').at(-1) ?? '';
  } finally {
    rmSync(folder, { recursive: true });
  }
}
