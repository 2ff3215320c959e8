import { describe, expect, it } from 'vitest';
import { bytesOf, imageFor, readBinary, readSymbol } from '../../../src/binary/index.js';
import { refused } from '../inside.js';
import { buildFat, buildMacho, type MachoOptions, machoData } from './build-macho.js';

const x64 = 0x01000007;
const arm64 = 0x0100000c;
const data = Buffer.from('constant data of the module');
const exported = 0x0f;
const symbols: MachoOptions['symbols'] = [
  ['_module_info', exported, 0, machoData],
  ['_malloc', 0x01, 0, 0],
  ['_maybe', 0x01, 0x40, 0],
  ['dyld_stub_binder', 0x01, 0, 0],
  ['_private', exported | 0x10, 0, machoData],
  ['_absolute', 0x03, 0, 0x1234],
  ['__ZN3foo3barEv', exported, 0, machoData + 9],
  ['a debugger note', 0x24, 0, 0],
];

/** A trie with one name: the root has one edge to a node that ends it. */
function trie(name: string, ...terminal: number[]): Buffer {
  const edge = Buffer.from(`${name}\0`);
  const next = 3 + edge.length;
  return Buffer.concat([Buffer.from([0, 1]), edge, Buffer.from([next, terminal.length, ...terminal, 0])]);
}

const address = [0x80, 0x10]; // ULEB128 of 0x800
const shapes = [
  { wide: true, little: true },
  { wide: true, little: false },
  { wide: false, little: true },
  { wide: false, little: false },
];

describe.each(shapes)('a Mach-O library, %j', (shape) => {
  const source = bytesOf(
    buildMacho({
      ...shape,
      data,
      symbols,
      dylibs: [
        [0xd, '@rpath/plugin.dylib'],
        [0xc, '/usr/lib/libSystem.B.dylib'],
        [0x80000018, '@rpath/optional.dylib'],
        [0x8000001f, '/usr/lib/libz.1.dylib'],
      ],
      rpaths: ['@loader_path/../lib', '/opt/lib'],
    }),
  );
  const image = imageFor(readBinary(source));

  it('says what it is', () => {
    expect(image).toMatchObject({
      format: 'macho',
      arch: shape.wide ? 'x64' : 'ia32',
      bits: shape.wide ? 64 : 32,
      endian: shape.little ? 'little' : 'big',
      kind: 'shared',
      os: 'darwin',
      libc: 'macos',
      soname: '@rpath/plugin.dylib',
      dependencies: ['/usr/lib/libSystem.B.dylib', '@rpath/optional.dylib', '/usr/lib/libz.1.dylib'],
      weakDependencies: ['@rpath/optional.dylib'],
      runpath: ['@loader_path/../lib', '/opt/lib'],
      buildId: '00112233445566778899aabbccddeeff',
      producers: ['ld 711.2.1'],
    });
  });

  it('spells names as C does', () => {
    expect(image.exports).toEqual(['module_info', 'absolute', '_ZN3foo3barEv']);
    expect(image.imports).toEqual(['malloc', 'maybe', 'dyld_stub_binder']);
    expect(image.weakImports).toEqual(['maybe']);
  });

  it('gives the bytes behind a symbol, to the end of its section', () => {
    expect(readSymbol(source, image, 'module_info')).toEqual(data);
    expect(readSymbol(source, image, 'module_info', 8)).toEqual(data.subarray(0, 8));
    expect(readSymbol(source, image, '_ZN3foo3barEv')).toEqual(data.subarray(9));
    expect(readSymbol(source, image, 'absolute')).toBeUndefined();
  });
});

it('the export trie decides when there is one', () => {
  const source = bytesOf(buildMacho({ data, symbols, trie: trie('_module_init', 0, ...address) }));
  const image = imageFor(readBinary(source));
  expect(image.exports).toEqual(['module_init']);
  expect(readSymbol(source, image, 'module_init')).toEqual(data);
  expect(image.imports).toContain('malloc');
});

it('re-exports are exports without bytes', () => {
  const image = imageFor(readBinary(bytesOf(buildMacho({ trie: trie('_other', 8, 1, 0) }))));
  expect(image.exports).toEqual(['other']);
  expect(image.symbols.size).toBe(0);
});

describe('a fat file', () => {
  const slices = [
    { cpuType: x64, bytes: buildMacho({ cpuType: x64, data: Buffer.from('for x64'), symbols }) },
    { cpuType: arm64, bytes: buildMacho({ cpuType: arm64, data: Buffer.from('for arm64'), symbols }) },
  ];

  it.each([false, true])('gives the slice for a processor (64-bit headers: %s)', (wide) => {
    const source = bytesOf(buildFat(slices, wide));
    const file = readBinary(source);
    expect(file.images.map(({ arch }) => arch)).toEqual(['x64', 'arm64']);
    for (const arch of ['x64', 'arm64']) {
      expect(readSymbol(source, imageFor(file, arch), 'module_info')?.toString()).toBe(`for ${arch}`);
    }
    expect(imageFor(file, 'riscv64').arch).toBe('x64');
  });

  it('is not a Java class', () => {
    const bytes = Buffer.alloc(64);
    bytes.writeUInt32BE(0xcafebabe, 0);
    bytes.writeUInt32BE(52, 4);
    expect(refused(bytes)).toMatchObject({
      code: 'MORTISE_ERR_BINARY_FORMAT',
      message: expect.stringContaining('the file is a Java class'),
    });
  });

  it('has slices that lie apart, inside the file, and are what they are called', () => {
    const damage = (change: (bytes: Buffer) => void) => {
      const bytes = buildFat(slices);
      change(bytes);
      return refused(bytes);
    };
    expect(damage((bytes) => bytes.writeUInt32BE(0, 4)).code).toBe('MORTISE_ERR_BINARY_MALFORMED');
    expect(damage((bytes) => bytes.writeUInt32BE(0x1000, 8 + 20 + 8))).toMatchObject({
      code: 'MORTISE_ERR_BINARY_MALFORMED',
      where: 'fat slice 1',
    });
    expect(damage((bytes) => bytes.writeUInt32BE(0, 8 + 8)).code).toBe('MORTISE_ERR_BINARY_MALFORMED');
    expect(damage((bytes) => bytes.writeUInt32BE(0x7fffffff, 8 + 20 + 12)).code).toBe(
      'MORTISE_ERR_BINARY_TRUNCATED',
    );
    expect(damage((bytes) => bytes.writeUInt32BE(x64, 8 + 20)).code).toBe('MORTISE_ERR_BINARY_MALFORMED');
    expect(damage((bytes) => bytes.write('!<arch>\n', 0x1000)).code).toBe('MORTISE_ERR_BINARY_FORMAT');
  });
});

describe('refuses', () => {
  it.each([
    ['leads back to its root', Buffer.from([0, 1, 0x61, 0, 0])],
    ['has a node with two parents', Buffer.from([0, 2, 0x61, 0, 8, 0x62, 0, 8, 0, 0])],
    ['leads out of itself', Buffer.from([0, 1, 0x61, 0, 0x7f])],
    ['has a name without an end', Buffer.from([0, 1, 0x61, 0x61, 0x61])],
    ['has a number without an end', Buffer.alloc(16, 0x80)],
    ['has an empty tail', Buffer.from([0])],
  ])('an export trie that %s', (_, bytes) => {
    expect(refused(buildMacho({ trie: bytes })).code).toBe('MORTISE_ERR_BINARY_MALFORMED');
  });

  it('a trie that multiplies names', () => {
    // Each node ends a name and has an edge of 200 letters to the next one.
    const nodes = 200;
    const size = 2 + 1 + 1 + 201 + 3;
    const bytes = Buffer.alloc(nodes * size + 8);
    for (let index = 0; index < nodes; index++) {
      const next = (index + 1) * size;
      const at = index * size;
      bytes.set([2, 0, 0, 1], at);
      bytes.fill(0x61, at + 4, at + 204);
      bytes.set([(next & 0x7f) | 0x80, ((next >> 7) & 0x7f) | 0x80, next >> 14], at + 205);
    }
    expect(refused(buildMacho({ trie: bytes })).code).toMatch(/LIMIT$|MALFORMED$/);
  });

  it('load commands of a wrong size', () => {
    for (const size of [0, 4, 7, 0x7fffffff]) {
      const bytes = buildMacho({ symbols });
      bytes.writeUInt32LE(size, 32 + 4);
      expect(refused(bytes)).toMatchObject({ code: 'MORTISE_ERR_BINARY_MALFORMED', where: 'load command 0' });
    }
    const bytes = buildMacho({ symbols });
    bytes.writeUInt32LE(0xffffffff, 16);
    expect(refused(bytes).code).toBe('MORTISE_ERR_BINARY_MALFORMED');
  });
});
