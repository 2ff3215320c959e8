/** What `npm run pack` makes, as those meet it who install it: in an empty project, on a machine without a compiler. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedFile } from '../binary/packages.js';

const root = mkdtempSync(join(tmpdir(), 'mortise-pack-'));
afterAll(() => rmSync(root, { recursive: true }));

const folder = resolve('build/packages');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const tarball = (name: string) => join(folder, `${name}-${version}.tgz`);
const packages = [tarball('mortise'), tarball('mortise-linux-x64')];

const pack = () => execFileSync('npm', ['run', 'pack'], { stdio: 'pipe', timeout: 300_000 });
const sums = () =>
  readdirSync(folder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ]);

/** Only what an installation may call: no compiler, no make, no CMake. */
const tools = join(root, 'bin');
const environment = { ...process.env, PATH: tools, npm_config_update_notifier: 'false' };

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: environment,
    encoding: 'utf8',
    timeout: 300_000,
  });
  expect(status, `${command} ${args.join(' ')}: ${error ?? ''}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

function project(name: string): string {
  const path = join(root, name);
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), '{ "name": "service", "version": "1.0.0", "private": true }\n');
  return path;
}

const program = `
  const host = await Host.open({ plugins: ['${resolve('example-plugins/c-read-splitter/build/libread_splitter.so')}'], log: () => {} });
  console.log([...host.plugins].map(({ name, state }) => name + ' ' + state).join());
  await host.close();`;

/** Installing takes the dependencies from the registry. */
const isOnline = publishedFile('is-number@7.0.0', 'package.json') !== undefined;
const pnpm = publishedFile('pnpm@10.18.0', 'bin/pnpm.cjs');
const isHere = process.platform === 'linux' && process.arch === 'x64';

beforeAll(() => {
  if (!isHere) return;
  mkdirSync(tools);
  for (const name of ['node', 'sh', 'env', 'cat', 'uname', 'dirname', 'sed']) {
    const path = (process.env.PATH ?? '')
      .split(delimiter)
      .map((place) => join(place, name))
      .find(existsSync);
    symlinkSync(name === 'node' ? process.execPath : (path as string), join(tools, name));
  }
  symlinkSync(join(dirname(process.execPath), 'npm'), join(tools, 'npm'));
  if (pnpm) {
    writeFileSync(join(tools, 'pnpm'), `#!/bin/sh\nexec node "${pnpm}" "$@"\n`, { mode: 0o755 });
  }
  pack();
}, 600_000);

describe.skipIf(!isHere)('the packages', () => {
  it('are the same bytes when they are packed again', { timeout: 300_000 }, () => {
    const first = sums();
    pack();
    expect(sums()).toEqual(first);
  });

  it('are what publint and arethetypeswrong want', { timeout: 300_000 }, () => {
    execFileSync('npx', ['publint', '--strict', packages[0] as string], { stdio: 'pipe' });
    // `require` of a module works in every Node.js that this package is for.
    const ignored = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm'];
    execFileSync('npx', ['attw', packages[0] as string, ...ignored], { stdio: 'pipe' });
  });

  it('have a bill of what they bring', () => {
    const bill = JSON.parse(readFileSync(join(folder, `mortise-${version}.cdx.json`), 'utf8'));
    const names = bill.components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['koffi', 'zod', 'commander']));
    expect(bill.metadata.component.name).toBe('mortise');
  });

  it('are not made of a clone by npm itself', { timeout: 60_000 }, () => {
    const { status, stderr } = spawnSync('npm', ['pack', '--dry-run'], { encoding: 'utf8' });
    expect(stderr).toContain('npm run build && npm run pack');
    expect(status).not.toBe(0);
  });
});

describe.skipIf(!isHere || !isOnline)(
  'installed without scripts and without a compiler (from the registry)',
  () => {
    for (const [manager, ...args] of [
      ['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts'],
      ['pnpm', 'add', '--ignore-scripts'],
    ] as const) {
      it.skipIf(manager === 'pnpm' && !pnpm)(
        `by ${manager}: import, require and the command work`,
        { timeout: 600_000 },
        () => {
          const path = project(manager);
          run(path, manager, ...args, ...packages);
          const node = process.execPath;
          const imported = run(
            path,
            node,
            '--input-type=module',
            '-e',
            `import { Host } from 'mortise';${program}`,
          );
          expect(imported).toBe('read_splitter ready\n');
          const required = `const { Host } = require('mortise'); (async () => {${program}})();`;
          expect(run(path, node, '-e', required)).toBe('read_splitter ready\n');
          const command = join(path, 'node_modules/.bin/mortise');
          expect(run(path, command, '--version')).toBe(`${version}\n`);
          const plugin = resolve('example-plugins/c-read-splitter/build/libread_splitter.so');
          expect(run(path, command, 'verify', '--load', plugin)).toContain('read_splitter');
          const licences = readFileSync(join(path, 'node_modules/mortise/LICENSES.md'), 'utf8');
          expect(licences).toContain('## zod ');
        },
      );
    }

    it('take less than 20 MB', () => {
      const kilobytes = execFileSync('du', ['-sk', join(root, 'npm/node_modules')], { encoding: 'utf8' });
      expect(Number.parseInt(kilobytes, 10)).toBeLessThan(20 * 1024);
    });

    it('let a service be declared in a module that is exported', { timeout: 120_000 }, () => {
      const path = join(root, 'npm');
      writeFileSync(
        join(path, 'service.mts'),
        `import { defineService, fn, i32, text } from 'mortise';
export const Greeter = defineService('acme.greeter', '1.0', { greet: fn({ name: text }, i32) });
`,
      );
      const options = ['--declaration', '--strict', '--skipLibCheck', 'false', '--module', 'nodenext'];
      const types = ['--types', 'node', '--target', 'es2022', '--lib', 'es2023,esnext.disposable'];
      symlinkSync(resolve('node_modules/@types'), join(path, 'node_modules/@types'));
      run(
        path,
        process.execPath,
        resolve('node_modules/typescript/bin/tsc'),
        ...options,
        ...types,
        'service.mts',
      );
      expect(readFileSync(join(path, 'service.d.mts'), 'utf8')).toContain('Greeter');
    });

    it('say what to do when a bundler has taken them in', { timeout: 120_000 }, () => {
      const path = join(root, 'npm');
      writeFileSync(join(path, 'service.mjs'), "import { Host } from 'mortise';\nHost.open({});\n");
      const bundle = (format: 'cjs' | 'esm', outfile: string, external: string) =>
        buildSync({
          ...{ entryPoints: ['service.mjs'], absWorkingDir: path, bundle: true, platform: 'node' },
          ...{ format, outfile, external: [external], logLevel: 'silent' },
        });
      // A bundler wants the optional peers, and then leaves what isn't code behind.
      for (const name of ['@grpc', '@bufbuild'])
        symlinkSync(resolve('node_modules', name), join(path, 'node_modules', name));
      bundle('cjs', 'in/service.cjs', 'koffi');
      const { stderr } = spawnSync(process.execPath, [join(path, 'in/service.cjs')], {
        cwd: root,
        encoding: 'utf8',
      });
      expect(stderr).toContain('--external:mortise');
      bundle('esm', 'beside/service.mjs', 'mortise');
      run(path, process.execPath, 'beside/service.mjs');
    });
  },
);

describe.skipIf(!isHere)('the headers for C (a C compiler, CMake, pkg-config)', () => {
  const has = (name: string) => spawnSync(name, ['--version']).status === 0;
  const unpacked = join(root, 'c');
  const source = `#include <mortise/mortise.h>
MORTISE_MODULE("tried", "1.0.0")
int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host;
  (void)error;
  return MORTISE_OK;
}
`;
  beforeAll(() => {
    mkdirSync(unpacked);
    execFileSync('tar', ['xzf', tarball('mortise-c'), '-C', unpacked, '--strip-components=1']);
    writeFileSync(join(unpacked, 'tried.c'), source);
  });

  it.skipIf(!has('pkg-config') || !has('cc'))('are found by pkg-config', () => {
    const env = { ...process.env, PKG_CONFIG_PATH: join(unpacked, 'lib/pkgconfig') };
    const flags = execFileSync('pkg-config', ['--cflags', 'mortise'], { env, encoding: 'utf8' });
    execFileSync('cc', ['-c', ...flags.trim().split(/\s+/), '-o', 'tried.o', 'tried.c'], { cwd: unpacked });
  });

  it.skipIf(!has('cmake') || !has('cc'))('are found by CMake, with the cells', { timeout: 120_000 }, () => {
    writeFileSync(
      join(unpacked, 'CMakeLists.txt'),
      `cmake_minimum_required(VERSION 3.15)
project(tried C)
find_package(mortise ${version} REQUIRED)
add_library(tried MODULE tried.c)
target_link_libraries(tried PRIVATE mortise::mortise mortise::services)
`,
    );
    const options = ['-S', '.', '-B', 'out', `-DCMAKE_PREFIX_PATH=${unpacked}`];
    execFileSync('cmake', options, { cwd: unpacked, stdio: 'pipe' });
    execFileSync('cmake', ['--build', 'out'], { cwd: unpacked, stdio: 'pipe' });
    expect(existsSync(join(unpacked, 'out/libtried.so'))).toBe(true);
  });
});
