/** A plugin with 500 libraries that need each other, round in circles. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { verify } from '../../../src/index.js';
import { directory, open } from '../../host/open.js';

const count = 500;
const name = (index: number) => `lib${String(index % count).padStart(3, '0')}.so`;
const include = resolve(import.meta.dirname, '../../../include');
const decider = resolve(import.meta.dirname, '../../support/plugins/decider.c');

/** Each needs the next one and another one: one circle through all, and many small ones. */
const needs = (index: number) => [name(index + 1), name(index * 7 + 3)] as const;

function link(output: string, libraries: readonly string[], ...flags: string[]): void {
  const needed = libraries.map((library) => `-l:${library}`);
  const always = ['-shared', '-fPIC', '-fvisibility=hidden', '-Wl,--no-as-needed', '-Wl,-rpath,$ORIGIN'];
  execFileSync('cc', [...always, '-o', output, ...flags, ...needed], { stdio: 'pipe' });
}

/** Made of one by the linker and all others of its bytes: their names are as long as its own. */
function closure(): string {
  const folder = directory();
  const stubs = join(folder, 'stubs');
  mkdirSync(stubs);
  const nothing = ['-nostdlib', '-x', 'c', '/dev/null'];
  const places = [`-L${stubs}`, '-Wl,-z,noexecstack'];
  for (const stub of ['lib000.so', 'libAAA.so', 'libBBB.so'])
    link(join(stubs, stub), [], ...places, `-Wl,-soname,${stub}`, ...nothing, '-x', 'none');
  const template = join(stubs, 'libSSS.so');
  link(template, ['libAAA.so', 'libBBB.so'], ...places, '-Wl,-soname,libSSS.so', ...nothing, '-x', 'none');
  const bytes = readFileSync(template, 'latin1');
  for (let index = 0; index < count; index++) {
    const [next, other] = needs(index);
    const made = bytes
      .replaceAll('libSSS.so', name(index))
      .replaceAll('libAAA.so', next)
      .replaceAll('libBBB.so', other);
    writeFileSync(join(folder, name(index)), made, { encoding: 'latin1', mode: 0o755 });
  }
  const plugin = join(folder, 'deep.so');
  const flags = ['-std=gnu11', '-Wl,-Bsymbolic', `-I${include}`, '-DNAME="deep"', decider];
  link(plugin, ['lib000.so'], ...places, ...flags);
  return plugin;
}

// First: what the other one loads is found before any file.
it.runIf(process.platform === 'linux')(
  'is refused when one of them lacks what it needs',
  { timeout: 120_000 },
  async () => {
    const plugin = closure();
    const broken = join(plugin, '..', name(321));
    const bytes = readFileSync(broken, 'latin1');
    writeFileSync(broken, bytes.replaceAll(name(322), 'libXXX.so'), 'latin1');
    const report = await verify(plugin);
    expect(report.status).toBe('fail');
    const problems = report.checks.flatMap(({ problem }) => problem ?? []);
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_DEPENDENCY_MISSING',
        message: expect.stringContaining('libXXX.so'),
      }),
    ]);
  },
);

it.runIf(process.platform === 'linux')(
  'is verified and loaded, each library once',
  { timeout: 120_000 },
  async () => {
    const plugin = closure();
    const report = await verify(plugin);
    expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(report.status).toBe('ok');
    expect(report.libraries).toHaveLength(count);
    expect(new Set(report.libraries?.map(({ path }) => path)).size).toBe(count);

    const host = await open({ plugins: [{ name: plugin, config: { target: 1, shard: 2 } }] });
    expect(host.plugins.get('deep').state).toBe('ready');
    const maps = readFileSync('/proc/self/maps', 'utf8');
    const loaded = new Set(maps.match(/lib\d{3}\.so/g));
    expect(loaded.size).toBe(count);
  },
);
