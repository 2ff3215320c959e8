/** Files checked for platforms that this machine isn't. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { imageFor, openFile, readBinary } from '../../src/binary/index.js';
import { type MortiseError, verify } from '../../src/index.js';
import { parseTarget } from '../../src/loader/target/target.js';
import { tooNewFor } from '../../src/loader/target/versions.js';
import { buildMacho } from '../binary/macho/build-macho.js';
import { type ForeignAddon, foreignAddon } from '../binary/packages.js';
import { call } from '../cli/call.js';
import { build } from '../support/plugins/build.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-target-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function checksOf(path: string, target: string) {
  const { checks, target: said } = await verify(path, { target });
  expect(said).toBe(target);
  return Object.fromEntries(checks.map((check) => [check.id, check]));
}

/** A library in C, in a directory of its own; `flags` may name others of it. */
function link(name: string, source: string, ...flags: string[]): string {
  const [c, so] = [join(folder, `${name}.c`), join(folder, `lib${name}.so`)];
  writeFileSync(c, source);
  execFileSync('cc', ['-shared', '-fPIC', '-o', so, c, `-L${folder}`, ...flags]);
  return so;
}

describe('the names of targets', () => {
  it.each([
    ['linux-x64-glibc2.28', { platform: 'linux', arch: 'x64', libc: { name: 'glibc', version: '2.28' } }],
    ['linux-arm64-glibc', { libc: { name: 'glibc', version: '' } }],
    ['linux-riscv64-musl', { arch: 'riscv64', libc: { name: 'musl', version: '' } }],
    ['darwin-arm64-12.0', { platform: 'darwin', macos: '12.0' }],
    ['darwin-x64', { platform: 'darwin', arch: 'x64' }],
    ['win32-ia32', { platform: 'win32', arch: 'ia32' }],
  ])('%s', (name, target) => expect(parseTarget(name)).toMatchObject({ name, ...target }));

  it.each([
    ['linux-x86_64-gnu', 'Did you mean linux-x64-glibc2.28?'],
    ['linux-x64', 'Did you mean linux-x64-glibc2.28?'],
    ['linux-x64-glibc_2.31', 'Did you mean linux-x64-glibc2.31?'],
    ['linux-x64-musl1.2', 'Did you mean linux-x64-musl?'],
    ['macos-arm64', 'Did you mean darwin-arm64?'],
    ['win-x64', 'Did you mean win32-x64?'],
    ['win32-arm', 'Did you mean win32-arm64?'],
    ['', 'Name a target'],
    ['x'.repeat(100_000), 'Name a target'],
    ['linux-x64-glibc2.28\n', 'Did you mean linux-x64-glibc2.28?'],
  ])('%.20s is none', (name, remedy) => {
    const error = (() => {
      try {
        return parseTarget(name);
      } catch (one) {
        return one as MortiseError;
      }
    })() as MortiseError;
    expect(error.code).toBe('MORTISE_ERR_TARGET');
    expect(error.problems[0]?.remedy).toContain(remedy);
    expect(error.message.length).toBeLessThan(1000);
  });

  it('end the command with 2', async () => {
    const called = await call(['verify', '--target', 'linux-x64', build('plain.c')]);
    expect([called.code, called.stdout]).toEqual([2, '']);
    expect(called.stderr).toContain('MORTISE_ERR_TARGET');
    const both = await call(['verify', '--load', '--target', 'linux-x64-musl', build('plain.c')]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('MORTISE_ERR_USAGE')]);
  });
});

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('a plugin of this machine', () => {
  it('fits its own platform, and what asks this machine is skipped', async () => {
    const checks = await checksOf(build('decider.c'), 'linux-x64-glibc2.28');
    expect(Object.values(checks).filter(({ status }) => status === 'fail')).toEqual([]);
    for (const id of ['permissions', 'symbols']) {
      expect(checks[id]).toMatchObject({
        status: 'skip',
        message: 'asks this machine, not linux-x64-glibc2.28',
      });
    }
  });

  it('is refused for musl, with the library and the versions', async () => {
    const { libc, dependency } = await checksOf(build('trace.c'), 'linux-x64-musl');
    expect(libc).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_LIBC_MISMATCH' });
    expect(libc?.message).toMatch(/plugin glibc, target musl: needs libc\.so\.6 \(GLIBC_2/);
    expect(dependency?.status).toBe('ok');
  });

  it('is refused for other processors and systems', async () => {
    expect((await checksOf(build('plain.c'), 'linux-arm64-glibc2.31')).arch).toMatchObject({
      status: 'fail',
    });
    expect((await checksOf(build('plain.c'), 'darwin-x64')).format).toMatchObject({ status: 'fail' });
    expect((await checksOf(build('plain.c'), 'win32-x64')).format).toMatchObject({ status: 'fail' });
  });

  it('is refused where the C library is older', async () => {
    const path = link(
      'threads',
      '#include <pthread.h>\npthread_t t; void f(void) { pthread_create(&t, 0, 0, 0); }',
    );
    const needed = /GLIBC_(2\.\d+)/.exec(
      (await checksOf(path, 'linux-x64-glibc2.2')).libc?.message ?? '',
    )?.[1] as string;
    expect((await checksOf(path, `linux-x64-glibc${needed}`)).libc?.status).toBe('ok');
    const [major, minor] = needed.split('.').map(Number) as [number, number];
    const older = await checksOf(path, `linux-x64-glibc${major}.${minor - 1}`);
    expect(older.libc).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_LIBC_VERSION' });
    expect(older.libc?.message).toContain(`GLIBC_${needed}`);
  });

  it('must have beside it what the platform lacks, and that must fit too', async () => {
    link(
      'inner',
      '#include <pthread.h>\npthread_t t; int inner(void) { return pthread_create(&t, 0, 0, 0); }',
    );
    const flags = ['-linner', '-Wl,-soname,libouter.so'];
    const far = link(
      'far',
      'int inner(void); int f(void) { return inner(); }',
      ...flags,
      `-Wl,-rpath,${folder}`,
    );
    expect((await checksOf(far, 'linux-x64-glibc2.36')).dependency).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_DEPENDENCY_MISSING',
    });
    const near = link(
      'near',
      'int inner(void); int f(void) { return inner(); }',
      ...flags,
      '-Wl,-rpath,$ORIGIN',
    );
    expect((await checksOf(near, 'linux-x64-glibc2.36')).dependency).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('1 beside'),
    });
    const { dependency } = await checksOf(near, 'linux-x64-glibc2.17');
    expect(dependency).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_LIBC_VERSION' });
    expect(dependency?.problem?.subject).toBe(join(folder, 'libinner.so'));
    expect((await checksOf(near, 'linux-x64-musl')).dependency).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_LIBC_MISMATCH',
    });
  });

  it('draws a warning for what small containers lack', async () => {
    const source = 'int f(void) { return 0; }';
    const library = '/usr/lib/x86_64-linux-gnu/libz.so.1';
    if (!existsSync(library)) return;
    const path = link('compresses', source, '-Wl,--no-as-needed', library);
    expect((await checksOf(path, 'linux-x64-glibc2.36')).dependency).toMatchObject({
      status: 'warn',
      code: 'MORTISE_WARN_DEPENDENCY_UNSURE',
    });
  });
});

describe('symbol versions', () => {
  const tooNew = (target: string, version: string) =>
    tooNewFor(parseTarget(target), { versionNeeds: [{ library: 'libx.so', version }] }).map(({ has }) => has);

  it.each([
    ['linux-x64-glibc2.28', 'GLIBCXX_3.4.24', []],
    ['linux-x64-glibc2.28', 'GLIBCXX_3.4.25', ['GLIBCXX_3.4.24']],
    ['linux-x64-glibc2.30', 'GLIBCXX_3.4.25', ['GLIBCXX_3.4.24']],
    ['linux-x64-glibc2.31', 'GLIBCXX_3.4.28', []],
    ['linux-x64-glibc2.31', 'CXXABI_1.3.13', ['CXXABI_1.3.12']],
    ['linux-x64-glibc2.35', 'GLIBC_ABI_DT_RELR', ['GLIBC_2.35']],
    ['linux-x64-glibc2.36', 'GLIBC_ABI_DT_RELR', []],
    ['linux-x64-glibc2.9', 'GLIBC_2.10', ['GLIBC_2.9']],
    ['linux-x64-glibc', 'GLIBC_2.99', []],
    ['linux-x64-glibc2.28', 'OWN_9.9', []],
    ['linux-x64-musl', 'GLIBC_2.99', []],
  ])('%s and %s', (target, version, expected) => expect(tooNew(target, version)).toEqual(expected));
});

it('a Mach-O image says which macOS it needs', async () => {
  const path = join(folder, 'mac.dylib');
  writeFileSync(path, buildMacho());
  const { arch, minimumOs } = imageFor(readBinary(openFile(path)));
  expect((await checksOf(path, `darwin-${arch}-${minimumOs}`)).macos?.status).toBe('ok');
  expect((await checksOf(path, `darwin-${arch}-10.15`)).macos).toMatchObject({
    status: 'fail',
    code: 'MORTISE_ERR_OS_VERSION',
  });
});

const koffi = (name: ForeignAddon) => [name, foreignAddon(name)] as const;

describe.each([
  [...koffi('macho arm64'), 'darwin-arm64-12.0', 'darwin-arm64-10.15', 'macos'],
  [...koffi('macho x64'), 'darwin-x64', 'darwin-arm64', 'arch'],
  [...koffi('macho fat, frameworks'), 'darwin-arm64', 'linux-arm64-musl', 'format'],
  [...koffi('pe x64'), 'win32-x64', 'win32-arm64', 'arch'],
  [...koffi('pe arm64'), 'win32-arm64', 'darwin-arm64', 'format'],
  [...koffi('elf riscv64'), 'linux-riscv64-glibc2.35', 'linux-riscv64-glibc2.31', 'libc'],
] as const)('%s', (name, path, fits, misfits, id) => {
  const skipped = path ? '' : ` (skipped: the addon ${name} cannot be downloaded)`;
  it.skipIf(!path)(`fits ${fits} and not ${misfits}${skipped}`, async () => {
    const good = Object.values(await checksOf(path as string, fits)).filter(
      ({ status }) => status === 'fail',
    );
    // They are addons of Node.js, not plugins: nothing else is wrong with them.
    expect(good.map(({ id }) => id)).toEqual(['dialect']);
    expect((await checksOf(path as string, misfits))[id]).toMatchObject({ status: 'fail' });
  });
});

describe('the addon for musl', () => {
  const path = 'node_modules/@koromix/koffi-linux-x64/musl_x64/koffi.node';
  it.skipIf(!existsSync(path))(`fits musl${existsSync(path) ? '' : ` (skipped: no ${path})`}`, async () => {
    const musl = await checksOf(path, 'linux-x64-musl');
    expect([musl.libc?.status, musl.dependency?.status]).toEqual(['ok', 'ok']);
    expect((await checksOf(path, 'linux-x64-glibc2.28')).libc?.status).toBe('fail');
  });
});

const mac = foreignAddon('macho arm64');
describe.skipIf(!mac || process.platform !== 'linux')('several targets', () => {
  it('are each asked of the files that are built for them', async () => {
    copyFileSync(mac as string, join(folder, 'mac.node'));
    const targets = ['linux-x64-glibc2.36', 'linux-x64-musl', 'darwin-arm64', 'win32-x64'];
    const { code, stdout, stderr } = await call([
      'verify',
      '--json',
      ...targets.flatMap((target) => ['--target', target]),
      build('plain.c'),
      join(folder, 'mac.node'),
    ]);
    const { plugins } = JSON.parse(stdout) as { plugins: { target: string; status: string }[] };
    expect(plugins.map(({ target }) => target)).toEqual([
      'linux-x64-glibc2.36',
      'linux-x64-musl',
      'darwin-arm64',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/MORTISE_ERR_TARGET_UNSERVED.*no file is built for win32-x64/);
  });
});
