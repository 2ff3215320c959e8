/** Builds the C plugins beside this file. What was built from the same input before is taken again. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const here = import.meta.dirname;
const headers = resolve(here, '../../../include');
// The user's own, and only his to write: a plugin that others can change is one that mortise warns of.
const cache = join(tmpdir(), `mortise-test-plugins-${process.getuid?.() ?? 0}`);

/** As mortise's own examples are built: Node.js exports names that a plugin may also have. */
const usual = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-fPIC', '-fvisibility=hidden', '-Wl,-Bsymbolic'];

export interface BuildOptions {
  /** `-D`; strings become C strings, numbers and true stay as they are. */
  define?: Record<string, string | number | true>;
  /** For the compiler; a `{}` in them stands for the output's directory. */
  flags?: readonly string[];
}

/** The path of the library that `source`, a C file of this directory, becomes. Never write to it. */
export function build(source: string, { define = {}, flags = [] }: BuildOptions = {}): string {
  const file = join(here, source);
  const defines = Object.entries(define).map(
    ([name, value]) => `-D${name}=${typeof value === 'string' ? JSON.stringify(value) : Number(value)}`,
  );
  const arguments_ = [...usual, ...defines, ...flags, `-I${headers}`];
  const hash = createHash('sha256').update(JSON.stringify([process.arch, source, arguments_]));
  hash.update(readFileSync(file));
  for (const name of readdirSync(join(headers, 'mortise'), { recursive: true, encoding: 'utf8' }).sort())
    if (name.endsWith('.h')) hash.update(readFileSync(join(headers, 'mortise', name)));

  const directory = join(cache, hash.digest('hex').slice(0, 24));
  const library = join(directory, `${basename(source, '.c')}.so`);
  if (existsSync(library)) return library;
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  // Beside its place, then renamed: another test may build the same at the same time.
  const making = mkdtempSync(`${directory}-`);
  const made = join(making, basename(library));
  execFileSync('cc', [...arguments_, '-shared', '-o', made, file, ...libraries(flags)], { stdio: 'pipe' });
  chmodSync(made, 0o755);
  try {
    renameSync(making, directory);
  } catch (error) {
    rmSync(making, { recursive: true });
    if (!existsSync(library)) throw error;
  }
  return library;
}

/** The linker takes libraries only from behind what needs them. */
const libraries = (flags: readonly string[]) => flags.filter((flag) => /^-l|\.(a|so(\.\d+)*)$/.test(flag));
