/** The libraries beside a plugin, and files that are no libraries in their place: what is read is bounded. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFile } from '../../src/binary/index.js';
import { hostFacts } from '../../src/host/facts.js';
import { verify } from '../../src/index.js';
import { verifyFile } from '../../src/verify/file.js';
import { directory, open } from '../host/open.js';
import { build } from '../support/plugins/build.js';
import { patchDynamic, tag } from './dynamic-entry.js';

const onLinux = it.runIf(process.platform === 'linux');
const gibibyte = 1024 * 1024 * 1024;
let made = 0;

/** A plugin that answers with what a library beside it says: 5. */
function withHelper(more: string[] = []): { root: string; plugin: string; helper: string; name: string } {
  const root = directory();
  const name = `libown_${process.pid}_${++made}.so`;
  const helper = join(root, name);
  copyFileSync(build('plain.c', { define: { HELPER: 5 }, flags: [`-Wl,-soname,${name}`, ...more] }), helper);
  chmodSync(helper, 0o755);
  const plugin = join(root, 'plugin.so');
  const flags = ['-Wl,--enable-new-dtags', '-Wl,-rpath,$ORIGIN', helper];
  copyFileSync(build('plain.c', { define: { INFO: true, BESIDE: true }, flags }), plugin);
  return { root, plugin, helper, name };
}

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

onLinux.each<[string, (path: string) => void]>([
  ['overwritten', (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length, 0xcc))],
  ['truncated', (path) => truncateSync(path, 0)],
  ['removed', (path) => rmSync(path)],
])('the library beside a plugin may be %s while it runs', async (_, harm) => {
  const { plugin, helper } = withHelper();
  const host = await open({ plugins: [plugin] });
  harm(helper);
  for (let call = 0; call < 100; call++)
    expect(host.route({ sql: '', shards: 9 })).toMatchObject({ shard: 5 });
  await host.close();
});

const onX64 = it.runIf(process.platform === 'linux' && process.arch === 'x64');

onX64.each<[string, string, (bytes: Buffer) => Buffer]>([
  [
    'may not be opened',
    'MORTISE_ERR_NOT_OPENABLE',
    (bytes) => patchDynamic(bytes, 0x6ffffffb, { value: 0x40 }),
  ],
  [
    'starts nowhere',
    'MORTISE_ERR_BINARY_MALFORMED',
    (bytes) => patchDynamic(bytes, tag.init, { value: 0x900000 }),
  ],
  ['was cut', 'MORTISE_ERR_BINARY_TRUNCATED', (bytes) => bytes.subarray(0, bytes.length - 100)],
])('a library beside a plugin that %s is refused with it', async (_, code, damage) => {
  const { plugin, helper } = withHelper(['-Wl,-z,now']);
  const whole = readFileSync(helper);
  expect((await verify(plugin)).status).toBe('ok');
  writeFileSync(helper, damage(whole));
  const { checks } = await verify(plugin);
  const check = checks.find(({ id }) => id === 'loader');
  expect(check).toMatchObject({ status: 'fail', code, problem: { subject: helper } });
  const host = await open({ plugins: [plugin] });
  expect([...host.plugins].flatMap(({ error }) => error?.problems ?? [])).toContainEqual(
    expect.objectContaining({ code }),
  );
});

onX64('what a plugin and its library need of thread-local storage counts together', async () => {
  const root = directory();
  const name = `libstorage_${process.pid}.so`;
  const model = ['-ftls-model=initial-exec', '-Wl,--no-as-needed'];
  const sized = (SIZE: number, flags: string[]) =>
    build('storage.c', { flags: [...model, ...flags], define: { SIZE } });
  copyFileSync(sized(900, [`-Wl,-soname,${name}`]), join(root, name));
  const plugin = join(root, 'plugin.so');
  copyFileSync(sized(900, ['-Wl,-rpath,$ORIGIN', join(root, name)]), plugin);
  const loader = (await verify(plugin)).checks.find(({ id }) => id === 'loader');
  expect(loader).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_STATIC_TLS' });
  copyFileSync(sized(300, [`-Wl,-soname,${name}`]), join(root, name));
  expect((await verify(plugin)).checks.find(({ id }) => id === 'loader')).toMatchObject({ status: 'ok' });
});

onLinux('verify says which libraries come with a plugin, and what they hold', async () => {
  const { plugin, helper, name } = withHelper();
  const { libraries, status } = await verify(plugin);
  expect(libraries).toEqual([{ name, path: helper, sha256: sha256(helper) }]);
  expect(status).toBe('ok');
  expect((await verify(build('decider.c'))).libraries).toEqual([]);
});

onLinux('permissions are those of the plugin’s libraries and directories too', async () => {
  const { root, plugin, helper } = withHelper();
  const strict = await hostFacts({ policy: { strictPermissions: true } });
  const permissions = async () =>
    (await verifyFile(plugin, strict)).checks.find(({ id }) => id === 'permissions');
  expect(await permissions()).toMatchObject({ status: 'ok' });
  chmodSync(helper, 0o777);
  expect(await permissions()).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_FILE_PERMISSIONS' });
  expect((await permissions())?.problem?.found).toContain(`${helper}: mode 0777`);
  chmodSync(helper, 0o755);
  for (const mode of [0o777, 0o770]) {
    chmodSync(root, mode);
    expect((await permissions())?.problem?.found).toContain(`${root}: mode 0${mode.toString(8)}`);
  }
  chmodSync(root, 0o1777);
  expect(await permissions()).toMatchObject({ status: 'ok' });
  const host = await open({ plugins: [plugin], policy: { strictPermissions: true } });
  expect([...host.plugins][0]?.state).toBe('ready');
});

onLinux.each<[string, (path: string) => void, string]>([
  ['a FIFO', (path) => execFileSync('mkfifo', [path]), 'MORTISE_ERR_DEPENDENCY_MISSING'],
  ['a directory', (path) => mkdirSync(path), 'MORTISE_ERR_DEPENDENCY_MISSING'],
  ['a text', (path) => writeFileSync(path, 'INPUT(libc.so.6)\n'), 'MORTISE_ERR_DEPENDENCY_MISSING'],
  [
    '4 GB of nothing',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 4 * gibibyte);
    },
    'MORTISE_ERR_DEPENDENCY_MISSING',
  ],
])('%s in the place of a library is refused at once', async (_, put, code) => {
  const { plugin, helper } = withHelper();
  rmSync(helper);
  put(helper);
  const host = await open({ plugins: [plugin] });
  expect([...host.plugins][0]?.error).toMatchObject({ code, found: expect.stringContaining(helper) });
});

onLinux('a library of 4 GB beside a plugin is refused before it is copied', async () => {
  const { plugin, helper } = withHelper();
  truncateSync(helper, 4 * gibibyte);
  const host = await open({ plugins: [plugin] });
  expect([...host.plugins][0]?.error).toMatchObject({ code: 'MORTISE_ERR_FILE_SIZE', subject: helper });
});

onLinux('a file over 1 GiB is refused before it is read, whatever it begins with', async () => {
  for (const source of [build('decider.c'), undefined]) {
    const path = join(directory(), 'big.so');
    if (source === undefined) writeFileSync(path, '');
    else copyFileSync(source, path);
    truncateSync(path, gibibyte + 1);
    const { status, checks } = await verify(path);
    expect(status).toBe('fail');
    expect(checks).toEqual([expect.objectContaining({ id: 'file', code: 'MORTISE_ERR_FILE_SIZE' })]);
  }
});

onLinux('a large file that is no image is not hashed', async () => {
  const path = join(directory(), 'big.so');
  writeFileSync(path, 'version https://git-lfs.github.com/spec/v1\n');
  truncateSync(path, gibibyte);
  const { sha256, checks } = await verify(path);
  expect(sha256).toBeUndefined();
  expect(checks).toEqual([expect.objectContaining({ code: 'MORTISE_ERR_BINARY_FORMAT' })]);
});

onLinux('a large plugin is checked in its private copy, and other work goes on meanwhile', async () => {
  const path = join(directory(), 'large.so');
  copyFileSync(build('decider.c'), path);
  truncateSync(path, 200 * 1024 * 1024);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const opening = open({ plugins: [{ name: path, config: { target: 1, shard: 3 } }] });
  const host = await opening;
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
  const [plugin] = host.plugins;
  expect(plugin?.state).toBe('ready');
  expect(plugin?.sha256).toBe(sha256(path));
  expect(host.route({ sql: '', shards: 9 })).toMatchObject({ shard: 3 });
});

onLinux('a file that is written to while it is read is refused', () => {
  const path = join(directory(), 'plugin.so');
  copyFileSync(build('decider.c'), path);
  const file = openFile(path);
  file.assertUnchanged();
  writeFileSync(path, 'x', { flag: 'a' });
  expect(() => file.assertUnchanged()).toThrow(expect.objectContaining({ code: 'MORTISE_ERR_FILE_CHANGED' }));
  file.close();
});

onLinux('a library that lacks a version is refused, as the system’s loader would', async () => {
  const { plugin, helper, name } = withHelper();
  const source = 'int beside(void) { return 5; }';
  const compile = (versions: string) => {
    const script = join(directory(), 'versions.map');
    writeFileSync(script, versions);
    const flags = ['-shared', '-fPIC', `-Wl,-soname,${name}`, `-Wl,--version-script=${script}`];
    execFileSync('cc', [...flags, '-o', helper, '-x', 'c', '-'], { input: source });
  };
  compile('OWN_1 {}; OWN_2 { global: beside; local: *; } OWN_1;');
  const flags = ['-Wl,--enable-new-dtags', '-Wl,-rpath,$ORIGIN', `-DTEST=${made}`, helper];
  const asks = build('plain.c', { define: { INFO: true, BESIDE: true }, flags });
  copyFileSync(asks, plugin);
  expect((await verify(plugin)).status).toBe('ok');
  compile('OWN_1 { global: beside; local: *; };');
  const { status, checks } = await verify(plugin);
  expect(status).toBe('fail');
  expect(checks.find(({ id }) => id === 'versions')).toMatchObject({
    code: 'MORTISE_ERR_DEPENDENCY_VERSION',
    message: `${name} does not define OWN_2`,
  });
  const host = await open({ plugins: [plugin] });
  expect([...host.plugins][0]?.error?.code).toBe('MORTISE_ERR_DEPENDENCY_VERSION');
});
