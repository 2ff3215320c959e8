import { describe, expect, it } from 'vitest';
import { bytesOf, type Image, imageFor, readBinary, readSymbol } from '../../../src/binary/index.js';
import { outcomeOf, refused } from '../inside.js';
import { buildElf, type ElfOptions, type ElfSymbol } from './build-elf.js';

const info = Buffer.from('mortise plugin information');
const symbols: ElfSymbol[] = [
  { name: 'module_info', at: info },
  { name: 'module_init', at: Buffer.alloc(4), type: 2 },
  { name: 'module_cell', at: 'zero', size: 8 },
  { name: 'PLUGIN_1.0', at: 'absolute' },
  { name: 'module_tls', at: Buffer.alloc(4), type: 6 },
  { name: 'module_hidden', at: Buffer.alloc(4), visibility: 2 },
  { name: 'module_protected', at: Buffer.alloc(4), visibility: 3 },
  { name: 'module_local', at: Buffer.alloc(4), binding: 0 },
  { name: 'malloc', at: 'undefined', type: 2 },
  { name: '__gmon_start__', at: 'undefined', binding: 2, type: 0 },
];

const read = (options: ElfOptions): Image => imageFor(readBinary(bytesOf(buildElf(options).bytes)));

const shapes = [
  { wide: true, little: true },
  { wide: true, little: false },
  { wide: false, little: true },
  { wide: false, little: false },
];

describe.each(shapes)('an ELF library, %j', (shape) => {
  const source = bytesOf(
    buildElf({
      ...shape,
      symbols,
      needed: ['libc.so.6', 'libm.so.6'],
      soname: 'plugin.so.1',
      rpath: '/opt/lib:$ORIGIN',
      runpath: '$ORIGIN/../lib',
      needs: [
        { library: 'libc.so.6', versions: ['GLIBC_2.4', 'GLIBC_2.34', 'GLIBC_PRIVATE'] },
        { library: 'libstdc++.so.6', versions: ['GLIBCXX_3.4.9', 'GLIBCXX_3.4.30', 'CXXABI_1.3'] },
      ],
      sections: true,
    }).bytes,
  );
  const image = imageFor(readBinary(source));

  it('says what it is', () => {
    expect(image).toMatchObject({
      format: 'elf',
      bits: shape.wide ? 64 : 32,
      endian: shape.little ? 'little' : 'big',
      kind: 'shared',
      os: 'linux',
      libc: 'glibc',
      dependencies: ['libc.so.6', 'libm.so.6'],
      soname: 'plugin.so.1',
      rpath: ['/opt/lib', '$ORIGIN'],
      runpath: ['$ORIGIN/../lib'],
      newestVersions: { GLIBC: '2.34', GLIBCXX: '3.4.30', CXXABI: '1.3' },
      execStack: false,
      producers: ['GCC: (Debian) 12.2.0', 'clang 21'],
    });
    expect(image.versionNeeds.map(({ version }) => version)).toHaveLength(6);
  });

  it('exports what another image can bind to', () => {
    expect(image.exports).toEqual([
      ...['module_info', 'module_init', 'module_cell', 'PLUGIN_1.0', 'module_tls', 'module_protected'],
    ]);
    expect(image.imports).toEqual(['malloc', '__gmon_start__']);
    expect(image.weakImports).toEqual(['__gmon_start__']);
  });

  it('gives the bytes behind a symbol, when there are any', () => {
    expect(readSymbol(source, image, 'module_info')).toEqual(info);
    expect(readSymbol(source, image, 'module_info', 7)).toEqual(info.subarray(0, 7));
    expect(readSymbol(source, image, 'module_info', 1000)).toEqual(info);
    expect(image.symbols.get('module_info')?.kind).toBe('data');
    expect(image.symbols.get('module_init')?.kind).toBe('code');
    for (const name of ['module_cell', 'PLUGIN_1.0', 'module_tls', 'module_hidden', 'malloc', 'nothing']) {
      expect(readSymbol(source, image, name), name).toBeUndefined();
    }
  });
});

describe('the number of symbols', () => {
  it.each(['sysv', 'gnu'] as const)('comes from the %s hash table', (hash) => {
    expect(read({ symbols, hash }).exports).toContain('module_protected');
  });

  it('comes from the section headers when no hash table says it', () => {
    // Without a hash table nothing is ever found, but what it imports it still does.
    expect(read({ symbols, hash: 'none', sections: true })).toMatchObject({
      exports: [],
      imports: ['malloc', '__gmon_start__'],
    });
    const imports = symbols.filter(({ at }) => at === 'undefined');
    expect(read({ symbols: imports, hash: 'gnu', sections: true }).imports).toEqual([
      'malloc',
      '__gmon_start__',
    ]);
  });
});

it('the default version of a symbol wins over old ones, in either order', () => {
  const old = { name: 'f', at: Buffer.from('old'), version: 0x8002 };
  const current = { name: 'f', at: Buffer.from('new'), version: 3 };
  for (const both of [
    [old, current],
    [current, old],
  ]) {
    const source = bytesOf(buildElf({ symbols: both }).bytes);
    const image = imageFor(readBinary(source));
    expect(image.exports).toEqual(['f']);
    expect(readSymbol(source, image, 'f')?.toString()).toBe('new');
  }
});

it('a name is a weak import only when every use of it is weak', () => {
  const weak: ElfSymbol = { name: 'f', at: 'undefined', binding: 2 };
  const strong: ElfSymbol = { name: 'f', at: 'undefined' };
  expect(read({ symbols: [weak, strong] }).weakImports).toEqual([]);
  expect(read({ symbols: [strong, weak] }).weakImports).toEqual([]);
  expect(read({ symbols: [weak, weak] }).weakImports).toEqual(['f']);
});

it.each<[string, ElfOptions, Image['kind']]>([
  ['a library', {}, 'shared'],
  ['a library that can also be run', { interpreter: '/lib/ld.so', soname: 'libc.so.6' }, 'shared'],
  ['a position-independent executable', { interpreter: '/lib/ld.so' }, 'executable'],
  ['a static one', { flags1: 0x08000000 }, 'executable'],
  ['an executable', { type: 2, interpreter: '/lib/ld.so' }, 'executable'],
  ['an object file', { type: 1 }, 'object'],
  ['a core dump', { type: 4 }, 'other'],
])('tells %s', (_, options, kind) => {
  expect(read(options).kind).toBe(kind);
});

it.each<[Image['libc'], ElfOptions, string | undefined]>([
  ['glibc', { needed: ['libm.so.6'] }, 'linux'],
  ['glibc', { interpreter: '/lib64/ld-linux-x86-64.so.2' }, 'linux'],
  ['musl', { needed: ['libc.musl-x86_64.so.1'] }, 'linux'],
  ['musl', { needed: ['libc.so'] }, 'linux'],
  ['bionic', { needed: ['libm.so', 'libdl.so', 'libc.so'] }, 'android'],
  ['other', { needed: ['libc.so.7'] }, undefined],
  ['none', { needed: ['libz.so.1'] }, undefined],
])('names the C library: %s of %j', (libc, options, os) => {
  expect(read(options)).toMatchObject({ libc, os });
});

it('the stack is executable when its header says so, or is absent where that means it', () => {
  expect(read({ stack: 6 }).execStack).toBe(false);
  expect(read({ stack: 7 }).execStack).toBe(true);
  expect(read({ stack: null, machine: 62 }).execStack).toBe(true);
  expect(read({ stack: null, machine: 183 }).execStack).toBe(false);
});

describe('refuses', () => {
  const built = (options: ElfOptions = {}) => buildElf({ symbols, needed: ['libc.so.6'], ...options });
  const patched = (
    options: ElfOptions,
    change: (bytes: Buffer, at: ReturnType<typeof built>['at']) => void,
  ) => {
    const { bytes, at } = built(options);
    change(bytes, at);
    return refused(bytes);
  };

  it('a class, byte order or version that ELF does not have', () => {
    for (const at of [4, 5, 6]) {
      expect(patched({}, (bytes) => bytes.writeUInt8(9, at)).code).toBe('MORTISE_ERR_BINARY_FORMAT');
    }
  });

  it('absurd counts', () => {
    expect(patched({}, (bytes) => bytes.writeUInt16LE(0xfffe, 56)).code).toBe('MORTISE_ERR_BINARY_LIMIT');
    expect(patched({}, (bytes) => bytes.writeUInt16LE(1000, 56)).code).toBe('MORTISE_ERR_BINARY_TRUNCATED');
    expect(patched({ sections: true }, (bytes) => bytes.writeUInt16LE(0xfff0, 60)).code).toBe(
      'MORTISE_ERR_BINARY_TRUNCATED',
    );
    const counts = patched({ hash: 'sysv' }, (bytes, at) => bytes.writeUInt32LE(0xffffffff, at.hash + 4));
    expect(counts).toMatchObject({ code: 'MORTISE_ERR_BINARY_LIMIT', where: 'DT_SYMTAB' });
    for (const field of [0, 4, 8]) {
      const { code, where } = patched({}, (bytes, at) => bytes.writeUInt32LE(0x7fffffff, at.hash + field));
      expect(code).toMatch(/MALFORMED$|LIMIT$/);
      expect(['DT_GNU_HASH', 'DT_SYMTAB']).toContain(where);
    }
  });

  it('segments that lie outside the file, over each other, or nowhere', () => {
    const outside = patched({}, (bytes, at) => bytes.writeUInt32LE(0x7fffffff, at.segments + 8));
    expect(outside).toMatchObject({ code: 'MORTISE_ERR_BINARY_TRUNCATED', where: 'program header 0' });
    expect(patched({}, (bytes, at) => bytes.writeUInt32LE(0x0100, at.segments + 40)).code).toBe(
      'MORTISE_ERR_BINARY_MALFORMED',
    );
    // The stack's header becomes a second PT_LOAD of the same addresses.
    const twice = patched({}, (bytes, at) =>
      bytes.copy(bytes, at.segments + 2 * at.segmentSize, at.segments, at.segments + at.segmentSize),
    );
    expect(twice).toMatchObject({ code: 'MORTISE_ERR_BINARY_MALFORMED', where: 'program header 2' });
    expect(patched({}, (bytes, at) => bytes.fill(0xff, at.segments + 16, at.segments + 24)).code).toBe(
      'MORTISE_ERR_BINARY_MALFORMED',
    );
  });

  it('a dynamic section that lies nowhere or does not end', () => {
    const nowhere = patched({}, (bytes, at) => bytes.writeUInt32LE(1, at.segments + at.segmentSize + 16));
    expect(nowhere).toMatchObject({
      code: 'MORTISE_ERR_BINARY_MALFORMED',
      where: expect.stringMatching('DYNAMIC'),
    });
    const endless = patched({}, (bytes, at) => bytes.writeUInt32LE(16, at.segments + at.segmentSize + 40));
    expect(endless).toMatchObject({ code: 'MORTISE_ERR_BINARY_MALFORMED', expected: 'DT_NULL' });
  });

  it('names outside the string table', () => {
    const needed = patched({}, (bytes, at) => bytes.writeUInt32LE(0xffff, at.dynamic + 8));
    expect(needed).toMatchObject({ code: 'MORTISE_ERR_BINARY_MALFORMED', where: 'DT_NEEDED' });
  });

  it('version needs that lead back, share records, or leave the file', () => {
    const needs = [{ library: 'libc.so.6', versions: ['GLIBC_2.4', 'GLIBC_2.34'] }];
    const back = patched({ wide: false, needs }, (bytes, at) => {
      bytes.writeUInt32LE(0xfffffff0, at.needs + 16 + 12); // 16 back, as 32-bit addresses wrap
    });
    expect(back).toMatchObject({
      code: 'MORTISE_ERR_BINARY_MALFORMED',
      where: expect.stringMatching('version need 0'),
    });
    const shared = patched({ needs }, (bytes, at) => bytes.writeUInt32LE(16, at.needs + 12));
    expect(shared.code).toBe('MORTISE_ERR_BINARY_MALFORMED');
    const away = patched({ needs }, (bytes, at) => bytes.writeUInt32LE(0x7fffffff, at.needs + 12));
    expect(away).toMatchObject({ code: 'MORTISE_ERR_BINARY_MALFORMED', where: 'version need 1' });
  });

  it('names that all share one long string', () => {
    const name = 'n'.repeat(15_000);
    const { bytes, at } = built({
      symbols: Array.from({ length: 300 }, (_, index) => ({
        name: index ? 'x' : name,
        at: 'absolute' as const,
      })),
    });
    const first = bytes.readUInt32LE(at.symbols + 24);
    for (let index = 0; index < 300; index++)
      bytes.writeUInt32LE(first + index, at.symbols + 24 * (index + 1));
    expect(refused(bytes)).toMatchObject({
      code: 'MORTISE_ERR_BINARY_LIMIT',
      message: expect.stringContaining('too many bytes of names'),
    });
  });
});

it('damage that no loader would notice only costs what it describes', () => {
  const { bytes } = buildElf({ symbols, sections: true });
  bytes.writeUInt16LE(77, 62); // e_shstrndx
  expect(outcomeOf(bytes)).toMatchObject({
    images: [{ producers: [], exports: expect.arrayContaining(['module_info']) }],
  });
});
