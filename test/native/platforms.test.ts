/** The native core on other systems and processors: it compiles there, where a cross compiler is at hand. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const { include_dir: nodeHeaders } = createRequire(import.meta.url)('node-api-headers') as {
  include_dir: string;
};
const sources = readdirSync(join(root, 'native'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.cc'))
  .sort();
const flags = ['-std=c++17', '-Wall', '-Wextra', '-Werror', '-DNAPI_VERSION=8', '-fsyntax-only'];
const includes = ['include', 'native'].map((name) => `-I${join(root, name)}`);

describe.each([
  ['Windows', 'x86_64-w64-mingw32-g++-posix', 'g++-mingw-w64-x86-64'],
  ['Linux on arm64', 'aarch64-linux-gnu-g++', 'g++-aarch64-linux-gnu'],
])('for %s', (_, compiler, debianPackage) => {
  const isThere = spawnSync(compiler, ['--version']).status === 0;
  const title = isThere ? compiler : `${compiler} (not installed: apt-get install ${debianPackage})`;
  describe.runIf(isThere)(title, () => {
    it.each(sources)('%s compiles without a warning', { timeout: 60_000 }, (name) => {
      const args = [...flags, ...includes, `-I${nodeHeaders}`, join(root, 'native', name)];
      expect(spawnSync(compiler, args, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    });
  });
});
