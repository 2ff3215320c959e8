/** mortise pack: what it makes, and what it refuses. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../cli/call.js';
import { compile, directory, key, plugin } from './plugin.js';

const isHere = process.platform === 'linux';
const contents = (file: string) =>
  execFileSync('tar', ['tzf', file], { encoding: 'utf8' }).trim().split('\n');
const inside = (file: string, path: string) =>
  JSON.parse(execFileSync('tar', ['xOzf', file, path], { encoding: 'utf8' })) as Record<string, unknown>;

interface Packed {
  tarballs: { path: string; package?: string; sha256: string }[];
}

async function pack(folder: string, ...more: string[]): Promise<Packed['tarballs']> {
  const called = await call(['pack', folder, '--json', '-o', directory(), ...more]);
  expect(called).toMatchObject({ code: 0, stderr: '' });
  return (called.json() as Packed).tarballs;
}

async function refusal(folder: string): Promise<string> {
  const { code, stdout, stderr } = await call(['pack', folder, '-o', directory()]);
  expect(stdout).toBe('');
  expect(code).not.toBe(0);
  return stderr;
}

describe.skipIf(!isHere)('mortise pack', () => {
  it('makes a bundle with the hash of each file, the same bytes each time', async () => {
    const folder = plugin('1.2.0', { include: ['data'], config: { a: 1 } });
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/rules.txt'), 'rules');
    writeFileSync(join(folder, 'README.md'), '# shipped');
    writeFileSync(join(folder, 'secret.txt'), 'not asked for');
    const [first] = await pack(folder);
    const mask = process.umask(0o077);
    const [again] = await pack(folder).finally(() => process.umask(mask));
    expect(again?.sha256).toBe(first?.sha256);
    const file = first?.path as string;
    expect(contents(file)).toEqual(
      ['README.md', 'data/rules.txt', `${key}/libshipped.so`, 'plugin.json'].map(
        (one) => `shipped-1.2.0/${one}`,
      ),
    );
    const json = inside(file, 'shipped-1.2.0/plugin.json');
    expect(json).toMatchObject({
      name: 'shipped',
      config: { a: 1 },
      library: { [key]: `${key}/libshipped.so` },
    });
    expect(Object.keys(json.files as object)).toEqual([
      'README.md',
      'data/rules.txt',
      `${key}/libshipped.so`,
    ]);
    expect(json).not.toHaveProperty('include');
  });

  it('says what to write where there is no plugin.json, as in what mortise new wrote', async () => {
    const stderr = await refusal(directory());
    expect(stderr).toContain('MORTISE_ERR_FILE_MISSING: a plugin that is packed needs a plugin.json');
    expect(stderr).toContain('"library": "build/libtenant_router.so"');
    expect(await refusal('/there/is/none')).toContain('there is no such file');
  });

  it('takes the libraries that lie beside one, and that it needs', async () => {
    const folder = plugin('1.0.0');
    execFileSync('cc', ['-shared', '-fPIC', '-x', 'c', '-', '-o', join(folder, 'libown.so')], {
      input: 'int own(void) { return 0; }',
    });
    const source = `#include <mortise/mortise.h>
int own(void);
MORTISE_MODULE(.name = "shipped", .version = "1.0.0")
MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) { (void)host; (void)error; return own(); }
`;
    const flags = ['-fPIC', '-shared', '-Wl,-Bsymbolic', '-Iinclude', '-x', 'c', '-', `-L${folder}`, '-lown'];
    execFileSync('cc', [...flags, '-Wl,-rpath,$ORIGIN', '-o', join(folder, 'libshipped.so')], {
      input: source,
    });
    const [one] = await pack(folder);
    expect(contents(one?.path as string)).toContain(`shipped-1.0.0/${key}/libown.so`);
  });

  it('makes npm packages: one for each platform, and one that names them', async () => {
    const tarballs = await pack(plugin('1.2.0', { description: 'Ships.' }), '--npm', '@acme/shipped');
    expect(tarballs.map(({ package: name }) => name)).toEqual([`@acme/shipped-${key}`, '@acme/shipped']);
    const [part, main] = tarballs.map(({ path }) => path) as [string, string];
    expect(contents(part)).toEqual([`package/${key}/libshipped.so`, 'package/package.json']);
    expect(inside(part, 'package/package.json')).toMatchObject({ os: ['linux'], cpu: [process.arch] });
    expect(inside(main, 'package/package.json')).toMatchObject({
      description: 'Ships.',
      optionalDependencies: { [`@acme/shipped-${key}`]: '1.2.0' },
    });
    expect(inside(main, 'package/plugin.json')).toMatchObject({
      packages: { [key]: `@acme/shipped-${key}` },
    });
  });

  it('refuses a library for another platform than its key says', async () => {
    expect(await refusal(plugin('1.0.0', { library: { 'darwin-arm64': 'libshipped.so' } }))).toMatch(
      /MORTISE_ERR_BUNDLE_PLATFORM: libshipped\.so is for linux-\w+-glibc, not for darwin-arm64/,
    );
    const other = process.arch === 'x64' ? 'linux-arm64' : 'linux-x64';
    expect(await refusal(plugin('1.0.0', { library: { [other]: 'libshipped.so' } }))).toContain(
      'BUNDLE_PLATFORM',
    );
    expect(await refusal(plugin('1.0.0', { library: { [`${key}-musl`]: 'libshipped.so' } }))).toContain(
      'BUNDLE_PLATFORM',
    );
  });

  it('refuses what leaves the directory, by a path and by a link', async () => {
    const folder = plugin('1.0.0', { library: { [key]: '../libout.so' } });
    compile(join(folder, '..'), 'libout.so', 'shipped', '1.0.0');
    expect(await refusal(folder)).toContain('MORTISE_ERR_BUNDLE_OUTSIDE');
    const linked = plugin('1.0.0', { include: ['note'] });
    symlinkSync('/etc/hostname', join(linked, 'note'));
    expect(await refusal(linked)).toContain('MORTISE_ERR_BUNDLE_OUTSIDE');
    const away = plugin('1.0.0', { include: ['../..'] });
    expect(await refusal(away)).toContain('MORTISE_ERR_BUNDLE_OUTSIDE');
  });

  it.each([
    ['a name that is another', { name: 'other' }, 'has name shipped, and plugin.json says other'],
    ['a version that is another', { version: '1.0.1' }, 'has version 1.0.0, and plugin.json says 1.0.1'],
    ['a version that is none', { version: '1' }, 'must be a semantic version'],
    ['no version', { version: undefined }, 'version is missing'],
    [
      'a platform that doesn’t exist',
      { library: { 'linux-x46': 'libshipped.so' } },
      'Did you mean linux-x64?',
    ],
    ['a library that isn’t there', { library: 'gone.so' }, 'there is no file gone.so'],
    ['Grafana’s keys', { library: undefined, id: 'x', type: 'datasource' }, 'Grafana’s own tools'],
  ])('refuses %s', async (_, json, message) => {
    expect(await refusal(plugin('1.0.0', json))).toContain(message);
  });

  it('refuses a plugin.json of 10 MB, and one that is nested 20,000 deep', async () => {
    const folder = plugin('1.0.0');
    writeFileSync(join(folder, 'plugin.json'), `{"library": "x", "name": "${'x'.repeat(10 * 1024 * 1024)}"}`);
    expect(await refusal(folder)).toContain('the file is too large');
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    writeFileSync(join(folder, 'plugin.json'), `{"library": "libshipped.so", "config": ${deep}}`);
    expect(await refusal(folder)).toContain('nested more than 64 deep');
  });

  it('refuses what verify refuses for the target', async () => {
    const folder = plugin('1.0.0');
    copyFileSync(join(folder, 'plugin.json'), join(folder, 'libshipped.so'));
    expect(await refusal(folder)).toMatch(/MORTISE_ERR_BINARY_FORMAT/);
  });

  it('says where it can’t write', async () => {
    const folder = plugin('1.0.0');
    const { stderr, code } = await call(['pack', folder, '-o', join(folder, 'plugin.json/x')]);
    expect([stderr, code]).toEqual([expect.stringContaining('MORTISE_ERR_PACK_WRITE'), 2]);
    expect((await call(['pack', folder, '--npm', 'Not A Name'])).stderr).toContain(
      'not a name of an npm package',
    );
  });
});
