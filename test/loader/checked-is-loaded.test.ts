/** What was checked is what is loaded: what happens to the file afterwards changes nothing. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Host } from '../../src/index.js';
import { run } from '../host/child.js';
import { directory, open } from '../host/open.js';
import { build } from '../support/plugins/build.js';

/** A copy of the counting plugin that a test may harm. */
function counter(): { name: string; config: { counts: boolean } } {
  const name = join(directory(), 'counter.so');
  copyFileSync(build('decider.c'), name);
  return { name, config: { counts: true } };
}

const shards = 1000;

describe('after the host has opened', () => {
  it.each<[string, (path: string) => void]>([
    ['overwritten', (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length, 0xcc))],
    ['truncated', (path) => truncateSync(path, 0)],
    ['cut to a page', (path) => truncateSync(path, 4096)],
    ['removed', (path) => rmSync(path)],
    ['replaced by another', (path) => renameSync(`${path}.new`, path)],
  ])('the file may be %s', async (_, harm) => {
    const plugin = counter();
    copyFileSync(build('echo.c'), `${plugin.name}.new`);
    const sha256 = createHash('sha256').update(readFileSync(plugin.name)).digest('hex');
    const host = await open({ plugins: [plugin] });
    expect(host.route({ sql: '', shards }).shard).toBe(0);
    harm(plugin.name);
    for (let call = 1; call < 1000; call++) expect(host.route({ sql: '', shards }).shard).toBe(call);
    expect(host.plugins.get('decider').sha256).toBe(sha256);
    await host.close();
  });
});

it('takes a new version of the file in the next host, while the old one runs', async () => {
  const path = join(directory(), 'plugin.so');
  copyFileSync(build('decider.c', { define: { NAME: 'old' } }), path);
  const before = await open({ plugins: [{ name: path, config: { target: 2 } }] });
  copyFileSync(build('decider.c', { define: { NAME: 'new' } }), path);
  const after = await open({ plugins: [{ name: path, config: { target: 3 } }] });
  expect(before.route({ sql: '' })).toMatchObject({ plugin: 'old', shard: 'all' });
  expect(after.route({ sql: '' })).toMatchObject({ plugin: 'new', shard: 'blocked' });
});

it('gives each host its own state of the same file, at the same time and one after the other', async () => {
  const plugin = counter();
  const hosts = [await open({ plugins: [plugin] }), await open({ plugins: [plugin] })];
  for (let call = 0; call < 10; call++) {
    for (const host of hosts) expect(host.route({ sql: '', shards }).shard).toBe(call);
  }
  await hosts[0]?.close();
  expect(hosts[1]?.route({ sql: '', shards }).shard).toBe(10);
  const later = await open({ plugins: [plugin] });
  expect(later.route({ sql: '', shards }).shard).toBe(0);
});

it('finds a dependency beside the plugin ($ORIGIN), and the same in a second host', async () => {
  const root = directory();
  mkdirSync(join(root, 'lib'));
  const helper = join(root, 'lib', 'libbeside.so');
  copyFileSync(build('plain.c', { define: { HELPER: 5 }, flags: ['-Wl,-soname,libbeside.so'] }), helper);
  const plugin = join(root, 'plugin.so');
  // The linker needs to see it once; ld.so looks beside the plugin.
  const flags = ['-Wl,--enable-new-dtags', '-Wl,-rpath,$ORIGIN/lib', helper];
  copyFileSync(build('plain.c', { define: { INFO: true, BESIDE: true }, flags }), plugin);
  for (const _ of [1, 2]) {
    const host = await open({ plugins: [plugin] });
    expect(host.plugins.get('plain').error?.message).toBeUndefined();
    expect(host.route({ sql: '', shards: 10 })).toMatchObject({ plugin: 'plain', shard: 5 });
  }
  // The system's loader takes what is loaded under that name, and so does a third host.
  rmSync(helper);
  const third = await open({ plugins: [plugin] });
  expect(third.route({ sql: '', shards: 10 })).toMatchObject({ plugin: 'plain', shard: 5 });
});

it('has the copy in a directory that only this user can enter, and only while it is open', async () => {
  const privateDirectory = directory();
  const host = await Host.open({ plugins: [counter()], privateDirectory });
  const [own = ''] = readdirSync(privateDirectory);
  const maps = readFileSync('/proc/self/maps', 'utf8');
  expect(maps).toContain(join(privateDirectory, own));
  await host.close();
  expect(existsSync(join(privateDirectory, own))).toBe(false);
  expect(readdirSync(privateDirectory)).toEqual([]);
});

it('tells the plugin the path of its file, not that of the copy', async () => {
  const plugin = counter();
  const host = await open({ plugins: [plugin] });
  expect(host.plugins.get('decider').path).toBe(plugin.name);
});

const gdb = spawnSync('gdb', ['--version']).status === 0;
describe.runIf(gdb)(gdb ? 'gdb' : 'gdb (not installed: apt-get install gdb)', () => {
  it('finds the plugin and its symbols while the host is open', { timeout: 120_000 }, async ({ skip }) => {
    const plugin = build('decider.c', { flags: ['-g'] });
    const commands = ['run', 'info sharedlibrary decider', 'info line module_route'];
    const { stdout, stderr } = await run('await Host.open(options); process.abort();', {
      plugins: [plugin],
      under: ['gdb', '-nx', '-batch', ...commands.flatMap((one) => ['-ex', one]), '--args'],
    });
    if (/ptrace|not permitted/i.test(stderr) && !stdout.includes('SIGABRT')) skip('gdb may not trace here');
    expect(stdout).toMatch(new RegExp(`Yes\\s+\\S*mortise-\\d+-\\S*${basename(plugin)}`));
    expect(stdout).toMatch(/Line \d+ of "\S*decider\.c" starts at address/);
  });
});

it.runIf(process.platform === 'linux')(
  'makes no more directories than the paths in a plugin ask for',
  async () => {
    // A path that climbs must stay inside the private directory, as deep as the original lay.
    const climbing = build('echo.c', { flags: ['-Wl,-rpath,$ORIGIN/../../nowhere'] });
    const plain = build('decider.c');
    const privateDirectory = directory();
    await open({ plugins: [climbing, plain], privateDirectory });
    const own = join(privateDirectory, readdirSync(privateDirectory)[0] as string);
    const maps = readFileSync('/proc/self/maps', 'utf8');
    expect(maps).toContain(`${join(own, '1', climbing)}\n`);
    expect(maps).toContain(`${join(own, '2', basename(plain))}\n`);
  },
);
