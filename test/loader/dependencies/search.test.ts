import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Image, imageFor, openFile, readBinary } from '../../../src/binary/index.js';
import {
  type Dependency,
  findLibrary,
  missingDependencies,
  type ResolveOptions,
  resolveDependencies,
} from '../../../src/loader/dependencies/index.js';
import { cacheBytes } from './cache-bytes.js';
import { ldd } from './oracle.js';
import { rpath, runpath, workshop } from './workshop.js';

const { root, path, build, write } = workshop();

function imageOf(file: string): Image {
  const source = openFile(file);
  try {
    return imageFor(readBinary(source));
  } finally {
    source.close();
  }
}

const resolve = (file: string, options?: ResolveOptions) => resolveDependencies(file, imageOf(file), options);

/** Our answer, after ld.so gave the same one. */
function agreed(file: string, env: NodeJS.ProcessEnv = {}): Map<string, Dependency> {
  const ours = resolve(file, { env });
  const theirs = ldd(file, env);
  const named = new Map(ours.map((one) => [one.name, one]));
  for (const [name, place] of theirs) {
    if (name.includes('ld-linux')) continue;
    expect(named.get(name)?.path, name).toBe(place);
  }
  expect(ours.filter(({ name }) => !theirs.has(name) && !name.includes('ld-linux'))).toEqual([]);
  return named;
}

describe.runIf(process.platform === 'linux')('the search of ld.so', () => {
  it('takes RUNPATH with $ORIGIN, in either spelling, and marks what lies beside the plugin', () => {
    build('a/lib/libnear.so');
    build('a/shared/libfar.so');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the loader's token, not a template's.
    const braced = '${ORIGIN}/lib:${ORIGIN}/shared';
    for (const list of ['$ORIGIN/lib:$ORIGIN/../a/shared', braced]) {
      const plugin = build('a/plugin.so', {
        needs: ['a/lib/libnear.so', 'a/shared/libfar.so'],
        flags: runpath(list),
      });
      const found = agreed(plugin);
      expect(found.get('libnear.so')).toMatchObject({ via: 'runpath', beside: true, neededBy: plugin });
      expect(found.get('libfar.so')).toMatchObject({ via: 'runpath', beside: true });
      expect(found.get('libc.so.6')).toMatchObject({ beside: false });
    }
  });

  it('hands RPATH on to the dependencies of dependencies, and RUNPATH not', () => {
    build('b/lib/libleaf.so');
    build('b/lib/libmiddle.so', { needs: ['b/lib/libleaf.so'] });
    const withRpath = build('b/rpath.so', { needs: ['b/lib/libmiddle.so'], flags: rpath('$ORIGIN/lib') });
    expect(agreed(withRpath).get('libleaf.so')).toMatchObject({ via: 'rpath', beside: true });
    const withRunpath = build('b/runpath.so', {
      needs: ['b/lib/libmiddle.so'],
      flags: runpath('$ORIGIN/lib'),
    });
    const leaf = agreed(withRunpath).get('libleaf.so');
    expect(leaf?.path).toBeUndefined();
    expect(leaf?.neededBy).toBe(path('b/lib/libmiddle.so'));
  });

  it('lets RUNPATH of a library in the middle switch off what came before it', () => {
    build('c/lib/libend.so');
    build('c/lib/libmid.so', { needs: ['c/lib/libend.so'], flags: runpath('/nowhere') });
    const plugin = build('c/plugin.so', { needs: ['c/lib/libmid.so'], flags: rpath('$ORIGIN/lib') });
    expect(agreed(plugin).get('libend.so')?.path).toBeUndefined();
  });

  it('takes LD_LIBRARY_PATH after RPATH and before RUNPATH', () => {
    build('d/one/libtwice.so');
    build('d/two/libtwice.so');
    const env = { LD_LIBRARY_PATH: `${path('d/none')}:${path('d/two')}` };
    const first = build('d/rpath.so', { needs: ['d/one/libtwice.so'], flags: rpath('$ORIGIN/one') });
    expect(agreed(first, env).get('libtwice.so')?.path).toBe(path('d/one/libtwice.so'));
    const second = build('d/runpath.so', { needs: ['d/one/libtwice.so'], flags: runpath('$ORIGIN/one') });
    expect(agreed(second, env).get('libtwice.so')).toMatchObject({
      path: path('d/two/libtwice.so'),
      via: 'environment',
      beside: false,
    });
    agreed(second, { LD_LIBRARY_PATH: `${path('d/none')};${path('d/two')}` });
  });

  it('resolves cycles once, by the name that a library gives itself', () => {
    build('e/libtick.so', { needs: [] });
    build('e/libtock.so', { needs: ['e/libtick.so'], flags: runpath('$ORIGIN') });
    const tick = build('e/libtick.so', { needs: ['e/libtock.so'], flags: runpath('$ORIGIN') });
    expect([...agreed(tick).keys()].filter((name) => name.startsWith('lib') && name !== 'libc.so.6')).toEqual(
      ['libtock.so'],
    );
  });

  it('takes the plugin itself for the library of its name, also where another file has it', () => {
    build('e2/libself.so');
    build('e2/lib/libself.so');
    build('e2/lib/libback.so', { needs: ['e2/lib/libself.so'], flags: runpath('$ORIGIN') });
    const self = build('e2/libself.so', { needs: ['e2/lib/libback.so'], flags: runpath('$ORIGIN/lib') });
    expect([...agreed(self).keys()]).not.toContain('libself.so');
  });

  it('knows a library under a second name, and takes it once', () => {
    build('f/libreal.so', { soname: null });
    symlinkSync('libreal.so', path('f/libalias.so'));
    const plugin = build('f/plugin.so', {
      flags: [...runpath('$ORIGIN'), `-L${path('f')}`, '-lreal', '-lalias'],
    });
    const mine = resolve(plugin).filter(({ path }) => path?.startsWith(root));
    expect(mine).toHaveLength(1);
  });

  it('expands $LIB and $PLATFORM as ld.so does', () => {
    const lib = findLibrary('libc.so.6').path?.includes('linux-gnu') ? 'lib/x86_64-linux-gnu' : 'lib64';
    if (process.arch !== 'x64') return;
    build(`g/${lib}/x86_64/libtoken.so`);
    const plugin = build('g/plugin.so', {
      needs: [`g/${lib}/x86_64/libtoken.so`],
      flags: runpath('$ORIGIN/$LIB/$PLATFORM'),
    });
    expect(agreed(plugin).get('libtoken.so')?.path).toBe(path(`g/${lib}/x86_64/libtoken.so`));
  });

  it('opens a name with a slash as it stands', () => {
    build('h/libslash.so', { soname: '$ORIGIN/libslash.so' });
    const plugin = build('h/plugin.so', { needs: ['h/libslash.so'] });
    const found = resolve(plugin).find(({ name }) => name.includes('slash'));
    expect(found).toMatchObject({ name: '$ORIGIN/libslash.so', path: path('h/libslash.so'), beside: true });
    expect([...ldd(plugin).values()]).toContain(path('h/libslash.so'));
  });

  it('passes over a library for another processor, and stops at a file that is none', () => {
    const arm = foreign(build('i/good/libkind.so'));
    write('i/arm/libkind.so', arm);
    write('i/text/libkind.so', '/* a script for the linker */ INPUT(libkind.so.1)\n'.repeat(20));
    const over = build('i/over.so', {
      needs: ['i/good/libkind.so'],
      flags: runpath('$ORIGIN/arm:$ORIGIN/good'),
    });
    const found = agreed(over).get('libkind.so');
    expect(found?.path).toBe(path('i/good/libkind.so'));
    expect(found?.searched).toContain(`${path('i/arm/libkind.so')} (for arm64, 64 bits)`);
    const stop = build('i/stop.so', {
      needs: ['i/good/libkind.so'],
      flags: runpath('$ORIGIN/text:$ORIGIN/good'),
    });
    const last = resolve(stop).find(({ name }) => name === 'libkind.so');
    expect(last?.path).toBeUndefined();
    expect(last?.searched.at(-1)).toBe(`${path('i/text/libkind.so')} (not a library)`);
    expect(spawnSync('ldd', [stop], { encoding: 'utf8' }).stdout).toMatch(/invalid ELF header/);
  });

  it('takes the best glibc-hwcaps directory that the processor can use', () => {
    if (process.arch !== 'x64') return;
    build('j/libfast.so');
    build('j/glibc-hwcaps/x86-64-v2/libfast.so');
    build('j/glibc-hwcaps/x86-64-v3/libfast.so');
    build('j/glibc-hwcaps/x86-64-v4/libfast.so');
    agreed(build('j/plugin.so', { needs: ['j/libfast.so'], flags: runpath('$ORIGIN') }));
  });

  it('says what is missing, who needs it, where it was searched, and what to do', () => {
    build('k/libgone.so.5');
    build('k/libmid.so', { needs: ['k/libgone.so.5'] });
    const plugin = build('k/plugin.so', { needs: ['k/libmid.so'], flags: runpath('$ORIGIN') });
    const [problem, ...rest] = missingDependencies(
      resolve(plugin, { env: { LD_LIBRARY_PATH: '/opt/here' } }),
    );
    expect(rest).toEqual([]);
    expect(problem).toMatchObject({
      code: 'MORTISE_ERR_DEPENDENCY_MISSING',
      message: 'libgone.so.5 not found, needed by libmid.so',
      subject: path('k/libmid.so'),
    });
    expect(problem?.found).toMatch(/\/opt\/here, .*ld\.so\.cache, /);
    expect(problem?.remedy).toMatch(/LD_LIBRARY_PATH.*RUNPATH/);
  });

  it.runIf(existsSync('/etc/debian_version'))(
    'names the package of a library, as far as Debian has one',
    () => {
      const hint = (name: string) => {
        const missing = { name, neededBy: '/p.so', searched: [] } as unknown as Dependency;
        const [problem] = missingDependencies([missing], 'linux');
        return /apt install (\S+),/.exec(problem?.remedy ?? '')?.[1];
      };
      const known: [string, string | undefined][] = [
        ['libxml2.so.2', 'libxml2'],
        ['libcrypto.so.3', 'libssl3'],
        ['libjansson4.so.4', 'libjansson4-4'],
        ['libGL.so.1', 'libgl1'],
        ['libhiredis.so.0.14', 'libhiredis0.14'],
        ['libpcap.so.0.8', 'libpcap0.8'],
        ['liblua5.3.so.0', 'liblua5.3-0'],
        ['libgpr.so.29', 'libgrpc29'],
        ['libnetsnmp.so.40', 'libsnmp40'],
        ['libnetsnmpagent.so.40', 'libsnmp40'],
        ['libOpenIPMIpthread.so.0', 'libopenipmi0'],
        ['libpqos.so.4', undefined],
        ['plain.so', undefined],
      ];
      expect(known.map(([name]) => [name, hint(name)])).toEqual(known);
    },
  );

  it('refuses more libraries and places than any real library has', () => {
    const plugin = build('l/plugin.so');
    const image = imageOf(plugin);
    const names = (count: number, name: (index: number) => string) =>
      Array.from({ length: count }, (_, at) => name(at));
    const many = { ...image, dependencies: names(2100, (index) => `libmany${index}.so`) };
    const wide = {
      ...image,
      dependencies: names(70, (index) => `libmany${index}.so`),
      runpath: names(3000, (index) => `/n/${index}`),
    };
    for (const bad of [many, wide]) {
      expect(() => resolveDependencies(plugin, bad)).toThrow(
        expect.objectContaining({ code: 'MORTISE_ERR_BINARY_LIMIT' }),
      );
    }
  });
});

describe('images of others', () => {
  it('has nothing to say of another format or processor', () => {
    const plugin = build('m/plugin.so');
    for (const platform of ['darwin', 'win32', 'freebsd'] as const)
      expect(resolve(plugin, { platform })).toEqual([]);
    expect(resolve(plugin, { arch: 'mips' })).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('another root file system', () => {
  it('follows its cache, then the built-in directories of its distribution', () => {
    if (process.arch !== 'x64') return;
    const names = ['libcached', 'libwrong', 'libstale', 'libdebian', 'libfedora', 'libplain'];
    for (const name of names) build(`o/${name}.so`, { flags: ['-nostdlib'] });
    const plugin = build('o/plugin.so', { needs: names.map((name) => `o/${name}.so`), flags: ['-nostdlib'] });
    const places = (sysroot: string) =>
      resolve(plugin, { sysroot: path(sysroot), env: {} }).map((one) => [
        one.via,
        one.path?.slice(path(sysroot).length),
      ]);
    const copy = (from: string, to: string) => write(to, readFileSync(path(`o/${from}.so`)));
    for (const sysroot of ['debian', 'fedora']) {
      const entry = (name: string, path: string, flags = 0x303) => ({ name: `${name}.so`, path, flags });
      const cache = [
        entry('libcached', '/opt/other.so', 0xa03),
        entry('libcached', '/opt/cached.so'),
        entry('libwrong', '/opt/wrong.so', 0xa03),
        entry('libstale', '/opt/gone.so'),
      ];
      write(`${sysroot}/etc/ld.so.cache`, cacheBytes(cache, { old: true, big: false }));
      copy('libcached', `${sysroot}/opt/cached.so`);
      copy('libcached', `${sysroot}/opt/other.so`);
      copy('libwrong', `${sysroot}/opt/wrong.so`);
      copy('libstale', `${sysroot}/usr/lib/libstale.so`);
      copy('libplain', `${sysroot}/lib/libplain.so`);
      copy('libfedora', `${sysroot}/lib64/libfedora.so`);
    }
    copy('libdebian', 'debian/lib/x86_64-linux-gnu/libdebian.so');
    const common = [
      ['cache', '/opt/cached.so'],
      ['default', undefined],
      ['default', '/usr/lib/libstale.so'],
    ];
    expect(places('debian')).toEqual([
      ...common,
      ['default', '/lib/x86_64-linux-gnu/libdebian.so'],
      ['default', undefined],
      ['default', '/lib/libplain.so'],
    ]);
    expect(places('fedora')).toEqual([
      ...common,
      ['default', undefined],
      ['default', '/lib64/libfedora.so'],
      ['default', '/lib/libplain.so'],
    ]);
  });

  it('follows musl: the environment first, then the paths of all that led to it, then its list', () => {
    const sysroot = path('alpine');
    mkdirSync(join(sysroot, 'lib'), { recursive: true });
    write(`alpine/lib/ld-musl-${process.arch === 'x64' ? 'x86_64' : 'aarch64'}.so.1`, '');
    write(
      `alpine/etc/ld-musl-${process.arch === 'x64' ? 'x86_64' : 'aarch64'}.path`,
      '/opt/a\n/opt/b:/opt/c\n',
    );
    build('alpine/opt/c/liblisted.so', { flags: ['-nostdlib'] });
    build('n/lib/libinner.so', { flags: ['-nostdlib'] });
    build('n/lib/libouter.so', { needs: ['n/lib/libinner.so'], flags: ['-nostdlib'] });
    const plugin = build('n/plugin.so', {
      needs: ['n/lib/libouter.so', 'alpine/opt/c/liblisted.so'],
      flags: [...runpath('$ORIGIN/lib'), '-nostdlib'],
    });
    const found = new Map(resolve(plugin, { sysroot, env: {} }).map((one) => [one.name, one]));
    expect(found.get('libinner.so')).toMatchObject({
      path: path('n/lib/libinner.so'),
      via: 'runpath',
      beside: true,
    });
    expect(found.get('liblisted.so')).toMatchObject({
      path: path('alpine/opt/c/liblisted.so'),
      via: 'default',
      searched: ['n/lib', 'alpine/opt/a', 'alpine/opt/b', 'alpine/opt/c'].map(path),
    });
  });
});

/** The same library with another e_machine: AArch64 on x64, x86-64 elsewhere. */
function foreign(file: string): Buffer {
  const source = openFile(file);
  const bytes = Buffer.from(source.read(0, source.size));
  source.close();
  bytes.writeUInt16LE(183, 18);
  return bytes;
}

it.runIf(process.platform === 'linux')(
  'reads a large file for another processor once, however often its directory is spelt',
  () => {
    const plugin = build('bomb/plugin.so');
    // A head for another processor that speaks of a million sections, and they are there.
    const heavy = Buffer.alloc(64 + 64 * 1_000_000);
    Buffer.from('7f454c46020101', 'hex').copy(heavy);
    heavy.writeUInt16LE(3, 16);
    heavy.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
    heavy.writeUInt32LE(1, 20);
    heavy.writeBigUInt64LE(64n, 40);
    heavy.writeUInt16LE(64, 58);
    heavy.writeBigUInt64LE(1_000_000n, 64 + 32);
    write('bomb/libheavy.so', heavy);
    const spelt = (index: number) =>
      Array.from({ length: 11 }, (_, bit) => ((index >> bit) & 1 ? '/.' : '//.')).join('');
    const places = Array.from({ length: 1900 }, (_, index) => `$ORIGIN${spelt(index)}`);
    const image: Image = { ...imageOf(plugin), dependencies: ['libheavy.so'], runpath: places };
    const start = performance.now();
    const [missing] = resolveDependencies(plugin, image);
    expect(performance.now() - start).toBeLessThan(20_000); // all places read: 1900 times 64 MB
    expect(missing?.path).toBeUndefined();
    expect(missing?.searched.join()).toContain('64 bits');
  },
);
