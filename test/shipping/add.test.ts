/** mortise add, remove and outdated, from each source, and against registries that misbehave. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Host } from '../../src/index.js';
import { readLock } from '../../src/loader/lock/read.js';
import { call } from '../cli/call.js';
import { directory, key, plugin } from './plugin.js';
import { type Registry, startRegistry } from './registry.js';

const isHere = process.platform === 'linux';
const text = (path: string) => readFileSync(path, 'utf8');

async function packed(folder: string, ...more: string[]): Promise<string> {
  const output = directory();
  expect(await call(['pack', folder, '-o', output, ...more])).toMatchObject({ code: 0, stderr: '' });
  return output;
}

async function registry(options?: { isSilent: boolean }): Promise<Registry> {
  const one = await startRegistry(options);
  onTestFinished(() => one.close());
  return one;
}

/** npm with nothing of this machine's own. */
function environment(url: string): NodeJS.ProcessEnv {
  const home = directory();
  return {
    PATH: process.env.PATH,
    HOME: home,
    npm_config_registry: url,
    npm_config_cache: join(home, 'cache'),
    npm_config_fetch_retries: '0',
  };
}

const snapshot = (cwd: string) =>
  (readdirSync(cwd, { recursive: true, encoding: 'utf8' }) as string[])
    .sort()
    .map((name) => [name, name.includes('.') && !name.endsWith('.so') ? text(join(cwd, name)) : '']);

const states = async (cwd: string) => {
  const host = await Host.open({ config: join(cwd, 'mortise.toml'), log: () => {} });
  const all = [...host.plugins].map(({ name, state }) => `${name} ${state}`);
  await host.close();
  return all;
};

describe.skipIf(!isHere)('mortise add', () => {
  it('installs a directory, a tarball and a library, which a host then loads', async () => {
    const cwd = directory();
    const permissions = { files: { rules: 'read' }, network: ['*'] };
    const first = await call(['add', plugin('1.0.0', { permissions })], { cwd });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('shipped 1.0.0 from /');
    expect(first.stdout).toContain('named in  mortise.toml and mortise.lock');
    expect(first.stdout).toContain('asks      to read the directory rules of [host.files]');
    expect(text(join(cwd, 'mortise.toml'))).toBe('[[plugins]]\nname = "./plugins/shipped"\n');
    const tarball = join(await packed(plugin('2.0.0', {}, 'second')), 'second-2.0.0.tgz');
    expect((await call(['add', tarball], { cwd })).stderr).toBe('');
    const library = join(plugin('3.0.0', {}, 'third'), 'libthird.so');
    expect((await call(['add', library], { cwd })).stderr).toBe('');
    expect(await states(cwd)).toEqual(['shipped ready', 'second ready', 'third ready']);
    const { entries } = readLock(join(cwd, 'mortise.lock'));
    expect(entries.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'second 2.0.0',
      'shipped 1.0.0',
      'third 3.0.0',
    ]);
    expect(await call(['verify', '--locked', '--quiet'], { cwd })).toMatchObject({ code: 0 });
  });

  it('replaces what is there, and keeps comments, order and the lock of others', async () => {
    const cwd = directory();
    const before = '# routers\n[[plugins]] # first\nname = "./plugins/shipped"\n[plugins.config]\na = 1\n';
    await call(['add', plugin('1.0.0')], { cwd });
    writeFileSync(join(cwd, 'mortise.toml'), before);
    const { stdout } = await call(['add', plugin('1.1.0')], { cwd });
    expect(stdout).toContain('shipped 1.1.0 (was 1.0.0)');
    expect(text(join(cwd, 'mortise.toml'))).toBe(before);
    expect(readLock(join(cwd, 'mortise.lock')).entries.map(({ version }) => version)).toEqual(['1.1.0']);
    await call(['add', plugin('1.0.0', {}, 'other')], { cwd });
    expect(text(join(cwd, 'mortise.toml'))).toBe(`${before}\n[[plugins]]\nname = "./plugins/other"\n`);
    expect(readdirSync(join(cwd, 'plugins')).sort()).toEqual(['other', 'shipped']);
  });

  it('installs from npm: the package, and that of this platform', { timeout: 60_000 }, async () => {
    const npm = await registry();
    npm.publish(await packed(plugin('1.0.0'), '--npm', '@acme/shipped'));
    const env = environment(npm.url);
    const cwd = directory();
    const { stdout, stderr } = await call(['add', '@acme/shipped@^1'], { cwd, env });
    expect([stdout, stderr]).toEqual([
      expect.stringContaining('shipped 1.0.0 from npm:@acme/shipped@1.0.0'),
      '',
    ]);
    expect(await states(cwd)).toEqual(['shipped ready']);
    npm.publish(await packed(plugin('1.2.0'), '--npm', '@acme/shipped'));
    const newer = await call(['outdated', '--json'], { cwd, env: environment(npm.url) });
    expect(newer.json()).toMatchObject({
      plugins: [{ package: '@acme/shipped', current: '1.0.0', latest: '1.2.0', isOutdated: true }],
    });
    expect((await call(['outdated'], { cwd, env })).stdout).toMatch(
      /^plugin +current +latest\n@acme\/shipped +1/,
    );
  });

  it.each([
    ['gives no hash', (dist: object) => ({ ...dist, integrity: undefined }), 'MORTISE_ERR_INTEGRITY'],
    [
      'gives only SHA-1',
      (dist: object) => ({ ...dist, integrity: undefined, shasum: '0'.repeat(40) }),
      'MORTISE_ERR_INTEGRITY',
    ],
    [
      'gives other bytes than it promised',
      (dist: object) => ({ ...dist, integrity: `sha512-${Buffer.alloc(64).toString('base64')}` }),
      'MORTISE_ERR_REGISTRY',
    ],
  ])('changes nothing when the registry %s', { timeout: 60_000 }, async (_, change, code) => {
    const npm = await registry();
    npm.publish(await packed(plugin('1.0.0'), '--npm', 'shipped'), change);
    const cwd = directory();
    const { code: exit, stderr } = await call(['add', 'shipped'], { cwd, env: environment(npm.url) });
    expect(stderr).toContain(code);
    expect(exit).not.toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('says that a registry answers 404, or nothing', { timeout: 60_000 }, async () => {
    const cwd = directory();
    const npm = await registry();
    const missing = await call(['add', 'no-such-plugin'], { cwd, env: environment(npm.url) });
    expect(missing.stderr).toMatch(/no-such-plugin: MORTISE_ERR_REGISTRY: Not Found[\s\S]*found +E404/);
    const silent = await registry({ isSilent: true });
    const late = await call(['add', 'shipped', '--timeout', '3s'], { cwd, env: environment(silent.url) });
    expect(late.stderr).toContain('MORTISE_ERR_REGISTRY: the registry did not answer within 3 s');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('changes nothing when the plugin doesn’t fit, or its files are not those that were packed', async () => {
    const cwd = directory();
    await call(['add', plugin('1.0.0')], { cwd });
    const before = snapshot(cwd);
    const tarball = join(await packed(plugin('1.1.0')), 'shipped-1.1.0.tgz');
    const work = directory();
    execFileSync('tar', ['xzf', tarball, '-C', work]);
    const library = join(work, 'shipped-1.1.0', key, 'libshipped.so');
    writeFileSync(library, Buffer.concat([readFileSync(library), Buffer.from('x')]));
    execFileSync('tar', ['czf', 'altered.tgz', 'shipped-1.1.0'], { cwd: work });
    const altered = await call(['add', join(work, 'altered.tgz')], { cwd });
    expect(altered.stderr).toContain('MORTISE_ERR_BUNDLE_CHANGED');
    const elsewhere = process.arch === 'x64' ? 'linux-arm64' : 'linux-x64';
    mkdirSync(join(work, 'wrong/lib'), { recursive: true });
    writeFileSync(join(work, 'wrong/plugin.json'), `{"name": "x", "library": {"${elsewhere}": "lib/x.so"}}`);
    execFileSync('tar', ['czf', 'wrong.tgz', 'wrong'], { cwd: work });
    expect((await call(['add', join(work, 'wrong.tgz')], { cwd })).stderr).toContain('it has no library for');
    expect(snapshot(cwd)).toEqual(before);
  });

  it.each([
    ['a path out of it', 'bundle/../../out.txt', 'MORTISE_ERR_BUNDLE_OUTSIDE'],
    ['an absolute path', '/tmp/mortise-out.txt', 'MORTISE_ERR_BUNDLE_OUTSIDE'],
    ['a path of Windows', 'bundle/..\\out.txt', 'MORTISE_ERR_BUNDLE_OUTSIDE'],
  ])('refuses a tarball with %s', async (_, path, code) => {
    const cwd = directory();
    const work = directory();
    writeFileSync(join(work, 'file'), 'x');
    execFileSync(
      'tar',
      ['czPf', 'evil.tgz', `--transform=s|file|${path.replaceAll('\\', '\\\\')}|`, 'file'],
      {
        cwd: work,
      },
    );
    expect((await call(['add', join(work, 'evil.tgz')], { cwd })).stderr).toContain(code);
    expect(readdirSync(cwd)).toEqual([]);
    expect(existsSync(join(dirname(cwd), 'out.txt'))).toBe(false);
  });

  it('refuses a tarball with links, with a file twice, or that is none', async () => {
    const cwd = directory();
    const work = directory();
    mkdirSync(join(work, 'b'));
    symlinkSync('/etc/passwd', join(work, 'b/link'));
    execFileSync('tar', ['czf', 'link.tgz', 'b'], { cwd: work });
    expect((await call(['add', join(work, 'link.tgz')], { cwd })).stderr).toContain('SymbolicLink');
    writeFileSync(join(work, 'b/one'), 'x');
    execFileSync('tar', ['czf', 'twice.tgz', 'b/one', 'b/one', '--hard-dereference'], { cwd: work });
    expect((await call(['add', join(work, 'twice.tgz')], { cwd })).stderr).toMatch(/twice|Link/);
    writeFileSync(join(work, 'none.tgz'), 'not a tarball');
    expect((await call(['add', join(work, 'none.tgz')], { cwd })).stderr).toContain('MORTISE_ERR_BUNDLE');
    expect((await call(['add', './gone'], { cwd })).stderr).toContain('MORTISE_ERR_FILE_MISSING');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('replaces nothing that is not an earlier version of the plugin', async () => {
    const cwd = directory();
    mkdirSync(join(cwd, 'plugins/shipped'), { recursive: true });
    writeFileSync(join(cwd, 'plugins/shipped/thesis.txt'), 'mine');
    const other = await call(['add', plugin('1.0.0')], { cwd });
    expect(other.stderr).toContain('there is something else where the plugin would be put');
    expect(text(join(cwd, 'plugins/shipped/thesis.txt'))).toBe('mine');
    const folder = plugin('1.0.0');
    writeFileSync(join(folder, 'source.c'), 'mine');
    const own = await call(['add', folder, '--into', dirname(folder)], { cwd });
    expect(own.stderr).toContain('the plugin lies where it would be put');
    expect(text(join(folder, 'source.c'))).toBe('mine');
  });

  it('lets others read the plugin, and keeps the rights and the link of a configuration', async () => {
    const [cwd, real] = [directory(), join(directory(), 'real.toml')];
    writeFileSync(real, '# with a password\n');
    chmodSync(real, 0o600);
    symlinkSync(real, join(cwd, 'mortise.toml'));
    expect((await call(['add', plugin('1.0.0')], { cwd })).stderr).toBe('');
    expect(text(real)).toContain('./plugins/shipped');
    expect(statSync(real).mode & 0o777).toBe(0o600);
    expect(statSync(join(cwd, 'plugins/shipped')).mode & 0o777).toBe(0o755);
  });

  it('takes no option or address for the name of a package', async () => {
    const cwd = directory();
    for (const name of ['-g', '--registry', 'git+file:///nowhere', '../x', 'x@git+ssh://y'])
      expect((await call(['add', '--', name], { cwd })).stderr, name).toContain('MORTISE_ERR_FILE_MISSING');
    const folder = plugin('1.0.0');
    writeFileSync(join(folder, 'package.json'), '{"name": "git+file:///nowhere", "version": "1.0.0"}');
    writeFileSync(join(cwd, 'mortise.toml'), `[[plugins]]\nname = ${JSON.stringify(folder)}\n`);
    expect((await call(['outdated'], { cwd })).stderr).toContain('it is not a name and version');
    writeFileSync(join(folder, 'package.json'), 'null');
    expect(await call(['outdated'], { cwd })).toMatchObject({ code: 0, stderr: '' });
  });

  it('keeps lock = false, and a configuration that can’t be written as it is', async () => {
    const cwd = directory();
    writeFileSync(join(cwd, 'mortise.toml'), '[host]\nlock = false\n');
    expect((await call(['add', plugin('1.0.0')], { cwd })).stdout).toContain('named in  mortise.toml\n');
    expect(existsSync(join(cwd, 'mortise.lock'))).toBe(false);
    writeFileSync(join(cwd, 'c.conf'), '');
    expect((await call(['add', plugin('1.0.0'), '-c', 'c.conf'], { cwd })).stderr).toContain(
      'MORTISE_ERR_CONFIG_EDIT',
    );
    writeFileSync(join(cwd, 'file'), '');
    const { stderr } = await call(['add', plugin('1.0.0'), '--into', 'file/plugins'], { cwd });
    expect(stderr).toContain('MORTISE_ERR_CONFIG_WRITE');
  });
});

describe.skipIf(!isHere)('mortise remove', () => {
  it('takes a plugin out of all three places, and leaves the others as they are', async () => {
    const cwd = directory();
    for (const name of ['first', 'second', 'third']) await call(['add', plugin('1.0.0', {}, name)], { cwd });
    const config = `# all
[host]
strict = true

# about the first
[[plugins]]
name = "./plugins/first"

# about the second
[[plugins]]
name = "./plugins/second"
aliases = ["two"]

[plugins.config]
a = 1 # kept with it

# about the third
[[plugins]]
name = "./plugins/third"
`;
    writeFileSync(join(cwd, 'mortise.toml'), config);
    const { stdout, stderr } = await call(['remove', 'two'], { cwd });
    expect([stdout, stderr]).toEqual(['second is out of mortise.toml, mortise.lock, plugins/second\n', '']);
    const [head = '', tail = ''] = [
      config.split('# about the second')[0],
      config.split('kept with it\n\n')[1],
    ];
    expect(text(join(cwd, 'mortise.toml'))).toBe(head + tail);
    expect(readdirSync(join(cwd, 'plugins')).sort()).toEqual(['first', 'third']);
    expect(readLock(join(cwd, 'mortise.lock')).entries.map(({ name }) => name)).toEqual(['first', 'third']);
    expect(await states(cwd)).toEqual(['first ready', 'third ready']);
  });

  it('says what was meant, and what it can’t take out', async () => {
    const cwd = directory();
    await call(['add', plugin('1.0.0')], { cwd });
    expect((await call(['remove', 'shiped'], { cwd })).stderr).toContain('Did you mean shipped?');
    writeFileSync(join(cwd, 'mortise.toml'), 'plugins = [{ name = "./plugins/shipped" }]\n');
    expect((await call(['remove', 'shipped'], { cwd })).stderr).toContain('MORTISE_ERR_CONFIG_EDIT');
    expect(await states(cwd)).toEqual(['shipped ready']);
  });

  it('leaves a plugin of another place where it is', async () => {
    const cwd = directory();
    const folder = plugin('1.0.0');
    writeFileSync(join(cwd, 'mortise.toml'), `[[plugins]]\nname = ${JSON.stringify(folder)}\n`);
    expect((await call(['remove', 'shipped', '--json'], { cwd })).json()).toEqual({
      schema: 1,
      name: 'shipped',
      config: join(cwd, 'mortise.toml'),
    });
    expect(existsSync(join(folder, 'plugin.json'))).toBe(true);
    expect(text(join(cwd, 'mortise.toml'))).toBe('');
  });
});
