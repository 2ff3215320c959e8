/** collectd.conf's parser without Node.js, under the sanitizers of address and undefined behaviour. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const sanitize = '-fsanitize=address,undefined';
// Without the runtime library of a sanitizer nothing links.
const works =
  spawnSync('g++', [sanitize, '-x', 'c++', '-', '-o', '/dev/null'], { input: 'int main() {}' }).status === 0;

describe.runIf(works)(works ? 'g++' : 'g++ with sanitizers (not installed: apt-get install g++)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-collectd-config-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reads valid, wrong and damaged texts', { timeout: 300_000 }, () => {
    const sources = readdirSync(join(root, 'native/collectd/config'))
      .filter((name) => name.endsWith('.cc'))
      .map((name) => join(root, 'native/collectd/config', name));
    const program = join(folder, 'config');
    const flags = ['-std=c++17', '-g1', '-O0', '-Wall', '-Wextra', '-Werror', '-fno-sanitize-recover=all'];
    const includes = ['include', 'native', 'test/native'].map((name) => `-I${join(root, name)}`);
    const driver = join(import.meta.dirname, 'config.cc');
    const made = spawnSync('g++', [...flags, sanitize, ...includes, driver, ...sources, '-o', program], {
      encoding: 'utf8',
    });
    expect(made.stderr).toBe('');
    const run = spawnSync(program, { encoding: 'utf8', env: { ...process.env, LD_PRELOAD: '' } });
    expect(run).toMatchObject({ status: 0, stdout: 'ok\n', stderr: '' });
  });
});
