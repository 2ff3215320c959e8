/** What reads a collectd.conf, without Node.js, under the sanitizers of address and undefined behaviour. */
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

  const sources = ['config', 'filter'].flatMap((part) => {
    const room = join(root, 'native/collectd', part);
    // The collector's part needs all of the engine.
    const names = readdirSync(room).filter((name) => name.endsWith('.cc') && name !== 'chains.cc');
    return names.map((name) => join(room, name));
  });

  it.each(['config', 'filter'])('%s.cc holds', { timeout: 300_000 }, (name) => {
    const program = join(folder, name);
    const flags = ['-std=c++17', '-g1', '-O0', '-Wall', '-Wextra', '-Werror', '-fno-sanitize-recover=all'];
    const includes = ['include', 'native', 'test/native'].map((directory) => `-I${join(root, directory)}`);
    const driver = join(import.meta.dirname, `${name}.cc`);
    const made = spawnSync('g++', [...flags, sanitize, ...includes, driver, ...sources, '-o', program], {
      encoding: 'utf8',
    });
    expect(made.stderr).toBe('');
    const run = spawnSync(program, { encoding: 'utf8', env: { ...process.env, LD_PRELOAD: '' } });
    expect(run).toMatchObject({ status: 0, stdout: 'ok\n', stderr: '' });
  });
});
