/** What the command line says of bundles. */
import { copyFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { listDocument, verifyDocument } from '../../src/cli/json/shapes.js';
import { describeWith } from '../dialects/goplugin/programs.js';
import {
  dataSource,
  makeKey,
  signBundle,
  type TestKey,
  workDirectory,
  writeBundle,
} from '../loader/bundles/made.js';
import { call } from './call.js';

const root = workDirectory();
let key: TestKey;
beforeAll(async () => {
  key = await makeKey();
  writeFileSync(join(root, 'key.asc'), key.publicKey);
  await signBundle(writeBundle(join(root, 'signed'), dataSource('signed', { aliasIDs: ['old'] })), key);
  await signBundle(writeBundle(join(root, 'altered'), dataSource('altered'), { 'module.js': 'x' }), key);
  writeFileSync(join(root, 'altered/module.js'), 'y');
  writeBundle(join(root, 'unsigned'), dataSource('unsigned'));
  writeBundle(join(root, 'broken'), '{\n  "id": 1\n}');
  writeFileSync(join(root, 'mortise.toml'), '[sources]\ntrust = ["key.asc"]\ngrafana_version = "12.0.0"\n');
});

const verify = async (...args: string[]) => {
  const called = await call(['verify', ...args], { cwd: root });
  return { ...called, lines: called.stdout.split('\n').map((line) => line.trim()) };
};
const documentOf = async (...args: string[]) =>
  verifyDocument.parse((await call(['verify', '--json', ...args], { cwd: root })).json());

it('verify says of a signed bundle that it is, and by whom', async () => {
  const { code, stdout, stderr } = await verify('signed');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^signed/);
  expect(stdout).toMatch(/ok +bundle +datasource, external; nothing of it runs here/);
  expect(stdout).toMatch(new RegExp(`ok +signature +valid: community, by Test, key ${key.id}`));
  expect((await documentOf('signed')).plugins).toMatchObject([
    {
      path: 'signed',
      status: 'ok',
      info: { name: 'signed', version: '1.2.0' },
      bundle: {
        id: 'signed',
        aliases: ['old'],
        class: 'external',
        signature: { state: 'valid', by: 'Test', key: key.id },
      },
    },
  ]);
});

it.each([
  ['altered', 'MORTISE_ERR_SIGNATURE_MODIFIED', /module\.js has changed since it was signed/],
  ['unsigned', 'MORTISE_ERR_SIGNATURE_MISSING', /no MANIFEST\.txt/],
  ['broken', 'MORTISE_ERR_BUNDLE', /id \(line 2, column 9\) must be/],
])('verify refuses one that is %s', async (name, errorCode, message) => {
  const { code, stdout } = await verify(name);
  expect(code).toBe(1);
  expect(stdout).toContain(errorCode);
  expect(stdout).toMatch(message);
  const { plugins } = await documentOf(name);
  expect(plugins).toHaveLength(1);
  expect(plugins[0]).toMatchObject({
    path: name === 'broken' ? expect.stringContaining('broken') : name,
    status: 'fail',
  });
  expect(plugins[0]?.checks.some(({ code }) => code === errorCode)).toBe(true);
});

it('verify takes the class, the policy and the version of Grafana from the configuration', async () => {
  writeBundle(join(root, 'core/one'), dataSource('one', { dependencies: { grafanaDependency: '>=13' } }));
  writeFileSync(join(root, 'core.toml'), '[sources]\ncore = ["core"]\ngrafana_version = "12.0.0"\n');
  const [one] = (await documentOf('core/one', '-c', 'core.toml')).plugins;
  expect(one?.bundle).toMatchObject({ class: 'core', signature: { state: 'internal' } });
  expect(one?.checks.map(({ id, status, code }) => [id, status, code ?? ''].join(' '))).toEqual([
    'bundle ok ',
    'signature ok ',
    'needs fail MORTISE_ERR_BUNDLE_DEPENDENCY',
  ]);
  expect((await documentOf('core/one')).plugins[0]?.bundle?.class).toBe('external');
});

it('verify looks into a directory of bundles, and at those inside others', async () => {
  const at = join(root, 'many');
  writeBundle(join(at, 'app'), { id: 'app', type: 'app', info: { version: '2.0.0' } });
  writeBundle(join(at, 'app/inner'), dataSource('inner'));
  writeBundle(join(at, 'twice'), dataSource('app'));
  await signBundle(join(at, 'app'), key);
  symlinkSync(join(root, 'signed'), join(at, 'link'));
  const { plugins, summary } = await documentOf('many');
  expect(
    plugins.map(({ path, status, checks }) => [path, status, checks.find(({ code }) => code)?.code]),
  ).toEqual([
    ['many/app', 'ok', undefined],
    ['many/app/inner', 'ok', undefined],
    [expect.stringContaining('many/twice'), 'fail', 'MORTISE_ERR_BUNDLE_DUPLICATE'],
    ['many/link', 'fail', 'MORTISE_ERR_BUNDLE_OUTSIDE'],
  ]);
  expect(plugins[1]?.bundle).toMatchObject({ parent: 'app', signature: { state: 'valid' } });
  expect(summary).toMatchObject({ plugins: 4, failed: 2 });
});

it('list shows class, version and signature, and what is broken', async () => {
  const config = join(root, 'all.toml');
  const at = join(root, 'listed');
  for (const name of ['signed', 'altered', 'broken']) {
    writeBundle(join(at, name), name === 'broken' ? '{' : dataSource(name), { 'module.js': 'x' });
    if (name !== 'broken') await signBundle(join(at, name), key);
  }
  rmSync(join(at, 'altered/module.js'));
  writeFileSync(config, '[sources]\nexternal = ["listed"]\ntrust = ["key.asc"]\n');
  const { code, stdout } = await call(['list', '-c', config], { cwd: root });
  expect(code).toBe(1);
  expect(stdout).toMatch(/ready +signed +1\.2\.0 +- +external datasource; signature valid/);
  expect(stdout).toMatch(/rejected +altered +1\.2\.0 +- +external datasource; signature modified/);
  expect(stdout).toMatch(/MORTISE_ERR_SIGNATURE_MODIFIED: module\.js was signed, and is missing/);
  expect(stdout).toMatch(
    /rejected +broken +- +- +external .*plugin\.json\n +MORTISE_ERR_BUNDLE: .*line 1, column 2/,
  );
  expect(stdout).toMatch(/3 plugins: 1 ready, 2 not ready/);
  const { plugins } = listDocument.parse(
    (await call(['list', '--json', '-c', config], { cwd: root })).json(),
  );
  expect(plugins.map(({ name, state, signature }) => [name, state, signature])).toEqual([
    ['altered', 'rejected', 'modified'],
    ['broken', 'rejected', undefined],
    ['signed', 'ready', 'valid'],
  ]);
});

describeWith('key-value', 'the program of a bundle', (program) => {
  const executable = `secrets_plugin_start_${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

  it('is verified with it, and listed with its process', async () => {
    const at = writeBundle(join(root, 'program/kv'), {
      ...dataSource('kv', { backend: true }),
      type: 'secretsmanager',
    });
    copyFileSync(program, join(at, executable));
    await signBundle(at, key);
    const [report] = (await documentOf('program/kv')).plugins;
    expect(report).toMatchObject({ status: 'ok', format: 'elf', dialect: 'goplugin', info: { name: 'kv' } });
    const config = join(root, 'program.toml');
    const cookie = 'config = { cookie = { BASIC_PLUGIN = "hello" } }';
    writeFileSync(
      config,
      `[sources]\nexternal = ["program"]\ntrust = ["key.asc"]\n[[plugins]]\nname = "kv"\n${cookie}\n`,
    );
    const { code, stdout } = await call(['list', '-c', config], { cwd: root });
    expect(code, stdout).toBe(0);
    const locked = await call(['lock', '-c', config, '-o', 'program.lock'], { cwd: root });
    expect(locked.code, locked.stderr).toBe(0);
    expect(readFileSync(join(root, 'program.lock'), 'utf8')).toMatch(/name = "kv"\nversion = "1\.2\.0"/);
    expect((await call(['list', '-c', config], { cwd: root })).code).toBe(0);
    expect(stdout).toMatch(/ready +kv +1\.2\.0 +goplugin +external secretsmanager; signature valid; pid \d+/);
  });
});
