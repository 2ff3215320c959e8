/** The native core without Node.js, under sanitizers: each driver in a directory is a program. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const cache = join(tmpdir(), `mortise-test-native-${process.getuid?.() ?? 0}`);
// Little optimisation and debug information: compiling takes nearly all the time here.
const flags = ['-std=c++17', '-g1', '-O0', '-Wall', '-Wextra', '-fno-sanitize-recover=all', '-pthread'];
const includes = ['include', 'native', 'test/native'].map((name) => `-I${join(root, name)}`);
const environment = {
  ...process.env,
  LD_PRELOAD: '',
  // Plugins and hosts live until the process ends, as their comments say.
  ASAN_OPTIONS: 'detect_leaks=0:detect_stack_use_after_return=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
};

/** By their paths in native/, as includes name them. */
const text = new Map(
  filesIn('native').map((name) => [name, readFileSync(join(root, 'native', name), 'utf8')] as const),
);

/** C++ sources and headers in and below a directory of the project. */
function filesIn(directory: string): string[] {
  const names = readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.(cc|h)$/.test(name)).sort();
}

/** Whether a file includes Node-API, perhaps through others. */
function needsNode(name: string, seen = new Set<string>()): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const content = text.get(name) ?? '';
  if (/<(node_api|napi)\.h>/.test(content)) return true;
  return [...content.matchAll(/#include "([^"]+)"/g)].some(([, other]) => needsNode(other as string, seen));
}
// What collectd's plugins are linked to is a library of its own.
const core = [...text.keys()].filter(
  (name) => name.endsWith('.cc') && !needsNode(name) && !name.startsWith('collectd/library/'),
);

const headers = () => {
  const hash = createHash('sha256');
  for (const directory of ['include/mortise', 'native', 'test/native']) {
    for (const name of filesIn(directory).filter((one) => one.endsWith('.h'))) {
      hash.update(name).update(readFileSync(join(root, directory, name)));
    }
  }
  return hash.digest('hex');
};

/** Compiles what isn't in the cache, two at a time. */
async function objectsOf(sources: readonly string[], sanitize: string): Promise<string[]> {
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const common = JSON.stringify([flags, includes, sanitize, headers()]);
  const made = sources.map((source) => {
    const hash = createHash('sha256').update(common).update(readFileSync(source)).digest('hex').slice(0, 24);
    return { source, object: join(cache, `${basename(source, '.cc')}-${hash}.o`) };
  });
  const todo = made.filter(({ object }) => !existsSync(object));
  const compile = async () => {
    for (let next = todo.pop(); next; next = todo.pop()) {
      const part = `${next.object}.${process.pid}`;
      await promisify(execFile)('g++', [...flags, sanitize, ...includes, '-c', next.source, '-o', part]);
      renameSync(part, next.object);
    }
  };
  await Promise.all([compile(), compile()]);
  return made.map(({ object }) => object);
}

const hasCompiler = spawnSync('g++', ['--version']).status === 0;

/** Describes the drivers in `directory`, which need what `isNeeded` of the files in native/. */
export function describeDrivers(directory: string, isNeeded: (name: string) => boolean = () => true): void {
  const drivers = readdirSync(directory).filter((name) => name.endsWith('.cc'));
  const needed = core.filter(isNeeded).map((name) => join(root, 'native', name));

  describe.each([
    ['address and undefined behaviour', '-fsanitize=address,undefined'],
    ['threads', '-fsanitize=thread'],
  ])('under the sanitizer of %s', (_, sanitize) => {
    // Without the runtime library of a sanitizer nothing links.
    const works =
      hasCompiler &&
      spawnSync('g++', [sanitize, '-x', 'c++', '-', '-o', '/dev/null'], { input: 'int main() {}' }).status ===
        0;

    describe.runIf(works)(works ? 'g++' : 'g++ with sanitizers (not installed: apt-get install g++)', () => {
      const programs = new Map<string, string>();
      beforeAll(async () => {
        const objects = await objectsOf(needed, sanitize);
        for (const driver of drivers) {
          const [own = ''] = await objectsOf([join(directory, driver)], sanitize);
          const program = join(cache, `${basename(own, '.o')}-${process.pid}`);
          await promisify(execFile)('g++', [sanitize, '-pthread', own, ...objects, '-o', program]);
          programs.set(driver, program);
        }
      }, 1_800_000);

      afterAll(() => {
        for (const program of programs.values()) rmSync(program, { force: true });
      });

      it.each(drivers)('%s holds', { timeout: 120_000 }, (driver) => {
        const run = spawnSync(programs.get(driver) ?? '', { encoding: 'utf8', env: environment });
        expect(run.stderr).toBe('');
        expect(run).toMatchObject({ status: 0, stdout: 'ok\n' });
      });
    });
  });
}
