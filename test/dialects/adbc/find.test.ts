/** From a driver's name to its library: manifests and profiles, where ADBC's specification has them. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { flatOptions } from '../../../src/capabilities/querying/adbc/values.js';
import type { PluginRequest } from '../../../src/config/value.js';
import { findDriver } from '../../../src/dialects/adbc/find/find.js';
import { readManifest } from '../../../src/dialects/adbc/find/manifest.js';
import { placesOf } from '../../../src/dialects/adbc/find/places.js';
import { readProfile } from '../../../src/dialects/adbc/find/profile.js';
import { tuplesOf } from '../../../src/dialects/adbc/find/tuple.js';
import { adbc } from '../../../src/dialects/adbc/index.js';
import { discover } from '../../../src/loader/discover.js';
import type { FindContext } from '../../../src/loader/record.js';
import { directory, expectComplete } from '../../host/open.js';

let folder: string;
let context: FindContext;
beforeEach(() => {
  folder = directory();
  context = {
    cwd: folder,
    search: [join(folder, 'own')],
    env: { ADBC_DRIVER_PATH: join(folder, 'env'), ADBC_PROFILE_PATH: join(folder, 'profiles'), HOME: folder },
    platform: 'linux',
    arch: 'x64',
  };
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const library = () => write('libx.so', 'a library');
const manifest = (name: string, shared = library()) =>
  write(
    name,
    `manifest_version = 1\nname = 'X'\nversion = '2.1.0'\n[ADBC]\nversion = '1.1.0'\n[Driver]\nshared = '${shared}'\n`,
  );

const find = (name: string, rest: Partial<PluginRequest> = {}) => findDriver({ name, ...rest }, context);

/** @returns the message, with its code */
function refused(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    for (const problem of (error as { problems: [] }).problems) expectComplete(problem);
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}

describe('a driver’s name', () => {
  it('is looked for in the order of the specification', () => {
    const places = [...placesOf('drivers', context), ...placesOf('profiles', context)];
    expect(places).toEqual([
      join(folder, 'own'),
      join(folder, 'env'),
      join(folder, '.config/adbc/drivers'),
      '/etc/adbc/drivers',
      join(folder, 'own'),
      join(folder, 'profiles'),
      join(folder, '.config/adbc/profiles'),
      '/etc/adbc/profiles',
    ]);
    const mac = { ...context, platform: 'darwin', env: { HOME: '/h', CONDA_PREFIX: '/conda' } } as const;
    expect(placesOf('drivers', { ...mac, search: [] })).toEqual([
      '/conda/etc/adbc/drivers',
      '/h/Library/Application Support/ADBC/Drivers',
      '/Library/Application Support/ADBC/Drivers',
    ]);
    expect(placesOf('drivers', context, ['user'])).toEqual([join(folder, '.config/adbc/drivers')]);
  });

  it('leads to the library of the first manifest', () => {
    const [system, env] = [manifest('.config/adbc/drivers/x.toml'), manifest('env/x.toml')];
    expect(find('x')).toEqual({
      path: join(folder, 'libx.so'),
      request: { name: 'x', config: { manifest: env } },
    });
    expect(find('x', { config: { find: ['user'] } })?.request.config?.manifest).toBe(system);
    expect(find('y')).toBeUndefined();
  });

  it('is a path where it has a slash, with or without its suffix', () => {
    const path = manifest('sub/x.toml');
    expect(find('./sub/x.toml')?.request.config?.manifest).toBe(path);
    expect(find('./sub/x')?.request.config?.manifest).toBe(path);
    expect(find('./sub/libx.so')).toBeUndefined();
  });

  it('comes after the host’s own libraries, and before the system’s', async () => {
    manifest('env/x.toml');
    const asked = { ...context, dialects: [adbc] };
    expect((await discover({ name: 'x' }, asked)).path).toBe(join(folder, 'libx.so'));
    const own = write('own/libx.so', 'the host’s own');
    expect((await discover({ name: 'x' }, asked)).path).toBe(own);
    await expect(discover({ name: 'y' }, asked)).rejects.toThrow('MORTISE_ERR_NAME_NOT_FOUND');
    await expect(discover({ name: 'https://x' }, asked)).rejects.toThrow('MORTISE_ERR_NAME_NOT_FOUND');
  });
});

describe('a manifest', () => {
  it('has the library for a platform', () => {
    const path = write(
      'x.toml',
      `[Driver]\nentrypoint = 'start'\n[Driver.shared]\nlinux_amd64 = 'libx.so'\nlinux_arm64_musl = '/nowhere'\n`,
    );
    library();
    const system = { platform: 'linux', arch: 'x64', isMusl: false } as const;
    expect(readManifest(path, system)).toMatchObject({ library: join(folder, 'libx.so'), entry: 'start' });
    const other = refused(() => readManifest(path, { ...system, platform: 'darwin', arch: 'arm64' }));
    expect(other).toMatch(
      /MORTISE_ERR_ADBC_MANIFEST: it has no library for macos_arm64[\s\S]*linux_amd64, linux_arm64_musl/,
    );
    expect(refused(() => readManifest(path, { ...system, isMusl: true }))).toContain('linux_amd64_musl');
    const nowhere = refused(() => readManifest(path, { ...system, arch: 'arm64', isMusl: true }));
    expect(nowhere).toMatch(/does not exist[\s\S]*Driver\.shared\.linux_arm64_musl[\s\S]*\/nowhere/);
  });

  it.each([
    ['no TOML', '[Driver', /cannot be read as TOML[\s\S]*1:2/],
    ['not UTF-8', '\xff', /cannot be read as TOML/],
    ['of a later version', 'manifest_version = 2\n[Driver]\nshared = "x"', /later version[\s\S]*expected +1/],
    ['without a library', 'name = "X"', /names no library/],
    ['with a number for a path', '[Driver]\nshared = 5', /Driver\.shared is not a text[\s\S]*number 5/],
    ['with a list for a table', 'Driver = []', /Driver is not a table/],
    ['that points nowhere', '[Driver]\nshared = "gone.so"', /does not exist[\s\S]*gone\.so/],
    ['of another kind', '[host]\nsearch = []', /names no library/],
    ['deeper than anything', `a = ${'['.repeat(99)}${']'.repeat(99)}`, /nested more than/],
    ['larger than anything', `# ${'x'.repeat(2 ** 20)}`, /too large/],
  ])('is an error when it is %s, not "not found"', (_, text, expected) => {
    const path = join(folder, 'env', 'x.toml');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from(text, 'latin1'));
    manifest('.config/adbc/drivers/x.toml');
    const message = refused(() => find('x'));
    expect(message).toContain(`${path}: MORTISE_ERR_ADBC_MANIFEST`);
    expect(message).toMatch(expected);
  });

  it('names platforms as ADBC does', () => {
    expect(tuplesOf('linux', 'x64', false)[0]).toBe('linux_amd64');
    expect(tuplesOf('win32', 'x64', false)[0]).toBe('windows_amd64');
    expect(tuplesOf('darwin', 'arm64', false)).toContain('osx_arm64');
    expect(tuplesOf('linux', 'arm64', true)[0]).toBe('linux_arm64_musl');
  });

  it.skipIf(process.getuid?.() === 0)('that nobody may read is an error', () => {
    chmodSync(manifest('env/x.toml'), 0);
    expect(refused(() => find('x'))).toContain('MORTISE_ERR_ADBC_MANIFEST');
  });
});

describe('a profile', () => {
  const profile = (text: string) => write('profiles/shop.toml', text);

  it('names a driver and its options', () => {
    const path = profile(
      'profile_version = 1\ndriver = "x"\n[Options]\nuri = "a://{{ env_var(HOST) }}:5/{{env_var(BASE)}}"\nadbc.x.size = 3\nadbc.x.rate = 0.5\non = true\nlarge = 9007199254740993\n',
    );
    context.env = { ...context.env, HOST: 'h', BASE: 'b' };
    expect(readProfile('profile://shop', context)).toEqual({
      path,
      driver: 'x',
      options: {
        uri: 'a://h:5/b',
        'adbc.x.size': 3,
        'adbc.x.rate': 0.5,
        on: 'true',
        large: 9007199254740993n,
      },
    });
    const found = manifest('env/x.toml');
    expect(find('profile://shop')).toEqual({
      path: join(folder, 'libx.so'),
      request: { name: 'profile://shop', config: { manifest: found, profile: path } },
    });
    expect(find(`profile://${path}`)?.request.config?.profile).toBe(path);
  });

  it.each([
    ['is missing', undefined, /no such connection profile[\s\S]*profiles\/shop\.toml/],
    ['says no version', 'driver = "x"', /profile_version = 1/],
    ['is of a later version', 'profile_version = 2', /number 2/],
    ['has keys of its own', 'profile_version = 1\ndrivr = "x"', /no key drivr/],
    ['names no driver', 'profile_version = 1', /names no driver/],
    [
      'names a driver that isn’t there',
      'profile_version = 1\ndriver = "z"',
      /driver z, which is not installed/,
    ],
    ['has a list', 'profile_version = 1\ndriver = "x"\n[Options]\na = [1]', /option a is neither/],
    [
      'wants a variable',
      'profile_version = 1\ndriver = "x"\n[Options]\na = "{{ env_var(NO_SUCH) }}"',
      /NO_SUCH, which is not set/,
    ],
    [
      'calls another function',
      'profile_version = 1\ndriver = "x"\n[Options]\na = "{{ file(x) }}"',
      /\{\{ file\(x\) \}\}, which is not/,
    ],
  ])('is an error when it %s', (_, text, expected) => {
    if (text !== undefined) profile(text);
    const message = refused(() => find('profile://shop'));
    expect(message).toContain('MORTISE_ERR_ADBC_PROFILE');
    expect(message).toMatch(expected);
  });

  it('never says the value of an option', () => {
    const { bad } = flatOptions({ password: 'hunter2\0', other: 'hunter2 {{ env_var(X) }}' }, {});
    expect(bad).toHaveLength(2);
    expect(JSON.stringify(bad)).not.toContain('hunter2');
  });
});
