/** Symbols and versions that nothing defines are found without running anything, and ld.so agrees. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { imageFor, openFile, readBinary } from '../../../src/binary/index.js';
import { bindClosure, closureOf, type Unbound } from '../../../src/loader/dependencies/index.js';
import { runpath, workshop } from './workshop.js';

const { path, write } = workshop();
const onGlibc = it.runIf(
  process.platform === 'linux' && spawnSync('ldd', ['--version']).stdout.includes('G'),
);

interface Library {
  /** C. */
  source: string;
  /** A linker's version script. */
  versions?: string;
  needs?: string[];
  flags?: string[];
  soname?: string;
}

function compile(file: string, { source, versions, needs = [], flags = [], soname }: Library): string {
  const code = write(`${file}.c`, source);
  const script = versions === undefined ? [] : [`-Wl,--version-script=${write(`${file}.map`, versions)}`];
  const name = soname ?? file.split('/').at(-1);
  execFileSync('gcc', [
    ...['-shared', '-fPIC', '-o', path(file), code, `-Wl,-soname,${name}`, ...script],
    ...['-Wl,--allow-shlib-undefined', ...needs.map((need) => path(need)), ...flags],
  ]);
  return path(file);
}

function bind(file: string): Omit<Unbound, 'bound'> {
  const source = openFile(file);
  try {
    const image = imageFor(readBinary(source));
    const { soname, exports } = image;
    const { bound: _, ...rest } = bindClosure(
      { path: file, source, soname, exports },
      closureOf(file, image),
      () => undefined,
    );
    return rest;
  } finally {
    source.close();
  }
}

const origin = runpath('$ORIGIN');

/** What dlopen says of it, in a process of its own. */
function dlopened(file: string): string {
  const program = path('open');
  const source = `#include <dlfcn.h>\n#include <stdio.h>\nint main(int c, char **v) { puts(dlopen(v[1], RTLD_NOW) ? "loads" : dlerror()); return c == 0; }\n`;
  execFileSync('gcc', ['-o', program, write('open.c', source)]);
  return spawnSync(program, [file], { encoding: 'utf8', env: {} }).stdout.trim();
}

onGlibc('names a symbol that nothing defines, and leaves weak and unused ones alone', () => {
  const file = compile('lacking.so', {
    source: `
      int lacking(void);
      int weak(void) __attribute__((weak));
      int call(void) { return lacking() + (weak ? weak() : 0); }`,
  });
  expect(bind(file)).toEqual({
    versions: [],
    symbols: [{ neededBy: file, name: 'lacking', version: undefined }],
    unknown: [],
  });
  expect(dlopened(file)).toContain('undefined symbol: lacking');
});

onGlibc('names the dependency that lacks a symbol', () => {
  const helper = compile('libhalf.so', { source: 'int gone(void); int half(void) { return gone(); }' });
  const file = compile('whole.so', {
    source: 'int half(void); int whole(void) { return half(); }',
    needs: ['libhalf.so'],
    flags: origin,
  });
  expect(bind(file).symbols).toEqual([{ neededBy: helper, name: 'gone', version: undefined }]);
  expect(dlopened(file)).toContain('undefined symbol: gone');
});

onGlibc('lets a plugin give its own library what that lacks, in a circle', () => {
  compile('libcircle.so', { source: 'int given(void); int asks(void) { return given(); }' });
  const file = compile('gives.so', {
    source: 'int asks(void); int given(void) { return 1; } int begin(void) { return asks(); }',
    needs: ['libcircle.so'],
    flags: origin,
  });
  expect(bind(file).symbols).toEqual([]);
  expect(dlopened(file)).toBe('loads');
});

onGlibc('names a version that the library which is found does not define, once', () => {
  const source = 'int counted(void) { return 1; }';
  compile('libver.so.1', { source, versions: 'VER_1 {}; VER_2 { global: counted; local: *; } VER_1;' });
  const file = compile('asks.so', {
    source: 'int counted(void); int ask(void) { return counted(); }',
    needs: ['libver.so.1'],
    flags: origin,
  });
  expect(bind(file)).toEqual({ versions: [], symbols: [], unknown: [] });
  expect(dlopened(file)).toBe('loads');
  const found = compile('libver.so.1', { source, versions: 'VER_1 { global: counted; local: *; };' });
  expect(bind(file)).toEqual({
    versions: [{ neededBy: file, version: 'VER_2', library: 'libver.so.1', path: found }],
    symbols: [],
    unknown: [],
  });
  expect(dlopened(file)).toContain("version `VER_2' not found");
  // Versions of others are enough for the loader to go on; without any it ends the process.
  const uses = `#include <stdlib.h>\n${source} void other(void) { abort(); }`;
  compile('libver.so.1', { source: uses });
  expect(bind(file)).toEqual({ versions: [], symbols: [], unknown: [] });
  expect(dlopened(file)).toBe('loads');
  compile('libver.so.1', { source });
  expect(bind(file).versions).toEqual([
    { neededBy: file, version: 'VER_2', library: 'libver.so.1', path: found },
  ]);
  expect(dlopened(file)).toBe('');
});

onGlibc('takes a symbol only in the version that is asked for', () => {
  const versions = 'VER_1 { global: one; local: *; }; VER_2 { global: two; } VER_1;';
  compile('libtwo.so.1', { source: 'int one(void) { return 1; } int two(void) { return 2; }', versions });
  const file = compile('asks-two.so', {
    source: 'int two(void); int one(void); int ask(void) { return one() + two(); }',
    needs: ['libtwo.so.1'],
    flags: origin,
  });
  const moved = 'VER_1 { global: one; two; local: *; }; VER_2 { } VER_1;';
  compile('libtwo.so.1', {
    source: 'int one(void) { return 1; } int two(void) { return 2; }',
    versions: moved,
  });
  expect(bind(file).symbols).toEqual([{ neededBy: file, name: 'two', version: 'VER_2' }]);
  expect(dlopened(file)).toContain('two');
  expect(dlopened(file)).not.toBe('loads');
});

onGlibc('finds symbols through either hash table', () => {
  for (const style of ['sysv', 'gnu', 'both']) {
    compile(`lib${style}.so`, {
      source: Array.from({ length: 50 }, (_, index) => `int f${index}(void) { return ${index}; }`).join('\n'),
      flags: [`-Wl,--hash-style=${style}`],
    });
    const file = compile(`${style}.so`, {
      source: 'int f0(void); int f49(void); int f50(void); int ask(void) { return f0() + f49() + f50(); }',
      needs: [`lib${style}.so`],
      flags: origin,
    });
    expect(bind(file).symbols.map(({ name }) => name)).toEqual(['f50']);
  }
});

onGlibc('a library that cannot be read is said, and nothing is claimed about it', () => {
  compile('libbroken.so', { source: 'int there(void) { return 1; }' });
  const file = compile('asks-broken.so', {
    source: 'int there(void); int ask(void) { return there(); }',
    needs: ['libbroken.so'],
    flags: origin,
  });
  const broken = path('libbroken.so');
  const before = bind(file);
  expect(before.unknown).toEqual([]);
  // An ELF header, and nothing of what it speaks of.
  const head = Buffer.alloc(64);
  Buffer.from('7f454c46020101', 'hex').copy(head);
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(62, 18);
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(4096n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(3, 56);
  writeFileSync(broken, head);
  expect(bind(file).unknown).toEqual([broken]);
});
