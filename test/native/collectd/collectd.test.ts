/** What reads a collectd.conf and makes chains of it, without Node.js, under sanitizers. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
// Without the runtime library of a sanitizer nothing links.
const works =
  spawnSync('g++', ['-fsanitize=address,undefined', '-x', 'c++', '-', '-o', '/dev/null'], {
    input: 'int main() {}',
  }).status === 0;

describe.runIf(works)(works ? 'g++' : 'g++ with sanitizers (not installed: apt-get install g++)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-collectd-config-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const sources = ['config', 'filter'].flatMap((part) => {
    const room = join(root, 'native/collectd', part);
    // The collector's part needs all of the engine.
    const names = readdirSync(room).filter((name) => name.endsWith('.cc') && name !== 'chains.cc');
    return names.map((name) => join(room, name));
  });

  it.each([
    ['config', 'address,undefined'],
    ['filter', 'address,undefined'],
    ['filter', 'thread'],
  ])('%s.cc holds: %s', { timeout: 300_000 }, (name, sanitizers) => {
    const program = join(folder, name);
    const sanitize = `-fsanitize=${sanitizers}`;
    const usual = ['-std=c++17', '-g1', '-O0', '-Wall', '-Wextra', '-Werror', '-pthread'];
    const flags = [...usual, '-fno-sanitize-recover=all'];
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
