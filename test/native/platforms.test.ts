/** The native core on other systems and processors: it compiles there, where a cross compiler is at hand. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const { include_dir: nodeHeaders } = createRequire(import.meta.url)('node-api-headers') as {
  include_dir: string;
};
/** Not ours: their warnings are not either. */
const nodeIncludes = [nodeHeaders, join(root, 'node_modules/node-addon-api')].flatMap((path) => [
  '-isystem',
  path,
]);
const sources = readdirSync(join(root, 'native'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.cc'))
  .sort();
const flags = [
  ...['-std=c++17', '-Wall', '-Wextra', '-Werror', '-fsyntax-only'],
  ...['-DNAPI_VERSION=8', '-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL', '-DNODE_GYP_MODULE_NAME=mortise'],
];
const includes = ['include', 'native'].map((name) => `-I${join(root, name)}`);

describe.each([
  ['Windows', 'x86_64-w64-mingw32-g++-posix', 'g++-mingw-w64-x86-64'],
  ['Linux on arm64', 'aarch64-linux-gnu-g++', 'g++-aarch64-linux-gnu'],
])('for %s', (_, compiler, debianPackage) => {
  const isThere = spawnSync(compiler, ['--version']).status === 0;
  const title = isThere ? compiler : `${compiler} (not installed: apt-get install ${debianPackage})`;
  describe.runIf(isThere)(title, () => {
    it.each(sources)('%s compiles without a warning', { timeout: 300_000 }, (name) => {
      const args = [...flags, ...includes, ...nodeIncludes, join(root, 'native', name)];
      expect(spawnSync(compiler, args, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    });
  });
});

// What is not Node.js's runs there as well, on an emulated processor.
const tools = [
  ['aarch64-linux-gnu-g++', 'g++-aarch64-linux-gnu'],
  ['qemu-aarch64', 'qemu-user'],
] as const;
const missing = tools.filter(([tool]) => spawnSync(tool, ['--version']).status !== 0);
const title = [
  'on an emulated arm64',
  ...missing.map(([, name]) => `(not installed: apt-get install ${name})`),
];

describe.runIf(missing.length === 0)(title.join(' '), () => {
  // Not made where all is skipped.
  let folder = '';
  afterAll(() => rmSync(folder, { recursive: true }));
  const text = (name: string) => readFileSync(join(root, 'native', name), 'utf8');
  const core = sources.filter(
    (name) => !/<(node_api|napi)\.h>|"(node\/\w+|mariadb\/\w+)\.h"/.test(text(name)),
  );

  const build = (...args: string[]) =>
    spawnSync('aarch64-linux-gnu-g++', ['-std=c++17', '-O1', '-pthread', ...includes, ...args], {
      encoding: 'utf8',
      cwd: folder,
    }).stderr;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-arm64-'));
    expect(build('-c', ...core.map((name) => join(root, 'native', name)))).toBe('');
  }, 300_000);

  it.each(['guards', 'log', 'tasks', 'services'])('%s holds', { timeout: 120_000 }, (driver) => {
    const objects = readdirSync(folder).filter((name) => name.endsWith('.o'));
    const source = join(import.meta.dirname, `${driver}.cc`);
    expect(build('-static', `-I${import.meta.dirname}`, source, ...objects, '-o', driver)).toBe('');
    const run = spawnSync('qemu-aarch64', [join(folder, driver)], { encoding: 'utf8' });
    expect(run).toMatchObject({ status: 0, stdout: 'ok\n' });
  });
});
