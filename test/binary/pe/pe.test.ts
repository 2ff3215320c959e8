import { describe, expect, it } from 'vitest';
import { bytesOf, imageFor, readBinary, readSymbol } from '../../../src/binary/index.js';
import { refused } from '../inside.js';
import { buildPe, type PeOptions } from './build-pe.js';

const options: PeOptions = {
  data: Buffer.from('constant data of the module'),
  soname: 'plugin.dll',
  exports: [
    ['_module_route@8', 9],
    ['module_info', 0],
    ['module_old', 'OTHER.module_old'],
    [null, 4],
  ],
  imports: [
    { library: 'KERNEL32.dll', names: ['CloseHandle', 'Sleep'] },
    { library: 'VCRUNTIME140.dll', names: ['memcpy', 12] },
  ],
  delayed: [{ library: 'node.exe', names: ['napi_throw', 'Sleep'] }],
};

describe.each([true, false])('a PE library (64-bit: %s)', (wide) => {
  const source = bytesOf(buildPe({ ...options, wide }).bytes);
  const image = imageFor(readBinary(source));

  it('says what it is', () => {
    expect(image).toMatchObject({
      format: 'pe',
      arch: wide ? 'x64' : 'ia32',
      bits: wide ? 64 : 32,
      endian: 'little',
      kind: 'shared',
      os: 'win32',
      libc: 'msvc',
      soname: 'plugin.dll',
      dependencies: ['KERNEL32.dll', 'VCRUNTIME140.dll', 'node.exe'],
      weakDependencies: ['node.exe'],
    });
  });

  it('has names as they stand, and numbers where there is no name', () => {
    expect(image.exports).toEqual(['_module_route@8', 'module_info', 'module_old', '#4']);
    expect(image.imports).toEqual(['CloseHandle', 'Sleep', 'memcpy', '#12', 'napi_throw']);
    expect(image.weakImports).toEqual(['napi_throw']);
  });

  it('gives the bytes behind a symbol, and none behind a forwarder', () => {
    expect(readSymbol(source, image, 'module_info', 13)?.toString()).toBe('constant data');
    expect(readSymbol(source, image, '_module_route@8', 4)?.toString()).toBe('data');
    expect(readSymbol(source, image, '#4', 4)?.toString()).toBe('tant');
    expect(readSymbol(source, image, 'module_old')).toBeUndefined();
  });
});

it('an executable is not a library', () => {
  expect(readBinary(bytesOf(buildPe({ characteristics: 0x22 }).bytes)).images[0].kind).toBe('executable');
});

describe('refuses', () => {
  const damage = (change: (bytes: Buffer, at: ReturnType<typeof buildPe>['at']) => void) => {
    const { bytes, at } = buildPe(options);
    change(bytes, at);
    return refused(bytes);
  };

  it('an MS-DOS program', () => {
    expect(damage((bytes) => bytes.write('NE', 0x40)).code).toBe('MORTISE_ERR_BINARY_FORMAT');
    expect(damage((bytes) => bytes.writeUInt32LE(0x7fffffff, 0x3c)).code).toBe(
      'MORTISE_ERR_BINARY_TRUNCATED',
    );
  });

  it('absurd counts', () => {
    expect(damage((bytes) => bytes.writeUInt16LE(0xffff, 0x46)).code).toBe('MORTISE_ERR_BINARY_LIMIT');
    for (const field of [20, 24]) {
      const error = damage((bytes, at) => bytes.writeUInt32LE(0x10000000, at.exports + field));
      expect(error.code).toBe('MORTISE_ERR_BINARY_LIMIT');
      const fewer = damage((bytes, at) => bytes.writeUInt32LE(0x10000, at.exports + field));
      expect(fewer.code).toBe('MORTISE_ERR_BINARY_MALFORMED');
    }
  });

  it('directories, tables and sections that lie nowhere', () => {
    for (const index of [0, 1, 13]) {
      const error = damage((bytes, at) => bytes.writeUInt32LE(0x5000_0000, at.directories + index * 8));
      expect(error).toMatchObject({ code: 'MORTISE_ERR_BINARY_MALFORMED', found: expect.any(String) });
    }
    expect(damage((bytes, at) => bytes.writeUInt32LE(0x7fffffff, at.section + 16)).code).toBe(
      'MORTISE_ERR_BINARY_TRUNCATED',
    );
    expect(damage((bytes, at) => bytes.writeUInt32LE(0x7fffffff, at.imports + 12)).code).toBe(
      'MORTISE_ERR_BINARY_MALFORMED',
    );
  });

  it('a signature that was cut off', () => {
    const error = damage((bytes, at) => {
      bytes.writeUInt32LE(bytes.length, at.directories + 4 * 8);
      bytes.writeUInt32LE(8, at.directories + 4 * 8 + 4);
    });
    expect(error).toMatchObject({ code: 'MORTISE_ERR_BINARY_TRUNCATED', where: 'certificate table' });
  });

  it('libraries that share one long list of imports', () => {
    const names = Array.from({ length: 400 }, () => 1);
    const imports = Array.from({ length: 60 }, (_, index) => ({
      library: 'A.dll',
      names: index ? [1] : names,
    }));
    const { bytes, at } = buildPe({ imports });
    const list = bytes.readUInt32LE(at.imports);
    for (let index = 0; index < 60; index++) bytes.writeUInt32LE(list, at.imports + index * 20);
    expect(refused(bytes)).toMatchObject({
      code: 'MORTISE_ERR_BINARY_LIMIT',
      message: expect.stringContaining('too many imports'),
    });
  });
});
