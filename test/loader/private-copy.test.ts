import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesOf, imageFor, openFile, readBinary } from '../../src/binary/index.js';
import { resolveDependencies } from '../../src/loader/dependencies/index.js';
import { ownLibraries } from '../../src/loader/own-libraries.js';
import { PrivateDirectory } from '../../src/loader/private-copy.js';
import { noexecRemedy } from '../../src/native/library.js';
import { rpath, runpath, symbolOf, workshop } from './dependencies/workshop.js';

const { root, path, build, write } = workshop();

const open: PrivateDirectory[] = [];
function directory(base = root): PrivateDirectory {
  const made = PrivateDirectory.create(base);
  open.push(made);
  return made;
}
afterEach(() => {
  for (const one of open.splice(0)) one.remove();
});

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

function copyOf(file: string, into = directory()): string {
  const source = openFile(file);
  try {
    const dependencies = resolveDependencies(file, imageFor(readBinary(source)), { env: {} });
    return into.copy(file, source, sha256(file), dependencies);
  } finally {
    source.close();
  }
}

/** Loads a library in another process, calls its function, and says what it mapped. */
function load(file: string, symbol = symbolOf(basename(file))): { answer: number; maps: string } {
  const script = `
    const koffi = require('koffi');
    const answer = koffi.load(process.argv[1]).func('int ${symbol}()')();
    const maps = require('fs').readFileSync('/proc/self/maps', 'utf8');
    console.log(JSON.stringify({ answer, maps }));`;
  return JSON.parse(
    execFileSync(process.execPath, ['-e', script, file], { encoding: 'utf8', stdio: 'pipe' }),
  );
}

describe.runIf(process.platform === 'linux')('a private copy', () => {
  it('is the same bytes under the same name, in a directory that only its user can enter', () => {
    const plugin = build('a/plugin.so');
    const into = directory();
    const copy = copyOf(plugin, into);
    expect(basename(copy)).toBe('plugin.so');
    expect(dirname(copy)).toBe(join(into.path, '1', root, 'a'));
    expect(sha256(copy)).toBe(sha256(plugin));
    expect(statSync(into.path).mode & 0o777).toBe(0o700);
    expect(basename(into.path)).toMatch(new RegExp(`^mortise-${process.pid}-`));
    expect(load(copy).answer).toBe(1);
  });

  it('finds what lies relative to the original, and what that finds relative to itself', () => {
    build('b/deep/libleaf.so');
    build('b/shared/libshared.so', { needs: ['b/deep/libleaf.so'], flags: runpath('$ORIGIN/../deep') });
    build('b/app/lib/libnear.so');
    build('b/app/lib/libunused.so');
    mkdirSync(path('b/app/empty'));
    const plugin = build('b/app/plugin.so', {
      needs: ['b/app/lib/libnear.so', 'b/shared/libshared.so'],
      flags: runpath('$ORIGIN/lib:$ORIGIN/empty/../../shared'),
    });
    const copy = copyOf(plugin);
    // The links are what finds them: without, the same copy can't be loaded.
    const lone = write('elsewhere/plugin.so', readFileSync(plugin));
    expect(() => load(lone)).toThrow(/libnear/);
    const { answer, maps } = load(copy);
    expect(answer).toBe(4);
    expect(maps).toContain(copy);
    expect(readdirSync(join(dirname(copy), 'lib'))).toEqual(['libnear.so']);
    const shared = join(dirname(copy), '../shared/libshared.so');
    expect(lstatSync(shared).isFile()).toBe(true);
    expect(sha256(shared)).toBe(sha256(path('b/shared/libshared.so')));
    expect(maps).not.toContain(` ${path('b/shared/libshared.so')}`);
  });

  it('keeps RPATH working, and paths that climb above the root', () => {
    build('c/lib/libdown.so');
    const into = directory();
    // So many levels lead to the root from the original, and out of the copy's own place from the copy.
    for (const levels of [4, 6, 30]) {
      const plugin = build('c/plugin.so', {
        needs: ['c/lib/libdown.so'],
        flags: rpath(`$ORIGIN/${'../'.repeat(levels)}${path('c/lib').slice(1)}`),
      });
      const { answer, maps } = load(copyOf(plugin, into));
      expect(answer).toBe(2);
      expect(maps).toContain(`${path('c/lib/libdown.so')}\n`);
      expect(maps).not.toContain(` ${path('c/lib/libdown.so')}`);
    }
    expect(readdirSync(into.path).sort()).toEqual(['1', '2', '3', 'owner']);
    expect(
      readdirSync(root).filter((name) => !['a', 'b', 'c', 'elsewhere', basename(into.path)].includes(name)),
    ).toEqual([]);
  });

  it('makes the same file two libraries', () => {
    const plugin = build('d/plugin.so');
    const into = directory();
    const [first, second] = [copyOf(plugin, into), copyOf(plugin, into)];
    expect(first).not.toBe(second);
    const script = `
      const koffi = require('koffi');
      const at = (file) => koffi.address(koffi.load(file).symbol('plugin', 'int'));
      console.log(String(at(process.argv[1]) !== at(process.argv[2])));`;
    const differ = (...files: string[]) =>
      execFileSync(process.execPath, ['-e', script, ...files], { encoding: 'utf8' }).trim();
    expect(differ(first, second)).toBe('true');
    expect(differ(first, first)).toBe('false');
  });

  it('has no path that the loader would read another way', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the loader's token, not a template's.
    for (const name of ['my$LIB', '${ORIGIN}', 'a$PLATFORM.b', 'plain$HOME']) {
      build(`t/${name}/lib/libnear.so`);
      const plugin = build(`t/${name}/plugin.so`, {
        needs: [`t/${name}/lib/libnear.so`],
        flags: runpath('$ORIGIN/lib'),
      });
      const copy = copyOf(plugin);
      expect(copy).not.toMatch(/\$\{?(ORIGIN|LIB|PLATFORM)/);
      expect(load(copy).answer).toBe(2);
    }
    mkdirSync(path('base$ORIGIN'));
    expect(() => directory(path('base$ORIGIN'))).toThrow(
      expect.objectContaining({ code: 'MORTISE_ERR_COPY_FAILED', found: '$ORIGIN' }),
    );
  });

  it('is staged before it is checked, and then is what is loaded, under each of its names', async () => {
    build('s/lib/libnear.so');
    build('s/lib/libfar.so', { needs: ['s/lib/libnear.so'], flags: runpath('$ORIGIN') });
    symlinkSync('libnear.so', path('s/lib/libalias.so'));
    const plugin = build('s/plugin.so', {
      needs: ['s/lib/libfar.so', 's/lib/libnear.so'],
      flags: runpath('$ORIGIN/lib'),
    });
    const into = directory();
    const source = openFile(plugin);
    const image = imageFor(readBinary(source));
    const facts = { platform: process.platform, arch: process.arch };
    const libraries = await ownLibraries({ image, path: plugin }, facts, (file) => into.stage(file));
    expect([...libraries.keys()].sort()).toEqual([path('s/lib/libfar.so'), path('s/lib/libnear.so')]);
    const digest = sha256(path('s/lib/libnear.so'));
    expect(libraries.get(path('s/lib/libnear.so'))).toMatchObject({ name: 'libnear.so', sha256: digest });
    writeFileSync(path('s/lib/libnear.so'), 'overwritten');
    const copy = into.copy(
      plugin,
      source,
      sha256(plugin),
      resolveDependencies(plugin, image, { copies: libraries }),
    );
    source.close();
    expect(sha256(join(dirname(copy), 'lib/libnear.so'))).toBe(digest);
    expect(load(copy).answer).toBe(4);
  });

  it('brings debug files along', () => {
    const plugin = build('e/plugin.so');
    write('e/plugin.so.debug', 'x');
    write('e/.debug/plugin.so', 'y');
    const copy = copyOf(plugin);
    expect(readFileSync(`${copy}.debug`, 'utf8')).toBe('x');
    expect(readFileSync(join(dirname(copy), '.debug/plugin.so'), 'utf8')).toBe('y');
  });

  it('copies more than one chunk', () => {
    const bytes = Buffer.alloc(2.5 * 1024 * 1024, 'mortise');
    const digest = createHash('sha256').update(bytes).digest('hex');
    const copy = directory().copy('/x/big.so', bytesOf(bytes), digest, []);
    expect(readFileSync(copy).equals(bytes)).toBe(true);
  });
});

describe('a file that changes between check and copy', () => {
  const failed = (message: RegExp) =>
    expect.objectContaining({ code: 'MORTISE_ERR_COPY_FAILED', message: expect.stringMatching(message) });

  it('is refused when it was overwritten in place, and leaves nothing', () => {
    const file = write('f/plugin.so', Buffer.alloc(100_000, 'a'));
    const digest = sha256(file);
    const source = openFile(file);
    const into = directory();
    writeFileSync(file, Buffer.alloc(100_000, 'b'));
    expect(() => into.copy(file, source, digest, [])).toThrow(failed(/the file changed while it was read/));
    expect(readdirSync(into.path)).toEqual(['owner']);
    source.close();
  });

  it('is refused when it became shorter', () => {
    const file = write('f/short.so', Buffer.alloc(100_000, 'a'));
    const digest = sha256(file);
    const source = openFile(file);
    truncateSync(file, 10);
    expect(() => directory().copy(file, source, digest, [])).toThrow(
      failed(/the file changed while it was read/),
    );
    source.close();
  });

  it('is copied as it was checked when another took its name', () => {
    const file = write('f/swap.so', 'checked');
    const digest = sha256(file);
    const source = openFile(file);
    renameSync(write('f/new.so', 'another'), file);
    expect(readFileSync(directory().copy(file, source, digest, []), 'utf8')).toBe('checked');
    source.close();
  });
});

describe('a private directory', () => {
  it('is removed once, and makes no copies after that', () => {
    const into = directory();
    into.copy('/x/a.so', bytesOf(Buffer.from('a')), createHash('sha256').update('a').digest('hex'), []);
    into.remove();
    expect(existsSync(into.path)).toBe(false);
    into.remove();
    expect(() => into.copy('/x/a.so', bytesOf(Buffer.from('a')), '', [])).toThrow(
      expect.objectContaining({ code: 'MORTISE_ERR_HOST_CLOSED' }),
    );
  });

  it('is made anew when a cleaner took it, and never trusts another in its place', () => {
    const into = directory();
    const first = into.path;
    rmSync(first, { recursive: true });
    mkdirSync(first, { mode: 0o755 });
    const copy = into.copy(
      '/x/a.so',
      bytesOf(Buffer.from('a')),
      createHash('sha256').update('a').digest('hex'),
      [],
    );
    expect(copy.startsWith(`${first}/`)).toBe(false);
    expect(lstatSync(into.path).mode & 0o777).toBe(0o700);
    rmSync(first, { recursive: true });
  });

  it('says what to do when it cannot be made', () => {
    const failing = (base: string) => () => PrivateDirectory.create(base);
    const error = { code: 'MORTISE_ERR_COPY_FAILED', remedy: expect.stringMatching(/privateDirectory/) };
    expect(failing(path('nowhere'))).toThrow(expect.objectContaining(error));
    expect(failing(path('nowhere'))).toThrow(/does not exist/);
    expect(failing(write('a-file', ''))).toThrow(/is a file/);
    expect(failing(path('x'.repeat(300)))).toThrow(/too long/);
    if (process.getuid?.() === 0) return; // Nothing is forbidden to root.
    mkdirSync(path('closed'));
    chmodSync(path('closed'), 0o500);
    expect(failing(path('closed'))).toThrow(expect.objectContaining(error));
  });

  it('says that there is no space left', () => {
    const into = directory();
    const full = {
      size: 4,
      read: () => {
        throw Object.assign(new Error('write'), { code: 'ENOSPC' });
      },
    };
    expect(() => into.copy('/x/a.so', full, '', [])).toThrow(
      expect.objectContaining({
        code: 'MORTISE_ERR_COPY_FAILED',
        message: expect.stringMatching(/no space is left/),
        remedy: expect.stringMatching(/privateDirectory/),
      }),
    );
  });

  it('knows what a noexec file system makes the loader say', () => {
    const said = 'plugin.so: failed to map segment from shared object: Operation not permitted';
    expect(noexecRemedy(said, '/tmp/x')).toMatch(/privateDirectory.*noexec.*\/tmp\/x/);
    expect(noexecRemedy('plugin.so: undefined symbol: x', '/tmp/x')).toBeUndefined();
  });
});

describe.runIf(process.platform === 'linux')('the sweep', () => {
  const owner = (pid: number) => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'latin1') : undefined;
    return [
      `${boot} ${readlinkSync('/proc/self/ns/pid')}`,
      stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '1',
      '',
    ];
  };
  const left = (base: string, pid: number, lines: string[] | undefined, random: string) => {
    const name = `mortise-${pid}-${random}`;
    mkdirSync(path(`${base}/${name}/1`), { recursive: true });
    if (lines) write(`${base}/${name}/owner`, lines.join('\n'));
    return name;
  };

  it('removes what dead processes left, and nothing else', async () => {
    const dead = spawnSync('true').pid;
    const sleeper = spawn('sleep', ['60']);
    const alive = sleeper.pid as number;
    left('sweep', dead, owner(dead), 'aaaaaa');
    left('sweep', alive, [owner(alive)[0] as string, '123', ''], 'reused');
    const kept = [
      left('sweep', alive, owner(alive), 'bbbbbb'),
      left('sweep', dead, undefined, 'making'),
      left('sweep', dead, ['another-boot pid:[1]', '1', ''], 'nextdr'),
      'mortise-notours',
      `mortise-${dead}-toolong1`,
    ];
    mkdirSync(path('sweep/mortise-notours'));
    mkdirSync(path(`sweep/mortise-${dead}-toolong1`));
    // A link of that name to a directory of somebody: neither is touched.
    write('precious/owner', owner(dead).join('\n'));
    execFileSync('ln', ['-s', path('precious'), path(`sweep/mortise-${dead}-linked`)]);
    kept.push(`mortise-${dead}-linked`);
    const into = directory(path('sweep'));
    expect(readdirSync(path('sweep')).sort()).toEqual([...kept, basename(into.path)].sort());
    expect(existsSync(path('precious/owner'))).toBe(true);
    sleeper.kill();
  });

  it('knows its own directories by what it writes into them', () => {
    const into = directory();
    const [where, started, computer, ...rest] = readFileSync(join(into.path, 'owner'), 'utf8').split('\n');
    expect([where, started, '']).toEqual(owner(process.pid));
    expect(rest).toEqual(['']);
    if (computer !== '') expect(computer).toMatch(/^[0-9a-f]{32} \S+$/);
  });

  it('removes what was left before this computer was started, and no other computer’s', () => {
    const dead = spawnSync('true').pid;
    const own = readFileSync(join(directory().path, 'owner'), 'utf8').split('\n')[2] ?? '';
    const old = new Date(Date.now() - 400 * 24 * 3600 * 1000);
    const aged = (name: string) => utimesSync(path(`boot/${name}`), old, old);
    const lines = (computer: string) => ['another-boot pid:[1]', '1', computer, ''];
    aged(left('boot', dead, lines(own), 'before'));
    aged(left('boot', dead, undefined, 'halfmk'));
    const kept = [left('boot', dead, lines(own), 'lately'), left('boot', dead, undefined, 'making')];
    const others = [
      left('boot', dead, lines('another-machine host'), 'elsewh'),
      left('boot', dead, lines(''), 'noname'),
    ];
    for (const name of others) aged(name);
    const into = directory(path('boot'));
    const expected = own === '' ? [...kept, ...others, `mortise-${dead}-before`] : [...kept, ...others];
    expect(readdirSync(path('boot')).sort()).toEqual([...expected, basename(into.path)].sort());
  });
});
