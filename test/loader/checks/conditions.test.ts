/** Where each check that needs nothing but its evidence draws its line: a case on either side. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { checkLibc, isNewer } from '../../../src/loader/checks/libc.js';
import { checkParser } from '../../../src/loader/checks/parser.js';
import { checkPermissions } from '../../../src/loader/checks/permissions.js';
import { checkStack } from '../../../src/loader/checks/stack.js';
import { checkToolchain } from '../../../src/loader/checks/toolchain.js';
import { checkUnique } from '../../../src/loader/checks/unique.js';
import type { Check, Evidence, HostFacts } from '../../../src/loader/record.js';
import { directory } from '../../host/open.js';

/** Status and code of what a check says of evidence that has only this. */
function said(check: Check, evidence: object, host: object = {}): string {
  const results = check({ path: '/p.so', ...evidence } as Evidence, host as HostFacts);
  return results.map(({ status, code }) => (code ? `${status} ${code}` : status)).join(', ');
}

it.each([
  ['2.39', '2.9', true],
  ['2.9', '2.39', false],
  ['2.36', '2.36', false],
  ['2.36.1', '2.36', true],
  ['3.0', '2.99', true],
])('version %s is newer than %s: %s', (left, right, is) => expect(isNewer(left, right)).toBe(is));

describe('an executable stack', () => {
  const elf = (execStack: boolean) => ({ image: { format: 'elf', execStack } });
  const on = (name: string, version: string) => ({ libc: { name, version } });
  it.each([
    [elf(false), on('glibc', '2.41'), 'ok'],
    [elf(true), on('glibc', '2.40'), 'warn MORTISE_WARN_EXEC_STACK'],
    [elf(true), on('glibc', '2.41'), 'fail MORTISE_ERR_EXEC_STACK'],
    [elf(true), on('glibc', '2.42'), 'fail MORTISE_ERR_EXEC_STACK'],
    [elf(true), on('musl', '3.0'), 'warn MORTISE_WARN_EXEC_STACK'],
    [{ image: { format: 'macho', execStack: true } }, on('none', ''), ''],
  ])('%j on %j: %s', (evidence, host, expected) => expect(said(checkStack, evidence, host)).toBe(expected));
});

describe('the C library', () => {
  const elf = (libc: string, needed?: string) => ({
    image: { format: 'elf', libc, newestVersions: { GLIBC: needed }, versionNeeds: [] },
  });
  const on = (name: string, version: string, platform = 'linux') => ({ libc: { name, version }, platform });
  it.each([
    [elf('none'), on('glibc', '2.36'), 'skip'],
    [elf('musl'), on('glibc', '2.36'), 'fail MORTISE_ERR_LIBC_MISMATCH'],
    [elf('glibc', '2.36'), on('glibc', '2.36'), 'ok'],
    [elf('glibc', '2.37'), on('glibc', '2.36'), 'fail MORTISE_ERR_LIBC_VERSION'],
    [elf('glibc', '2.4'), on('glibc', '2.36'), 'ok'],
    [elf('glibc'), on('glibc', '2.36'), 'ok'],
    [elf('glibc', '2.37'), on('glibc', ''), 'ok'],
    [elf('musl'), on('glibc', '2.36', 'darwin'), ''],
    [{ image: { ...elf('musl').image, format: 'pe' } }, on('glibc', '2.36'), ''],
  ])('%j on %j: %s', (evidence, host, expected) => expect(said(checkLibc, evidence, host)).toBe(expected));
});

describe('the toolchain', () => {
  const built = (toolchain: string, exactToolchain: boolean) => ({ identity: { toolchain, exactToolchain } });
  const asks = (toolchain?: string) => ({ policy: { toolchain } });
  it.each([
    [built('gcc 12', true), asks(), 'ok'],
    [built('gcc 12', true), asks('gcc 12'), 'ok'],
    [built('gcc 12', true), asks('gcc 13'), 'fail MORTISE_ERR_TOOLCHAIN_MISMATCH'],
    [built('gcc 12', false), asks('gcc 13'), 'ok'],
    [{}, asks('gcc 13'), ''],
  ])('%j for %j: %s', (evidence, host, expected) =>
    expect(said(checkToolchain, evidence, host)).toBe(expected),
  );
});

it.each([
  [[], ''],
  [['counter'], 'warn MORTISE_WARN_UNIQUE_SYMBOL'],
])('variables of the whole process, %j: %s', (uniqueExports, expected) =>
  expect(said(checkUnique, { image: { uniqueExports } })).toBe(expected),
);

describe('the parser', () => {
  const plugin = (parser: string, more: object = {}) => ({
    identity: { parser, requires: [], provides: [], ...more },
  });
  const needs = (optional: boolean) => ({ requires: [{ name: 'mortise.sql', optional, symbol: 's' }] });
  const parses = (name: string, major: number) => ({ provides: [{ name, major, minor: 0 }] });
  it.each([
    [plugin(''), '', 'ok'],
    [plugin('', needs(true)), '', 'ok'],
    [plugin('', needs(false)), '', 'fail MORTISE_ERR_PARSER_MISMATCH'],
    [plugin('', { needsTrees: true }), '', 'fail MORTISE_ERR_PARSER_MISMATCH'],
    [plugin('', needs(false)), '17-6.1.0', 'ok'],
    [plugin('17-6.1.0'), '', 'fail MORTISE_ERR_PARSER_MISMATCH'],
    [plugin('17-6.1.0'), '17-6.2.1', 'ok'],
    [plugin('16-6.1.0'), '17-6.1.0', 'fail MORTISE_ERR_PARSER_MISMATCH'],
    [plugin('17-6.1.0', parses('sql.parser', 1)), '', 'ok'],
    [plugin('17-6.1.0', parses('sql.parser', 2)), '', 'fail MORTISE_ERR_PARSER_MISMATCH'],
    [plugin('17-6.1.0', parses('other.parser', 1)), '', 'fail MORTISE_ERR_PARSER_MISMATCH'],
    [plugin('', { ...needs(false), ...parses('sql.parser', 1) }), '', 'fail MORTISE_ERR_PARSER_MISMATCH'],
    [{}, '', ''],
  ])('%j with %j: %s', (evidence, parser, expected) =>
    expect(said(checkParser, evidence, { parser })).toBe(expected),
  );
});

describe.runIf(process.platform !== 'win32')('the permissions', () => {
  const own = process.getuid?.() ?? 0;
  const host = (strictPermissions: boolean, platform = 'linux') => ({
    platform,
    policy: { strictPermissions },
  });
  const warning = 'warn MORTISE_WARN_FILE_PERMISSIONS';
  const refusal = 'fail MORTISE_ERR_FILE_PERMISSIONS';

  it.each([
    [0o755, own, warning, 0],
    [0o775, own, warning, 1],
    [0o757, own, warning, 1],
    [0o755, own + 4321, warning, 1],
    [0o755, 0, warning, 0],
  ])('of a file, %o, owner %i', (mode, uid, expected, isOpen) => {
    const path = join(directory(), 'p.so');
    writeFileSync(path, '');
    expect(said(checkPermissions, { path, mode, uid }, host(false))).toBe(isOpen ? expected : 'ok');
    expect(said(checkPermissions, { path, mode, uid }, host(true))).toBe(isOpen ? refusal : 'ok');
    expect(said(checkPermissions, { path, mode, uid }, host(true, 'win32'))).toBe('');
    const library = { path: join(path, '..', 'l.so'), mode, uid };
    const libraries = new Map([[library.path, library]]);
    expect(said(checkPermissions, { path, mode: 0o755, uid: own, libraries }, host(true))).toBe(
      isOpen ? refusal : 'ok',
    );
  });

  // The directories are root's, which nobody but root can arrange.
  it.runIf(own === 0).each([
    [4321, 'ok'],
    [0, 'ok'],
    [4322, warning],
  ])('of a file of user %i, for user 4321: %s', (uid, expected) => {
    const path = join(directory(), 'p.so');
    writeFileSync(path, '');
    const getuid = vi.spyOn(process, 'getuid').mockReturnValue(4321);
    expect(said(checkPermissions, { path, mode: 0o755, uid }, host(false))).toBe(expected);
    getuid.mockRestore();
  });

  it.each([
    [0o755, 'ok', 'ok'],
    [0o775, 'ok', refusal],
    [0o757, warning, refusal],
    [0o1777, 'ok', 'ok'],
  ])('of a directory, %o: %s, strict %s', (mode, expected, strict) => {
    const place = join(directory(), 'plugins');
    mkdirSync(place);
    chmodSync(place, mode);
    const path = join(place, 'p.so');
    writeFileSync(path, '');
    expect(said(checkPermissions, { path, mode: 0o755, uid: own }, host(false))).toBe(expected);
    expect(said(checkPermissions, { path, mode: 0o755, uid: own }, host(true))).toBe(strict);
  });
});
