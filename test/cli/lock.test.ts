/** mortise lock, and what a host and verify make of the file. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Host, type MortiseError, verify } from '../../src/index.js';
import { readLock } from '../../src/loader/lock/read.js';
import { lockText, merged } from '../../src/loader/lock/write.js';
import { call } from './call.js';
import { directory, directoryOf, firewall } from './plugins.js';

const flags = ['-fPIC', '-shared', '-fvisibility=hidden', '-Wl,-Bsymbolic', `-I${resolve('include')}`];

function compile(folder: string, output: string, source: string, ...more: string[]): string {
  const [c, so] = [join(folder, 'source.c'), join(folder, output)];
  writeFileSync(c, source);
  execFileSync('cc', [...flags, c, '-o', so, ...more]);
  rmSync(c);
  return so;
}

const helper = (answer: number) =>
  `__attribute__((visibility("default"))) int helper(void) { return ${answer}; }`;
const plugin = (name: string, version = '1.0.0') => `
#include <mortise/mortise.h>
int helper(void);
MORTISE_MODULE(.name = "${name}", .version = "${version}")
MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host;
  (void)error;
  return helper();
}
`;

/** A configuration with a plugin that has a library beside it. */
function project(): string {
  const folder = directoryOf({ 'mortise.toml': '[[plugins]]\nname = "./libuser.so"\n' });
  compile(folder, 'libhelper.so', helper(0));
  compileUser(folder, plugin('user'));
  return folder;
}

function compileUser(folder: string, source: string): string {
  return compile(folder, 'libuser.so', source, `-L${folder}`, '-lhelper', '-Wl,-rpath,$ORIGIN');
}

async function locked(): Promise<string> {
  const cwd = project();
  expect(await call(['lock'], { cwd })).toMatchObject({ code: 0, stderr: '' });
  return cwd;
}

/** What the check says when it refuses. */
async function refusals(cwd: string): Promise<[string | undefined, string][]> {
  const { checks } = await verify(join(cwd, 'libuser.so'), { config: join(cwd, 'mortise.toml') });
  return checks.filter(({ id }) => id === 'lock').map(({ code, message }) => [code, message]);
}

describe('mortise lock', () => {
  it('writes the plugin and the library beside it, the same each time', async () => {
    const cwd = await locked();
    const text = readFileSync(join(cwd, 'mortise.lock'), 'utf8');
    const [entry] = readLock(join(cwd, 'mortise.lock')).entries;
    expect(entry).toMatchObject({ name: 'user', version: '1.0.0', file: 'libuser.so' });
    expect(entry?.libraries.map(({ file }) => file)).toEqual(['libhelper.so']);
    const { mtimeNs } = statSync(join(cwd, 'mortise.lock'), { bigint: true });
    expect((await call(['lock'], { cwd })).stdout).toContain('unchanged');
    expect(statSync(join(cwd, 'mortise.lock'), { bigint: true }).mtimeNs).toBe(mtimeNs);
    expect(lockText([...readLock(join(cwd, 'mortise.lock')).entries].reverse())).toBe(text);
  });

  it('says what changed, as text and as JSON', async () => {
    const cwd = await locked();
    compileUser(cwd, plugin('user', '1.0.1'));
    const { stdout } = await call(['lock', '--json'], { cwd });
    const platform = readLock(join(cwd, 'mortise.lock')).entries[0]?.platform;
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      path: join(cwd, 'mortise.lock'),
      plugins: [{ name: 'user', version: '1.0.1' }],
      changes: [{ name: 'user', platform, change: 'changed' }],
    });
    compileUser(cwd, plugin('renamed'));
    const text = (await call(['lock'], { cwd })).stdout;
    expect(text).toMatch(/^mortise\.lock: 1 plugin, 1 library beside them\n/);
    expect(text).toMatch(/added {4}renamed for .*\n {2}removed {2}user for /);
  });

  it('keeps the entries of other platforms', async () => {
    const cwd = await locked();
    const foreign = join(cwd, 'libforeign.so');
    // The same plugin for another processor: e_machine of the ELF header says which.
    const bytes = readFileSync(join(cwd, 'libuser.so'));
    bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
    writeFileSync(foreign, bytes);
    const called = await call(['lock', 'libforeign.so', '-o', 'mortise.lock'], { cwd });
    expect([called.code, called.stderr]).toEqual([0, '']);
    const { entries } = readLock(join(cwd, 'mortise.lock'));
    expect(entries.map(({ name, file }) => [name, file]).sort()).toEqual([
      ['user', 'libforeign.so'],
      ['user', 'libuser.so'],
    ]);
    // Locking this machine's again leaves the other's.
    await call(['lock'], { cwd });
    expect(readLock(join(cwd, 'mortise.lock')).entries).toEqual(entries);
    rmSync(join(cwd, 'mortise.lock'));
    await call(['lock', 'libforeign.so'], { cwd });
    expect((await refusals(cwd))[0]?.[0]).toBe('MORTISE_ERR_LOCK_UNLISTED');
  });

  it('takes a plugin that lost or found a C library as the same', () => {
    const entry = { name: 'a', version: '1.0.0', file: 'a.so', sha256: 'a'.repeat(64), libraries: [] };
    const before = [
      { ...entry, platform: 'linux-x64' },
      { ...entry, platform: 'linux-arm64-musl' },
    ];
    expect(
      merged(before, [{ ...entry, platform: 'linux-x64-glibc' }]).map(({ platform }) => platform),
    ).toEqual(['linux-arm64-musl', 'linux-x64-glibc']);
  });

  it('writes nothing when something is no plugin, missing, or there twice', async () => {
    const cwd = project();
    writeFileSync(join(cwd, 'text.so'), 'no library');
    copyFileSync(join(cwd, 'libuser.so'), join(cwd, 'again.so'));
    const codes = async (...paths: string[]) => {
      const { code, stderr } = await call(['lock', ...paths], { cwd });
      expect(code).not.toBe(0);
      expect(existsSync(join(cwd, 'mortise.lock'))).toBe(false);
      return stderr;
    };
    expect(await codes('text.so', 'libuser.so')).toContain('MORTISE_ERR_BINARY_FORMAT');
    expect(await codes('none.so')).toContain('MORTISE_ERR_FILE_MISSING');
    expect(await codes('libhelper.so')).toContain('MORTISE_ERR_NOT_A_PLUGIN');
    expect(await codes('libuser.so', 'again.so')).toContain('MORTISE_ERR_NAME_DUPLICATE');
    rmSync(join(cwd, 'libuser.so'));
    expect(await codes()).toMatch(/MORTISE_ERR_/);
    mkdirSync(join(cwd, 'mortise.lock'));
    expect((await call(['lock', firewall], { cwd })).stderr).toContain('MORTISE_ERR_LOCK_INVALID');
    const nowhere = await call(['lock', firewall, '-o', 'no/such/place.lock'], { cwd });
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('MORTISE_ERR_LOCK_WRITE')]);
  });
});

describe('what differs is refused', () => {
  it('nothing does at first', async () => {
    expect(await refusals(await locked())).toEqual([[undefined, 'as in mortise.lock, with 1 beside it']]);
  });

  it('a byte of the plugin, its version, its name', async () => {
    const cwd = await locked();
    appendFileSync(join(cwd, 'libuser.so'), 'x');
    expect(await refusals(cwd)).toEqual([
      [
        'MORTISE_ERR_LOCK_CHANGED',
        expect.stringMatching(/^its bytes have changed: sha256 \w{12}… is locked/),
      ],
    ]);
    compileUser(cwd, plugin('user', '2.0.0'));
    expect((await refusals(cwd)).map(([, message]) => message)).toEqual([
      'version 1.0.0 is locked, this is 2.0.0',
      expect.stringContaining('its bytes have changed'),
    ]);
    compileUser(cwd, plugin('other'));
    expect(await refusals(cwd)).toEqual([
      ['MORTISE_ERR_LOCK_UNLISTED', expect.stringMatching(/^other for .* which has user in this file$/)],
    ]);
  });

  it('a byte of a library beside it, one more, one less', async () => {
    const cwd = await locked();
    appendFileSync(join(cwd, 'libhelper.so'), 'x');
    expect(await refusals(cwd)).toEqual([
      ['MORTISE_ERR_LOCK_CHANGED', expect.stringMatching(/^libhelper\.so beside it has changed: sha256/)],
    ]);
    // Another library under another name: one is missed, and one is new.
    renameSync(join(cwd, 'libhelper.so'), join(cwd, 'libnew.so'));
    compile(cwd, 'libuser.so', plugin('user'), `-L${cwd}`, '-lnew', '-Wl,-rpath,$ORIGIN');
    expect((await refusals(cwd)).map(([, message]) => message)).toEqual([
      expect.stringContaining('its bytes have changed'),
      'libhelper.so is locked, and would not be loaded from beside the plugin',
      'libnew.so beside it is not locked',
    ]);
  });

  it('by a host, before anything of the plugin runs', async () => {
    const cwd = await locked();
    const config = join(cwd, 'mortise.toml');
    const open = async (options: { lock?: string | false } = {}) => {
      const host = await Host.open({ config, announce: false, ...options });
      const [{ state, error } = {}] = [...host.plugins];
      await host.close();
      return [state, error?.code];
    };
    expect(await open()).toEqual(['ready', undefined]);
    appendFileSync(join(cwd, 'libhelper.so'), 'x');
    expect(await open()).toEqual(['rejected', 'MORTISE_ERR_LOCK_CHANGED']);
    expect(await open({ lock: false })).toEqual(['ready', undefined]);
    writeFileSync(config, `[host]\nlock = false\n${readFileSync(config, 'utf8')}`);
    expect(await open()).toEqual(['ready', undefined]);
    expect(await open({ lock: join(cwd, 'mortise.lock') })).toEqual(['rejected', 'MORTISE_ERR_LOCK_CHANGED']);
    const missing = await open({ lock: join(cwd, 'none.lock') }).catch((error: MortiseError) => error.code);
    expect(missing).toBe('MORTISE_ERR_LOCK_MISSING');
    for (const command of ['list', 'run --for 1ms'])
      expect((await call(command.split(' '), { cwd })).code, command).toBe(0);
  });

  it('by verify --locked, which wants a lock file', async () => {
    const cwd = project();
    const without = await call(['verify', '--locked', 'libuser.so'], { cwd });
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('MORTISE_ERR_LOCK_MISSING')]);
    await call(['lock'], { cwd });
    expect((await call(['verify', '--locked', 'libuser.so'], { cwd })).code).toBe(0);
    const { code, stdout } = await call(['verify', '--locked', firewall], { cwd });
    expect([code, stdout]).toEqual([1, expect.stringContaining('MORTISE_ERR_LOCK_UNLISTED')]);
    rmSync(join(cwd, 'mortise.toml'));
    expect((await call(['verify', firewall], { cwd })).code).toBe(0);
    expect((await call(['verify', '--locked', firewall], { cwd })).code).toBe(1);
  });
});

describe('a lock file that is', () => {
  const good = lockText([
    {
      name: 'a',
      version: '1.0.0',
      platform: 'linux-x64-glibc',
      file: 'a.so',
      sha256: 'a'.repeat(64),
      libraries: [{ file: 'b.so', sha256: 'b'.repeat(64) }],
    },
  ]);
  const entry = good.slice(good.indexOf('[[plugin]]'));
  const library = good.slice(good.indexOf('[[plugin.library]]'));

  it.each([
    ['empty', '', 'MORTISE_ERR_LOCK_INVALID'],
    ['no TOML', 'schema = = 1', 'MORTISE_ERR_LOCK_INVALID'],
    ['not UTF-8', Buffer.from([0x73, 0xff]), 'MORTISE_ERR_LOCK_INVALID'],
    ['of a later schema', 'schema = 2\nlater = "keys"\n', 'MORTISE_ERR_LOCK_SCHEMA'],
    ['of no schema', entry, 'MORTISE_ERR_LOCK_INVALID'],
    ['of schema 1.5', 'schema = 0.5', 'MORTISE_ERR_LOCK_INVALID'],
    ['with a plugin twice', `${good}\n${entry}`, 'MORTISE_ERR_LOCK_INVALID'],
    ['with a library twice', `${good}\n${library}`, 'MORTISE_ERR_LOCK_INVALID'],
    ['with a key of its own', good.replace('version', 'colour = "red"\nversion'), 'MORTISE_ERR_LOCK_INVALID'],
    ['without a name', good.replace('name = "a"\n', ''), 'MORTISE_ERR_LOCK_INVALID'],
    ['with a short hash', good.replace('aaaa', ''), 'MORTISE_ERR_LOCK_INVALID'],
    ['with an upper-case hash', good.replaceAll('a'.repeat(64), 'A'.repeat(64)), 'MORTISE_ERR_LOCK_INVALID'],
    ['with a number for a file', good.replace('"a.so"', '1'), 'MORTISE_ERR_LOCK_INVALID'],
    ['with one plugin as a table', 'schema = 1\n[plugin]\nname = "a"', 'MORTISE_ERR_LOCK_INVALID'],
    ['deep', `schema = 1\nplugin = ${'['.repeat(100_000)}`, 'MORTISE_ERR_LOCK_INVALID'],
    ['a merge conflict', `<<<<<<< HEAD\n${good}`, 'MORTISE_ERR_LOCK_INVALID'],
  ])('%s is refused', (_, content, code) => {
    const path = join(directory(), 'mortise.lock');
    writeFileSync(path, content);
    expect(codeOf(() => readLock(path))).toBe(code);
  });

  it('sound is read', () => {
    const path = join(directory(), 'mortise.lock');
    writeFileSync(path, good);
    expect(readLock(path).entries).toHaveLength(1);
  });

  it('too large, a directory or a FIFO is refused at once', () => {
    const folder = directory();
    const large = join(folder, 'large.lock');
    writeFileSync(large, '');
    truncateSync(large, 2 ** 32);
    expect(codeOf(() => readLock(large))).toBe('MORTISE_ERR_LOCK_INVALID');
    expect(codeOf(() => readLock(folder))).toBe('MORTISE_ERR_LOCK_INVALID');
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'fifo.lock')]);
    expect(codeOf(() => readLock(join(folder, 'fifo.lock')))).toBe('MORTISE_ERR_LOCK_INVALID');
  });
});

function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as MortiseError).code;
  }
}
