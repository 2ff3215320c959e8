/** How libraries were linked, in what the reader says of them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openFile, readBinary, readHardening } from '../../src/binary/index.js';
import { verify } from '../../src/index.js';
import { call } from '../cli/call.js';
import { foreignAddon } from './packages.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-hardening-'));
afterAll(() => rmSync(folder, { recursive: true }));

const source = `
#include <stdio.h>
#include <string.h>
void take(char *);
int f(const char *text) { char room[64]; strcpy(room, text); take(room); return puts(room); }
__attribute__((constructor)) static void first(void) { puts("first"); }
__attribute__((constructor)) static void second(void) { puts("second"); }
`;

let number = 0;
function link(...flags: string[]): string {
  const path = join(folder, `lib${++number}.so`);
  writeFileSync(join(folder, 'f.c'), source);
  const usual = ['-O2', '-fPIC', '-shared', '-U_FORTIFY_SOURCE', '-fno-stack-protector', '-Wl,-z,lazy'];
  execFileSync('cc', [...usual, ...flags, '-o', path, join(folder, 'f.c')], { stdio: 'pipe' });
  return path;
}

function hardeningOf(path: string, arch?: string) {
  const file = openFile(path);
  try {
    return readBinary(file)
      .images.filter((image) => arch === undefined || image.arch === arch)
      .map((image) => readHardening(file, image))
      .map(({ protections, startup }) => ({
        ...Object.fromEntries(protections.map(({ id, verdict, value }) => [id, [verdict, value]])),
        startup,
      }))[0] as unknown as Record<string, [string, string]> & { startup: { constructors: number } };
  } finally {
    file.close();
  }
}

describe.skipIf(process.platform !== 'linux')('ELF', () => {
  it.each([
    ['-Wl,-z,norelro', { relro: ['weak', 'none'] }],
    ['-Wl,-z,relro', { relro: ['weak', 'partial'], 'bind-now': ['weak', expect.stringContaining('no')] }],
    ['-Wl,-z,relro,-z,now', { relro: ['good', 'full'], 'bind-now': ['good', 'yes'] }],
    ['-Wl,-z,execstack', { stack: ['weak', 'executable'] }],
    ['-Wl,-z,noexecstack', { stack: ['good', 'not executable'] }],
    ['-Wl,-N -nostdlib', { 'writable-code': ['weak', expect.stringContaining('program header')] }],
    ['-fno-stack-protector', { 'stack-protector': ['unknown', expect.any(String)] }],
    ['-fstack-protector-strong', { 'stack-protector': ['good', 'used'] }],
    ['-D_FORTIFY_SOURCE=2', { fortify: ['good', '1 functions checked'] }],
    ['-DNONE', { fortify: ['unknown', 'no checks for strcpy'], 'text-relocations': ['good', 'none'] }],
  ])('%s', (flags, expected) => expect(hardeningOf(link(...flags.split(' ')))).toMatchObject(expected));

  it.skipIf(process.arch !== 'x64')('text relocations', () => {
    const path = link('-fno-pic', '-mcmodel=large', '-Wl,-z,notext');
    expect(hardeningOf(path)).toMatchObject({ 'text-relocations': ['weak', expect.any(String)] });
  });

  it('counts constructors', () => {
    const usual = hardeningOf(link()).startup;
    expect(usual.constructors).toBeGreaterThanOrEqual(2);
    const without = hardeningOf(link('-D__constructor__=unused', '-Dconstructor=unused')).startup;
    expect(usual.constructors - without.constructors).toBe(2);
  });
});

const mac = foreignAddon('macho arm64');
const fat = foreignAddon('macho fat');
const windows = foreignAddon('pe x64');

describe('other systems', () => {
  it.skipIf(!mac)(`Mach-O${mac ? '' : ' (skipped: cannot be downloaded)'}`, () => {
    expect(hardeningOf(mac as string)).toMatchObject({
      'writable-code': ['good', 'none'],
      signature: ['weak', 'ad hoc: by nobody'],
      'stack-protector': ['good', 'used'],
      startup: { constructors: 1 },
    });
  });

  it.skipIf(!fat)(`each slice of a fat file${fat ? '' : ' (skipped: cannot be downloaded)'}`, () => {
    expect(hardeningOf(fat as string, 'arm64').signature?.[1]).toBe('ad hoc: by nobody');
    expect(hardeningOf(fat as string, 'x64').signature?.[1]).toBe('none');
  });

  it.skipIf(!windows)(`PE${windows ? '' : ' (skipped: cannot be downloaded)'}`, () => {
    expect(hardeningOf(windows as string)).toMatchObject({
      aslr: ['good', 'yes'],
      dep: ['good', 'yes'],
      cfg: ['weak', expect.any(String)],
      signature: ['weak', 'none'],
      startup: { init: true },
    });
  });
});

describe('mortise', () => {
  const path = link('-Wl,-z,norelro', '-D_FORTIFY_SOURCE=2');

  it('verify --hardening lists it as text and as JSON; the verdict stays', async () => {
    const text = await call(['verify', '--hardening', path]);
    expect(text.stdout).toMatch(/^ {2}WEAK {2}relro {2,}none$/m);
    const json = await call(['verify', '--hardening', '--json', path]);
    const [plugin] = (json.json() as { plugins: { hardening: object[]; status: string }[] }).plugins;
    expect(plugin?.hardening).toContainEqual({ id: 'relro', verdict: 'weak', value: 'none' });
    expect(json.code).toBe((await call(['verify', path])).code);
  });

  it('inspect shows constructors, and calls that change the process', async () => {
    const { stdout } = await call(['inspect', '/proc/self/exe']);
    expect(stdout).toMatch(/^ {2}at load {7}\d+ constructors/m);
    expect(stdout).toMatch(/^ {2}calls {2,}[\s\S]*\babort\b[\s\S]*^ {2}dependencies/m);
    const none = await call(['inspect', '--json', path]);
    expect(none.json()).toMatchObject({ calls: [], startup: { init: true } });
  });
});

describe.skipIf(process.platform === 'win32')('a RUNPATH', () => {
  const doubt = async (rpath: string) => {
    const { checks } = await verify(link(`-Wl,-rpath,${rpath}`));
    return checks.find(({ id }) => id === 'runpath')?.message;
  };
  const at = (name: string, mode: number) => {
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), mode);
    return join(folder, name);
  };

  it('that others can write to, or can make, draws a warning', async () => {
    expect(await doubt(at('own', 0o755))).toBeUndefined();
    expect(await doubt(at('all', 0o777))).toContain('can be written to by everybody');
    expect(await doubt(at('group', 0o775))).toContain('can be written to by its group');
    expect(await doubt(join(folder, 'own/missing/too'))).toBeUndefined();
    expect(await doubt(join(folder, 'all/missing/too'))).toMatch(
      /does not exist, and .*\/all can be written to/,
    );
    expect(await doubt('lib')).toContain('counts from the working directory');
  });
});
