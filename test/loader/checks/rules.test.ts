/** Where the checks that compare a file with its host draw their lines: a case on either side. */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../src/binary/index.js';
import { checkDependencies } from '../../../src/loader/checks/dependencies.js';
import { checkDialect } from '../../../src/loader/checks/dialect.js';
import { checkImports } from '../../../src/loader/checks/imports.js';
import { checkLoaded, loadedInstead } from '../../../src/loader/checks/loaded.js';
import { anywhere, here } from '../../../src/loader/checks/loading-rules.js';
import { checkLocked } from '../../../src/loader/checks/locked.js';
import { checkArch, checkFormat, checkKind } from '../../../src/loader/checks/platform.js';
import { checkRunpath } from '../../../src/loader/checks/runpath.js';
import { checkSanitizer } from '../../../src/loader/checks/sanitizer.js';
import { checkServices } from '../../../src/loader/checks/services.js';
import { checkShadowed } from '../../../src/loader/checks/shadowed.js';
import {
  asksThisMachine,
  checkTargetDependencies,
  checkTargetSystem,
} from '../../../src/loader/checks/target.js';
import { checkVersions } from '../../../src/loader/checks/versions.js';
import { supportedHwcaps } from '../../../src/loader/dependencies/hwcaps.js';
import type { Check, Evidence, HostFacts } from '../../../src/loader/record.js';
import { systemPageSize } from '../../../src/loader/system/page-size.js';
import { staticTlsSurplus } from '../../../src/loader/system/static-tls.js';
import { parseTarget } from '../../../src/loader/target/target.js';
import { directory } from '../../host/open.js';

/** Status, code and part of the message of what a check says of evidence that has only this. */
function results(check: Check, evidence: object, host: object = {}) {
  return check({ path: '/p.so', ...evidence } as Evidence, host as HostFacts);
}
function said(check: Check, evidence: object, host: object = {}): string {
  const all = results(check, evidence, host);
  return all.map(({ status, code }) => (code ? `${status} ${code}` : status)).join(', ');
}
const words = (check: Check, evidence: object, host: object = {}): string =>
  results(check, evidence, host)
    .map(({ message, problem }) =>
      [message, problem?.expected, problem?.found, problem?.remedy, ''].join('\n'),
    )
    .join('\n');

describe('the platform', () => {
  const on = (platform: string, more: object = {}) => ({ platform, arch: 'x64', ...more });
  const is = (format: string, more: object = {}) => ({ image: { format, arch: 'x64', ...more } });
  it.each([
    [is('elf'), on('linux'), 'ok'],
    [is('elf'), on('freebsd'), 'ok'],
    [is('elf', { os: 'linux' }), on('linux'), 'ok'],
    [is('elf', { os: 'freebsd' }), on('linux'), 'fail MORTISE_ERR_FORMAT_MISMATCH'],
    [is('macho'), on('linux'), 'fail MORTISE_ERR_FORMAT_MISMATCH'],
    [is('macho'), on('darwin'), 'ok'],
    [is('pe'), on('win32'), 'ok'],
    [is('pe'), on('darwin'), 'fail MORTISE_ERR_FORMAT_MISMATCH'],
    [{}, on('linux'), ''],
  ])('format: %j on %j: %s', (evidence, host, expected) =>
    expect(said(checkFormat, evidence, host)).toBe(expected),
  );
  it('says what was found, and by whom', () => {
    const alien = is('elf', { os: 'freebsd' });
    expect(words(checkFormat, alien, on('linux'))).toContain('ELF for freebsd, this system loads ELF');
    expect(words(checkFormat, is('pe'), on('linux', { target: { name: 'linux-x64-musl' } }))).toContain(
      'PE, linux-x64-musl loads ELF',
    );
    const arm = is('elf', { arch: 'arm64' });
    expect(words(checkArch, arm, on('linux'))).toContain('plugin arm64, host x64');
    expect(words(checkArch, arm, on('linux', { target: {} }))).toContain('plugin arm64, target x64');
  });
  it.each([
    [is('elf'), 'ok'],
    [is('elf', { arch: 'arm64' }), 'fail MORTISE_ERR_ARCH_MISMATCH'],
    [{}, ''],
  ])('processor: %j: %s', (evidence, expected) =>
    expect(said(checkArch, evidence, on('linux'))).toBe(expected),
  );
  it.each([
    [{ image: { kind: 'shared' } }, 'ok'],
    [{ image: { kind: 'executable' } }, 'fail MORTISE_ERR_NOT_A_LIBRARY'],
    [{}, ''],
  ])('kind: %j: %s', (evidence, expected) => expect(said(checkKind, evidence)).toBe(expected));
});

it.each([
  [{ image: { kind: 'shared', exports: [] }, dialect: { id: 'mortise' } }, 'ok'],
  [{ image: { kind: 'shared', exports: [] } }, 'fail MORTISE_ERR_NOT_A_PLUGIN'],
  [{ image: { kind: 'executable', exports: [] } }, ''],
  [{}, ''],
])('a family: %#: %s', (evidence, expected) => {
  const dialects = [
    { carrier: 'library', words: { identity: 'module_identity' } },
    { carrier: 'program', words: { identity: 'a handshake' } },
  ];
  expect(said(checkDialect, evidence, { dialects })).toBe(expected);
  if (expected.startsWith('fail')) {
    expect(words(checkDialect, evidence, { dialects })).toContain('an exported module_identity\n');
  }
});

describe('what only this machine’s own can be asked', () => {
  const elsewhere = { arch: 'arm64', platform: 'linux', exporter: () => undefined };
  const image = {
    format: 'elf',
    arch: 'x64',
    dependencies: ['libc.so.6'],
    exports: [],
    runpath: [],
    rpath: [],
  };
  it.each([
    [checkDependencies, 'skip'],
    [checkImports, ''],
    [checkVersions, ''],
    [checkLoaded, ''],
  ])('%o', (check, expected) => {
    expect(said(check, { image }, elsewhere)).toBe(expected);
    expect(said(check, {}, elsewhere)).toBe('');
  });
  it('needs no library that nobody asks for', () =>
    expect(words(checkDependencies, { image: { ...image, dependencies: [] } }, elsewhere)).toContain(
      'none needed',
    ));
});

it('a library that the process has already is told, unless it is the same', () => {
  const [mine, same, other] = ['mine', 'same', 'other'].map((name) => join(directory(), name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(mine, 'bytes');
  writeFileSync(same, 'bytes');
  writeFileSync(other, 'other');
  const instead = (path: string | undefined, by: string | undefined, neededBy = '/p.so') =>
    loadedInstead([{ name: 'l.so', path, instead: by, neededBy } as never], '/p.so').map(
      ({ message }) => message,
    );
  expect(instead(mine, undefined)).toEqual([]);
  expect(instead(undefined, other)).toEqual([]);
  expect(instead(mine, same)).toEqual([]);
  expect(instead(mine, other)).toEqual([
    `l.so is the one that this process has from ${mine}, and not ${other}`,
  ]);
  expect(instead(mine, other, '/q/r.so')[0]).toMatch(/, needed by r\.so$/);
});

describe('the rules of the loader', () => {
  const glibc = { arch: 'x64', libc: { name: 'glibc', version: '2.36' } };
  const musl = { arch: 'x64', libc: { name: 'musl', version: '' } };
  const plain = {
    dependencies: ['libc.so.6'],
    versionNeeds: [{ library: 'libc.so.6', version: 'GLIBC_2.2.5' }],
  };
  /** The codes of what `loading` would be refused for. */
  const refused = (loading: object, image: object = plain, host: object = glibc) =>
    [...anywhere, ...here].flatMap(
      (rule) =>
        rule(
          { page: 65_536, ...loading } as never,
          { path: '/p.so', image } as never,
          { exporter: () => undefined, platform: 'linux', ...host } as never,
        )?.code ?? [],
    );
  /** What the refusals of one image say. */
  const problemsOf = (image: object, loading: object = {}) =>
    [...anywhere, ...here].flatMap(
      (rule) =>
        rule(
          { page: 65_536, ...loading } as never,
          { path: '/p.so', image, source: bytesOf(Buffer.alloc(64)) } as never,
          { exporter: () => undefined, platform: 'linux', ...glibc, arch: process.arch } as never,
        ) ?? [],
    );
  const marked = [...plain.versionNeeds, { library: 'libc.so.6', version: 'GLIBC_ABI_DT_RELR' }];
  const surplus = staticTlsSurplus();
  it.each([
    [{}, plain, glibc, []],
    [{ noOpen: true }, plain, glibc, ['MORTISE_ERR_NOT_OPENABLE']],
    [{ page: 1024 }, plain, glibc, ['MORTISE_ERR_PAGE_SIZE']],
    [{ page: systemPageSize() }, plain, glibc, []],
    [{ packed: true }, plain, glibc, ['MORTISE_ERR_RELR_MARKER']],
    [{ packed: true }, { ...plain, versionNeeds: marked }, glibc, []],
    [{ packed: true }, { ...plain, versionNeeds: [] }, glibc, []],
    [
      { packed: true },
      { ...plain, dependencies: ['libm.so.6', 'libc.so.6'] },
      glibc,
      ['MORTISE_ERR_RELR_MARKER'],
    ],
    [{ staticTls: { size: surplus, align: 64 } }, plain, glibc, []],
    [{ staticTls: { size: surplus + 1, align: 1 } }, plain, glibc, ['MORTISE_ERR_STATIC_TLS']],
    [{ staticTls: { size: 1, align: 128 } }, plain, glibc, ['MORTISE_ERR_STATIC_TLS']],
    [{ staticTls: { size: surplus + 1, align: 1 } }, plain, musl, []],
    [{ isa: 1 }, plain, glibc, []],
    [{ isa: 1 << 30 }, plain, glibc, ['MORTISE_ERR_CPU_LEVEL']],
    [{ isa: 1 << 30 }, plain, musl, []],
    [{ isa: 1 << 30 }, plain, { ...glibc, arch: 'arm64' }, []],
  ])('%j, %j, on %j', (loading, image, host, expected) =>
    expect(refused(loading, image, host)).toEqual(expected),
  );
  it.runIf(process.platform === 'linux')('a version of a library that nobody needs', () => {
    const image = {
      ...{ format: 'elf', arch: process.arch, dependencies: ['libnone.so.1'], weakDependencies: [] },
      ...{ runpath: [], rpath: [], exports: [], versionNeeds: [{ library: 'libstray.so.1', version: 'V1' }] },
    };
    expect(refused({}, { ...image }, { ...glibc, arch: process.arch })).toEqual([
      'MORTISE_ERR_BINARY_MALFORMED',
    ]);
    expect(refused({}, { ...image }, { ...musl, arch: process.arch })).toEqual([]);
    // One that is needed is none, nor one that this process has; and the other is the one that is named.
    const asksOf = (...libraries: string[]) => ({
      ...image,
      versionNeeds: libraries.map((library) => ({ library, version: 'V1' })),
    });
    const here = { ...glibc, arch: process.arch };
    expect(refused({}, asksOf('libnone.so.1', 'libc.so.6'), here)).toEqual([]);
    expect(problemsOf(asksOf('libnone.so.1', 'libc.so.6', 'libstray.so.1'))).toMatchObject([
      { expected: 'DT_NEEDED libstray.so.1', found: 'DT_NEEDED libnone.so.1' },
    ]);
    expect(problemsOf({ ...asksOf('libstray.so.1'), dependencies: [] })).toMatchObject([
      { found: 'no DT_NEEDED' },
    ]);
  });
  it.runIf(process.platform === 'linux' && process.arch === 'x64')('a newer processor', () => {
    const best = supportedHwcaps()[0] ?? 'x86-64';
    expect(problemsOf(plain, { isa: 1 << 30 })).toMatchObject([
      {
        message: `it is for level 31, this processor has ${best}`,
        expected: `${best} or less`,
        remedy: expect.stringContaining(`-march=${best},`),
      },
    ]);
  });
  it('a library without the C library may have packed relocations', () =>
    expect(
      refused(
        { packed: true },
        { dependencies: ['l.so'], versionNeeds: [{ library: 'l.so', version: 'V1' }] },
      ),
    ).toEqual([]));
});

describe('the lock', () => {
  const image = { format: 'elf', arch: 'x64', libc: 'glibc' };
  const libraries = new Map([['/d/l.so', { path: '/d/l.so', sha256: 'cc' }]]);
  const evidence = {
    path: '/d/p.so',
    image,
    identity: { name: 'p', version: '1.0.0' },
    sha256: 'aa',
    libraries,
  };
  const entry = {
    name: 'p',
    version: '1.0.0',
    platform: 'linux-x64-glibc',
    file: 'p.so',
    sha256: 'aa',
    libraries: [{ file: 'l.so', sha256: 'cc' }],
  };
  const lock = (...entries: object[]) => ({ lock: { path: '/d/mortise.lock', entries } });
  const changed = 'fail MORTISE_ERR_LOCK_CHANGED';
  it.each([
    [evidence, {}, ''],
    [{ ...evidence, image: undefined }, lock(), ''],
    [{ ...evidence, identity: undefined }, lock(), ''],
    [evidence, lock(entry), 'ok'],
    [evidence, lock({ ...entry, name: 'q' }), 'fail MORTISE_ERR_LOCK_UNLISTED'],
    [evidence, lock({ ...entry, platform: 'linux-arm64-glibc' }), 'fail MORTISE_ERR_LOCK_UNLISTED'],
    [evidence, lock({ ...entry, version: '1.0.1' }), changed],
    [evidence, lock({ ...entry, sha256: 'ab' }), changed],
    [evidence, lock({ ...entry, libraries: [] }), changed],
    [evidence, lock({ ...entry, libraries: [{ file: 'l.so', sha256: 'cd' }] }), changed],
    [{ ...evidence, libraries: undefined }, lock(entry), changed],
    [
      evidence,
      lock({ ...entry, version: '2', sha256: 'ab', libraries: [] }),
      [changed, changed, changed].join(', '),
    ],
  ])('%#: %s %s', (given, host, expected) => expect(said(checkLocked, given, host)).toBe(expected));

  it('says what it has instead', () => {
    const at = (...entries: object[]) => words(checkLocked, evidence, lock(...entries));
    expect(at(entry)).not.toContain('undefined');
    expect(results(checkLocked, evidence, lock(entry))[0]?.message).toBe(
      'as in mortise.lock, with 1 beside it',
    );
    const alone = { ...evidence, libraries: new Map() };
    expect(results(checkLocked, alone, lock({ ...entry, libraries: [] }))[0]?.message).toBe(
      'as in mortise.lock',
    );
    expect(at({ ...entry, name: 'q' })).toContain('which has q in this file');
    expect(at({ ...entry, name: 'q', file: 'q.so' })).not.toContain('in this file');
    expect(at({ ...entry, name: 'q', platform: 'darwin-x64' })).toContain('none of that name');
    expect(at({ ...entry, platform: 'darwin-x64' })).toContain('entries for darwin-x64');
    expect(at({ ...entry, libraries: [] })).toContain('l.so beside it is not locked');
    expect(words(checkLocked, alone, lock(entry))).toContain('l.so is locked, and would not be loaded');
  });
});

describe('where libraries are searched', () => {
  const runpath = (...elements: string[]) => ({ image: { format: 'elf', runpath: elements, rpath: [] } });
  const warning = 'warn MORTISE_WARN_RUNPATH';
  const host = { platform: process.platform };
  it.each([
    [runpath(), ''],
    [runpath('/usr/lib'), ''],
    [runpath('$ORIGIN'), ''],
    [runpath(['$', '{ORIGIN}/lib'].join('')), ''],
    [runpath('$LIB/x'), ''],
    [runpath(''), warning],
    [runpath('lib'), warning],
    [runpath('/usr/lib', '.'), warning],
    [{ image: { format: 'elf', runpath: [], rpath: ['lib'] } }, warning],
    [{ image: { format: 'elf', runpath: ['/usr/lib'], rpath: ['lib'] } }, ''],
    [{ image: { format: 'macho', runpath: ['lib'], rpath: [] } }, ''],
    [{}, ''],
  ])('%j: %s', (evidence, expected) =>
    expect(said(checkRunpath, { path: '/usr/lib/p.so', ...evidence }, host)).toBe(expected),
  );

  it.runIf(process.platform === 'linux').each([
    [0o755, 'of its own', ''],
    [0o775, 'of its own', 'can be written to by its group'],
    [0o777, 'of its own', 'can be written to by everybody'],
  ])('a directory of %o %s: %s', (mode, _, expected) => {
    const above = directory();
    const place = join(above, 'lib');
    mkdirSync(place);
    chmodSync(place, mode);
    const at = (element: string, on: object = host) => words(checkRunpath, runpath(element), on);
    if (expected === '') expect(at(place)).toBe('');
    else expect(at(place).split('\n')[0]).toBe(`${place} ${expected}`);
    // Whoever can write to the directory above makes it.
    const absent = join(place, 'a', 'b');
    if (expected === '') expect(at(absent)).toBe('');
    else expect(at(absent)).toContain(`does not exist, and ${place} ${expected}`);
    expect(at(place, { ...host, target: {} })).toBe('');
    expect(at(place, { platform: 'freebsd' })).toBe('');
  });

  it.each([
    [['lib'], [], 'DT_RUNPATH'],
    [[], ['lib'], 'DT_RPATH'],
  ])('in RUNPATH %j, RPATH %j: %s', (own, inherited, where) => {
    const image = { format: 'elf', runpath: own, rpath: inherited };
    expect(results(checkRunpath, { image }, host)[0]?.problem?.where).toBe(where);
  });

  it.runIf(process.getuid?.() === 0)('a directory of another user', () => {
    const place = directory();
    chownSync(place, 4321, 0);
    expect(words(checkRunpath, runpath(place), host)).toContain('can be written to by user 4321');
  });
});

describe('services', () => {
  const need = (more: object = {}) => ({
    name: 's.a',
    major: 1,
    minor: 1,
    optional: false,
    symbol: 'cell',
    ...more,
  });
  const has = (more: object = {}) => ({ name: 's.a', major: 1, minor: 1, provider: 'mortise', ...more });
  const plugin = (requires: object[], provides: object[] = [], more: object = {}) => ({
    identity: { name: 'p', toolchain: 'gcc 12', requires, provides, ...more },
  });
  const host = (...services: object[]) => ({ services, version: '0.1.0' });
  const unknown = 'fail MORTISE_ERR_SERVICE_UNKNOWN';
  const version = 'fail MORTISE_ERR_SERVICE_VERSION';
  it.each([
    [{}, host(), ''],
    [plugin([]), host(), 'ok'],
    [plugin([need()]), host(has()), 'ok'],
    [plugin([need()]), host(has({ minor: 2 })), 'ok'],
    [plugin([need()]), host(has({ minor: 0 })), version],
    [plugin([need()]), host(has({ major: 2 })), version],
    [plugin([need()]), host(), unknown],
    [plugin([need()]), host(has({ name: 's.b' })), unknown],
    [plugin([need({ optional: true })]), host(), 'ok'],
    [plugin([need(), need({ name: 's.b' })]), host(), `${unknown}, ${unknown}`],
    [plugin([need()], [need()]), host(), 'fail MORTISE_ERR_SERVICE_CYCLE'],
    [plugin([need()]), host(has({ provider: 'p' })), unknown],
    [plugin([need()]), host(has({ provider: 'q' })), 'ok'],
    [plugin([need()]), host(has({ provider: 'q', toolchain: 'gcc 12' })), 'ok'],
    [
      plugin([need()]),
      host(has({ provider: 'q', toolchain: 'gcc 13' })),
      'fail MORTISE_ERR_TOOLCHAIN_MISMATCH',
    ],
    [plugin([need()]), host(has({ toolchain: 'gcc 13' })), 'ok'],
    [
      plugin([need({ signature: 'f() -> i32' })]),
      host(has({ signature: 'f() -> i64' })),
      'fail MORTISE_ERR_SERVICE_SIGNATURE',
    ],
    [{ ...plugin([need()]), dialect: { services: [has()], words: {} } }, host(), 'ok'],
    [{ ...plugin([need()]), dialect: { services: [], words: { server: 'MariaDB' } } }, host(has()), unknown],
  ])('%#: %s', (evidence, facts, expected) => expect(said(checkServices, evidence, facts)).toBe(expected));

  it('those of other plugins too, where its family looks for them', () => {
    const of = (findsOthers: boolean) => ({
      ...plugin([need()]),
      dialect: { services: [], findsOthers, words: {} },
    });
    expect(said(checkServices, of(true), host(has({ provider: 'q' })))).toBe('ok');
    expect(said(checkServices, of(false), host(has({ provider: 'q' })))).toBe(unknown);
    expect(said(checkServices, of(true), host(has()))).toBe(unknown);
  });

  it('says who has what, and what to do', () => {
    const at = (evidence: object, ...services: object[]) => words(checkServices, evidence, host(...services));
    expect(at(plugin([need()]), has({ provider: 'q' }))).toContain('s.a 1.1 of q');
    expect(at(plugin([need()]), has())).not.toContain(' of ');
    expect(at(plugin([need()]))).toContain('nobody provides');
    expect(at(plugin([need()]))).toContain('no services');
    expect(at(plugin([need()]), has({ name: 's.b' }))).toContain('services: s.b');
    expect(at(plugin([need()]), has({ minor: 0 }))).toContain('headers of what this application has');
    expect(at(plugin([need()]), has({ minor: 0, provider: 'q' }))).toContain('headers of q');
    expect(at(plugin([need()]), has({ minor: 0 }))).toContain('s.a 1.0 (mortise 0.1.0)');
    expect(at(plugin([need()]), has({ minor: 0, provider: 'q' }))).toContain('s.a 1.0 (plugin q)');
    const own = need({ name: 'mortise.log' });
    expect(at(plugin([own]), has({ name: 'mortise.log', minor: 0 }))).toContain(
      'Build the plugin against mortise 0.1.0',
    );
    const maria = (services: object[]) => ({
      ...plugin([need()]),
      dialect: { services, words: { server: 'MariaDB' } },
    });
    expect(at(maria([]))).toContain('only MariaDB provides');
    expect(at(maria([]))).toContain('Install it in MariaDB.');
    expect(at(maria([has({ minor: 0 })]))).toContain('the server release that this host stands in for');
  });
});

describe('symbols that the process has, too', () => {
  const exports = (...names: string[]) => ({
    image: { format: 'elf', arch: 'x64', exports: names },
    dialect: {},
  });
  const host = {
    arch: 'x64',
    exporter: (name: string) => (name === 'inflate' || name === '_init' ? '/bin/node' : undefined),
  };
  it.each([
    [exports('mine'), 'ok'],
    [exports('inflate'), 'warn MORTISE_WARN_SHADOWED_SYMBOL'],
    [exports('_init'), 'ok'],
    [{ ...exports('inflate'), dialect: undefined }, 'skip'],
    [{ image: { ...exports('inflate').image, format: 'pe' }, dialect: {} }, ''],
    [{ image: { ...exports('inflate').image, arch: 'arm64' }, dialect: {} }, ''],
    [{}, ''],
  ])('%j: %s', (evidence, expected) => expect(said(checkShadowed, evidence, host)).toBe(expected));
});

describe('a target', () => {
  const elf = (libc: string, more: object = {}) => ({
    image: {
      format: 'elf',
      libc,
      arch: 'x64',
      dependencies: [],
      versionNeeds: [],
      newestVersions: {},
      ...more,
    },
  });
  const needs = (version: string, library = 'libc.so.6') => ({
    versionNeeds: [{ library, version }],
    newestVersions: { GLIBC: version.replace('GLIBC_', '') },
  });
  const mac = (minimumOs?: string) => ({ image: { format: 'macho', minimumOs } });
  const on = (name: string) => ({ target: parseTarget(name) });
  it.each([
    [{}, on('linux-x64-musl'), ''],
    [elf('glibc'), {}, ''],
    [elf('none'), on('linux-x64-musl'), 'skip'],
    [elf('glibc'), on('linux-x64-musl'), 'fail MORTISE_ERR_LIBC_MISMATCH'],
    [elf('musl'), on('linux-x64-musl'), 'ok'],
    [elf('musl'), on('linux-x64-glibc'), 'fail MORTISE_ERR_LIBC_MISMATCH'],
    [elf('glibc', needs('GLIBC_2.28')), on('linux-x64-glibc2.28'), 'ok'],
    [elf('glibc', needs('GLIBC_2.29')), on('linux-x64-glibc2.28'), 'fail MORTISE_ERR_LIBC_VERSION'],
    [elf('glibc', needs('GLIBC_2.29')), on('linux-x64-glibc'), 'ok'],
    [mac('11.0'), on('darwin-arm64-12.0'), 'ok'],
    [mac('12.0'), on('darwin-arm64-12.0'), 'ok'],
    [mac('13.0'), on('darwin-arm64-12.0'), 'fail MORTISE_ERR_OS_VERSION'],
    [mac('13.0'), on('darwin-arm64'), 'ok'],
    [mac(), on('darwin-arm64-12.0'), 'skip'],
    [elf('glibc'), on('darwin-arm64'), ''],
    [mac('13.0'), on('linux-x64-musl'), ''],
    [elf('glibc'), on('win32-x64'), ''],
  ])('system: %#: %s', (evidence, host, expected) =>
    expect(said(checkTargetSystem, evidence, host)).toBe(expected),
  );

  it('says what was compared, and what could not be', () => {
    const system = (more?: object) =>
      words(checkTargetSystem, elf('glibc', more), on('linux-x64-glibc2.28')).split('\n')[0];
    expect(system()).toBe('glibc');
    expect(system(needs('GLIBC_2.17'))).toBe('glibc, needs 2.17, target 2.28');
    const asks = asksThisMachine('loaded');
    expect(said(asks, {}, on('win32-x64'))).toBe('');
    expect(results(asks, elf('glibc'), on('win32-x64'))[0]?.message).toBe('asks this machine, not win32-x64');
  });

  it('says which libraries are of the other C library', () => {
    const glibc = elf('glibc', { dependencies: ['libc.so.6', 'libz.so.1'], ...needs('GLIBC_2.29') });
    const text = words(checkTargetSystem, glibc, on('linux-x64-musl'));
    expect(text).toContain('libc.so.6 (GLIBC_2.29)');
    expect(text).not.toContain('libz');
    expect(text).toContain('on Alpine');
    expect(words(checkTargetSystem, elf('musl'), on('linux-x64-glibc'))).toContain('on a system with glibc');
    expect(
      words(
        checkTargetSystem,
        elf('musl', { dependencies: ['libc.musl-x86_64.so.1'] }),
        on('linux-x64-glibc'),
      ),
    ).toContain('needs libc.musl-x86_64.so.1\n');
  });

  const needing = (...dependencies: string[]) =>
    elf('glibc', { dependencies, weakDependencies: [], runpath: [], rpath: [], exports: [] });
  it.each([
    [{}, on('linux-x64-glibc2.28'), ''],
    [needing(), {}, ''],
    [needing(), on('linux-x64-glibc2.28'), 'ok'],
    [needing('libc.so.6'), on('linux-x64-glibc2.28'), 'ok'],
    [needing('libz.so.1'), on('linux-x64-glibc2.28'), 'warn MORTISE_WARN_DEPENDENCY_UNSURE'],
    [needing('libmine.so.1'), on('linux-x64-glibc2.28'), 'fail MORTISE_ERR_DEPENDENCY_MISSING'],
    [needing('libc.so.6', 'libmine.so.1'), on('linux-x64-musl'), 'fail MORTISE_ERR_DEPENDENCY_MISSING'],
    [
      { image: { ...needing('libstdc++.so.6').image, ...needs('GLIBCXX_3.4.31', 'libstdc++.so.6') } },
      on('linux-x64-glibc2.28'),
      'fail MORTISE_ERR_LIBC_VERSION',
    ],
    [{ image: { ...needing('libc.so.6').image, ...needs('GLIBC_2.31') } }, on('linux-x64-glibc2.28'), 'ok'],
  ])('libraries: %#: %s', (evidence, host, expected) =>
    expect(said(checkTargetDependencies, evidence, host)).toBe(expected),
  );
});

describe('sanitizers', () => {
  const image = { imports: ['memcpy', '__asan_init'] };
  const absent = { exporter: () => undefined };
  it('are refused unless their runtime is in the process', () => {
    expect(said(checkSanitizer, { image }, absent)).toBe('fail MORTISE_ERR_SANITIZER');
    expect(said(checkSanitizer, { image }, { exporter: () => '/usr/lib/libasan.so.8' })).toBe('ok');
    expect(words(checkSanitizer, { image: { imports: ['__tsan_init'] } }, absent)).toContain('libtsan.so');
  });
  it('are nothing to others', () => {
    expect(said(checkSanitizer, { image: { imports: ['__ubsan_handle_add_overflow'] } }, absent)).toBe('');
  });
});
