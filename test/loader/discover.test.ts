import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { PluginRequest } from '../../src/config/value.js';
import { MortiseError } from '../../src/errors.js';
import { type DiscoverOptions, discover } from '../../src/loader/discover.js';
import { workshop } from './dependencies/workshop.js';

const { root, path, write, build } = workshop();

const find = (request: PluginRequest | string, options: Partial<DiscoverOptions> = {}) =>
  discover(typeof request === 'string' ? { name: request } : request, {
    ...{ cwd: root, search: [], env: {}, platform: 'linux', arch: 'x64' },
    ...options,
  });

async function refusal(
  request: PluginRequest | string,
  options?: Partial<DiscoverOptions>,
): Promise<MortiseError> {
  const answer = await find(request, options).catch((error: unknown) => error);
  expect(answer).toBeInstanceOf(MortiseError);
  return answer as MortiseError;
}

const zod = vi.hoisted(() => ({ loaded: false }));
vi.mock('zod', (original) => {
  zod.loaded = true;
  return original();
});

it('loads zod with the first bundle, and not before', async () => {
  write('zero/lib.so', 'x');
  await find('./zero/lib.so');
  expect(zod.loaded).toBe(false);
  write('zero/plugin.json', '{"library": "lib.so"}');
  await find('./zero');
  expect(zod.loaded).toBe(true);
});

describe('a bare name', () => {
  write('plugins/libtenant_router.so', 'x');
  write('plugins/csv.so', 'x');
  write('later/csv.so', 'x');
  write('later/libcsv.so', 'x');

  it('gets the prefix and the suffix of the platform, in the order of the search directories', async () => {
    const search = ['./plugins', path('later')];
    expect(await find('tenant_router', { search })).toEqual({
      request: { name: 'tenant_router' },
      path: path('plugins/libtenant_router.so'),
    });
    expect((await find('csv', { search })).path).toBe(path('plugins/csv.so'));
    expect((await find('csv', { search: [path('later')] })).path).toBe(path('later/libcsv.so'));
    expect((await find('csv.so', { search: [path('later')] })).path).toBe(path('later/csv.so'));
  });

  it('is called otherwise on other platforms', async () => {
    write('mac/libone.dylib', 'x');
    write('mac/libtwo.so', 'x');
    write('win/one.dll', 'x');
    expect((await find('one', { search: ['mac'], platform: 'darwin' })).path).toBe(path('mac/libone.dylib'));
    expect((await find('two', { search: ['mac'], platform: 'darwin' })).path).toBe(path('mac/libtwo.so'));
    expect((await find('one', { search: ['win'], platform: 'win32' })).path).toBe(path('win/one.dll'));
  });

  it.runIf(process.platform === 'linux')(
    'is looked for in LD_LIBRARY_PATH, then where the system looks',
    async () => {
      const { arch } = process;
      build('env/libelsewhere.so');
      const env = { LD_LIBRARY_PATH: path('env') };
      expect((await find('elsewhere', { env, arch })).path).toBe(path('env/libelsewhere.so'));
      expect((await find('libc.so.6', { arch })).path).toMatch(/^\/.*libc\.so\.6$/);
      const error = await refusal('elsewhere', { arch, search: ['plugins'] });
      expect(error.code).toBe('MORTISE_ERR_NAME_NOT_FOUND');
      expect(error.found).toMatch(new RegExp(`nothing in ${path('plugins')}, /etc/ld.so.cache, .*/usr/lib`));
      expect(error.expected).toMatch(/libelsewhere\.so or elsewhere\.so/);
    },
  );

  it('that is nearly right gets a hint', async () => {
    const error = await refusal('tenant_ruter', { search: ['plugins'] });
    expect(error.code).toBe('MORTISE_ERR_NAME_NOT_FOUND');
    expect(error.remedy).toBe(`Did you mean ${path('plugins/libtenant_router.so')}?`);
    expect((await refusal('quite_another_thing', { search: ['plugins'] })).remedy).toMatch(
      /^Add its directory/,
    );
    expect((await refusal('plugins')).remedy).toMatch(/^Add its directory/);
    write('counter_rs/target/release/libcounter_rs.so', 'x');
    expect((await refusal('counter_rs')).remedy).toMatch(
      /^Write \.\/counter_rs\/target\/release\/libcounter_rs\.so for the one in/,
    );
    write('odd_name', 'x');
    expect((await refusal('odd_name')).remedy).toMatch(/^Write \.\/odd_name for the one in/);
    expect((await refusal('')).code).toBe('MORTISE_ERR_NAME_NOT_FOUND');
  });

  it('may be that of a bundle in a search directory', async () => {
    write('plugins/boxed/plugin.json', JSON.stringify({ library: 'lib/boxed.so' }));
    write('plugins/boxed/lib/boxed.so', 'x');
    expect((await find('boxed', { search: ['plugins'] })).path).toBe(path('plugins/boxed/lib/boxed.so'));
  });
});

describe('a path', () => {
  it('counts from the directory of whoever names it, or is absolute', async () => {
    write('one/libprice.so', 'x');
    write('one/plain', 'x');
    expect((await find('./one/libprice.so')).path).toBe(path('one/libprice.so'));
    expect((await find('one/price')).path).toBe(path('one/libprice.so'));
    expect((await find('../one/libprice', { cwd: path('plugins') })).path).toBe(path('one/libprice.so'));
    expect((await find(path('one/libprice.so'))).path).toBe(path('one/libprice.so'));
    expect((await find('one/plain')).path).toBe(path('one/plain'));
  });

  it('that leads nowhere says what was tried', async () => {
    const error = await refusal('./one/prise');
    expect(error).toMatchObject({
      code: 'MORTISE_ERR_FILE_MISSING',
      subject: path('one/prise'),
      expected: `one of ${['prise', 'libprise.so', 'prise.so'].map((name) => path(`one/${name}`)).join(', ')}`,
      remedy: `Did you mean ${path('one/libprice.so')}?`,
    });
    expect((await refusal('./none/price')).found).toBe(`no directory ${path('none')}`);
    expect((await refusal('./none/price.so')).expected).toBe(path('none/price.so'));
    expect((await refusal('/a\0b')).code).toBe('MORTISE_ERR_FILE_MISSING');
  });

  it('may be a directory with one library of its name', async () => {
    write('two/router/librouter.so', 'x');
    write('two/router/libother.so', 'x');
    expect((await find('two/router')).path).toBe(path('two/router/librouter.so'));
    expect((await find('two/router/')).path).toBe(path('two/router/librouter.so'));
    write('two/router/router.so', 'x');
    const error = await refusal('two/router');
    expect(error).toMatchObject({ code: 'MORTISE_ERR_FILE_NOT_REGULAR', found: 'librouter.so, router.so' });
  });

  it('to a directory without one lists what is there, unless a library of that name lies beside it', async () => {
    write('three/kit/liba.so', 'x');
    write('three/kit/libb.so.2', 'x');
    write('three/kit/notes.txt', 'x');
    expect(await refusal('three/kit')).toMatchObject({
      code: 'MORTISE_ERR_FILE_NOT_REGULAR',
      found: 'liba.so, libb.so.2',
    });
    write('three/libkit.so', 'x');
    expect((await find('three/kit')).path).toBe(path('three/libkit.so'));
  });
});

describe('a bundle', () => {
  const bundle = (name: string, content: unknown) =>
    write(`${name}/plugin.json`, typeof content === 'string' ? content : JSON.stringify(content));

  it('names the library of each platform, relative to itself', async () => {
    write('b1/out/linux.so', 'x');
    write('b1/out/mac.dylib', 'x');
    const file = bundle('b1', {
      library: { 'linux-x64': 'out/linux.so', 'darwin-arm64': './out/mac.dylib' },
    });
    expect((await find('b1/')).path).toBe(path('b1/out/linux.so'));
    expect((await find(file)).path).toBe(path('b1/out/linux.so'));
    expect((await find('plugin.json', { cwd: path('b1') })).path).toBe(path('b1/out/linux.so'));
    expect((await find('./b1', { platform: 'darwin', arch: 'arm64' })).path).toBe(path('b1/out/mac.dylib'));
    expect(await refusal('./b1', { platform: 'win32' })).toMatchObject({
      code: 'MORTISE_ERR_BUNDLE',
      subject: file,
      where: 'library',
      expected: 'win32-x64',
      found: 'linux-x64, darwin-arm64',
    });
  });

  it('names a library of one C library before one of any', async () => {
    for (const name of ['any.so', 'glibc.so', 'musl.so']) write(`b6/${name}`, 'x');
    bundle('b6', {
      library: { 'linux-x64': 'any.so', 'linux-x64-glibc': 'glibc.so', 'linux-x64-musl': 'musl.so' },
    });
    const on = async (libc: string) => basename((await find('./b6', { libc })).path);
    expect(await on('glibc')).toBe('glibc.so');
    expect(await on('musl')).toBe('musl.so');
    expect(await on('other')).toBe('any.so');
  });

  it('may have its library from the package that npm installed for the platform', async () => {
    write('node_modules/@acme/router-linux-x64/linux-x64/lib.so', 'x');
    bundle('node_modules/@acme/router', {
      library: { 'linux-x64': 'linux-x64/lib.so' },
      packages: { 'linux-x64': '@acme/router-linux-x64' },
    });
    expect((await find('./node_modules/@acme/router')).path).toBe(
      path('node_modules/@acme/router-linux-x64/linux-x64/lib.so'),
    );
    bundle('node_modules/@acme/lost', {
      library: { 'linux-x64': 'linux-x64/lib.so' },
      packages: { 'linux-x64': '@acme/lost-linux-x64' },
    });
    expect((await refusal('./node_modules/@acme/lost')).remedy).toContain('@acme/lost-linux-x64');
  });

  it("adds its configuration and names to the request's, whose keys win", async () => {
    write('b2/lib.so', 'x');
    bundle('b2', {
      name: 'router',
      library: 'lib.so',
      config: { tenants: 4, deep: { a: 1 } },
      aliases: ['r'],
    });
    const { request } = await find({
      name: './b2',
      config: { deep: { b: 2 }, mode: 'fast' },
      aliases: ['mine'],
    });
    expect(request).toEqual({
      name: './b2',
      aliases: ['mine', 'router', 'r'],
      config: { tenants: 4, deep: { b: 2 }, mode: 'fast' },
    });
  });

  it('with unknown keys is refused, all of them at once, with the nearest that it could mean', async () => {
    write('b3/lib.so', 'x');
    const file = bundle('b3', { library: 'lib.so', alias: ['x'], zzzzzzzzzz: 1 });
    const { problems } = await refusal('./b3');
    expect(problems).toMatchObject([
      {
        code: 'MORTISE_ERR_BUNDLE',
        subject: file,
        where: 'alias',
        remedy: expect.stringMatching(/^Did you mean aliases\?/),
      },
      {
        code: 'MORTISE_ERR_BUNDLE',
        subject: file,
        where: 'zzzzzzzzzz',
        remedy: expect.stringMatching(/^The keys are name, version, description, .*library, config, aliases/),
      },
    ]);
  });

  it.each([
    ['not JSON', '{ library: 1 }', 'line 1, column 3'],
    ['no object', '[]', 'line 1, column 1'],
    ['no library', {}, 'library'],
    ['an empty library', { library: '' }, 'library'],
    ['a library of the wrong type', { library: 4 }, 'library'],
    ['a platform that is none', { library: { LINUX: 'lib.so' } }, 'library.LINUX'],
    ['a version that is none', { library: 'lib.so', version: '1.0' }, 'version'],
    ['keys of both kinds', { library: 'lib.so', id: 'x' }, 'id'],
    [
      'a permission of another word',
      { library: 'lib.so', permissions: { files: { a: 'rw' } } },
      'permissions.files.a',
    ],
    ['a hash that is none', { library: 'lib.so', files: { 'lib.so': 'x' } }, 'files.lib.so'],
    ['a library that is not there', { library: 'gone.so' }, 'library'],
    ['a null in the configuration', { library: 'lib.so', config: { a: null } }, 'config.a'],
    ['a number that JSON rounds', '{"library": "lib.so", "config": {"a": 12345678901234567890}}', 'config.a'],
    ['aliases of the wrong type', { library: 'lib.so', aliases: 'x' }, 'aliases'],
    [
      'a configuration that is nested without end',
      `{"library": "lib.so", "config": ${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
      'config',
    ],
    ['more than a person writes', `"${'x'.repeat(1024 * 1024)}"`, undefined],
  ])('that holds %s is refused', async (_, content, where) => {
    write('b4/lib.so', 'x');
    const file = bundle('b4', content);
    const error = await refusal('./b4');
    expect(error).toMatchObject({ code: 'MORTISE_ERR_BUNDLE', subject: file });
    expect(error.where).toBe(where);
    expect(error.remedy ?? error.expected).toBeTruthy();
  });

  it('that is a directory is none', async () => {
    mkdirSync(join(path('b5'), 'plugin.json'), { recursive: true });
    expect((await refusal('./b5')).code).toBe('MORTISE_ERR_FILE_NOT_REGULAR');
  });
});
