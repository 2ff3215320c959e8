/** What dyld refuses of Mach-O files that can be read. */
import { describe, expect, it } from 'vitest';
import { bytesOf, imageFor, openFile, readBinary } from '../../../src/binary/index.js';
import { foreignAddon } from '../packages.js';
import { buildFat, buildMacho, type MachoOptions } from './build-macho.js';

const arm64 = 0x0100000c;
const sdk = { old: 0x000a0d00, catalina: 0x000a0f00, monterey: 0x000c0000 };
const faultOf = (bytes: Buffer) => imageFor(readBinary(bytesOf(bytes)), 'none').fault;

/** Where a load command lies, by its type; the n-th of those. */
function command(bytes: Buffer, type: number, nth = 0): number {
  let at = 32;
  for (let left = bytes.readUInt32LE(16); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) === type && nth-- === 0) return at;
    at += bytes.readUInt32LE(at + 4);
  }
  throw new Error(`no load command ${type}`);
}

function damaged(options: MachoOptions, change: (bytes: Buffer) => void): Buffer {
  const bytes = buildMacho(options);
  change(bytes);
  return bytes;
}

const [segment64, idDylib, rpath, signature] = [0x19, 0xd, 0x8000001c, 0x1d];

describe('an undamaged library', () => {
  it.each<[string, MachoOptions]>([
    ['of x64', {}],
    ['of 32 bits, big-endian', { wide: false, little: false }],
    ['of arm64, signed', { cpuType: arm64 }],
    ['that is a bundle', { fileType: 8 }],
    ['of a new SDK', { sdk: sdk.monterey, dylibs: [[0xc, '/usr/lib/libSystem.B.dylib']] }],
  ])('%s', (_, options) => {
    expect(faultOf(buildMacho(options))).toBeUndefined();
  });

  for (const name of ['macho arm64', 'macho x64', 'macho fat', 'macho fat, frameworks'] as const) {
    const path = foreignAddon(name);
    it.skipIf(!path)(`${name} (a published addon)`, () => {
      const file = openFile(path as string);
      expect(readBinary(file).images.map(({ fault }) => fault)).toEqual(
        readBinary(file).images.map(() => undefined),
      );
      file.close();
    });
  }
});

describe('refused', () => {
  it.each<[string, Buffer, RegExp]>([
    [
      'a command of an odd size',
      damaged({ signed: true }, (bytes) => {
        // The last one.
        bytes.writeUInt32LE(18, command(bytes, signature) + 4);
        bytes.writeUInt32LE(bytes.readUInt32LE(20) + 2, 20);
      }),
      /^a load command does not end where the next one can start/,
    ],
    [
      'a name without an end',
      damaged({ rpaths: ['12345678901'] }, (bytes) =>
        bytes.fill(0x61, command(bytes, rpath) + 12, command(bytes, rpath) + 24),
      ),
      /^a name goes on behind its load command/,
    ],
    [
      'a dylib without a name',
      damaged({}, (bytes) => bytes.writeUInt32LE(0x26, command(bytes, idDylib))),
      /^it is a dylib and has no install name/,
    ],
    [
      'a bundle with one',
      buildMacho({ fileType: 8, dylibs: [[idDylib, 'a.dylib']] }),
      /^it is a bundle and has an install name/,
    ],
    ['one that needs nothing, of a new SDK', buildMacho({ sdk: sdk.monterey }), /^it needs no library/],
    [
      'a segment without its sections',
      damaged({}, (bytes) => bytes.writeUInt32LE(0, command(bytes, segment64) + 64)),
      /^a segment's size does not fit its sections/,
    ],
    [
      'code that may be written, of a new SDK',
      damaged({ sdk: sdk.catalina }, (bytes) => bytes.writeUInt32LE(7, command(bytes, segment64) + 60)),
      /^its segment __TEXT may not be used in that way/,
    ],
    [
      'protections that do not exist',
      damaged({}, (bytes) => {
        bytes.write('__DATA\0\0\0\0', command(bytes, segment64, 1) + 8);
        bytes.writeUInt32LE(0x40, command(bytes, segment64, 1) + 60);
      }),
      /^its segment __DATA may not be used in that way/,
    ],
    [
      'no __LINKEDIT',
      damaged({}, (bytes) => bytes.write('__OTHERS\0\0', command(bytes, segment64, 1) + 8)),
      /^it has no segment __LINKEDIT/,
    ],
    [
      'segments that share bytes',
      damaged({}, (bytes) => bytes.writeBigUInt64LE(8n, command(bytes, segment64, 1) + 40)),
      /^two segments share bytes of the file: __TEXT and __LINKEDIT/,
    ],
    [
      'segments out of order, of a new SDK',
      damaged({ sdk: sdk.catalina }, (bytes) =>
        bytes.writeBigUInt64LE(0x200000n, command(bytes, segment64) + 24),
      ),
      /^its segments are not in the order in which they lie: __LINKEDIT/,
    ],
    ['arm64 without a signature', buildMacho({ cpuType: arm64, signed: false }), /^it is not signed/],
    [
      'a signature outside of the file',
      damaged({ signed: true }, (bytes) => bytes.writeUInt32LE(0x7fffffff, command(bytes, signature) + 12)),
      /^its signature lies outside of the file/,
    ],
    [
      'a signature that is not aligned, of a new SDK',
      damaged({ signed: true, sdk: sdk.catalina }, (bytes) => {
        const at = command(bytes, signature) + 8;
        bytes.writeUInt32LE(bytes.readUInt32LE(at) - 4, at);
      }),
      /^its signature is not aligned/,
    ],
  ])('%s', (_, bytes, message) => {
    const fault = faultOf(bytes);
    expect(fault).toMatchObject({
      code: message.source.includes('sign') ? 'MORTISE_ERR_CODE_SIGNATURE' : 'MORTISE_ERR_BINARY_MALFORMED',
      message: expect.stringMatching(message),
      where: expect.any(String),
      expected: expect.any(String),
      found: expect.any(String),
      remedy: expect.any(String),
    });
  });

  it('not a segment that nobody loads, as Go has one', () => {
    const unloaded = (flags: number) =>
      damaged({ sdk: sdk.catalina, rpaths: ['x'.repeat(59)] }, (bytes) => {
        const at = command(bytes, segment64, 1);
        const linkedit = Buffer.from(bytes.subarray(at, at + 72));
        // __DWARF in its place, and __LINKEDIT in that of the path, which is as large.
        bytes.write('__DWARF\0\0\0', at + 8);
        bytes.writeBigUInt64LE(0x1000n, command(bytes, segment64) + 24);
        bytes.writeBigUInt64LE(0n, at + 24);
        bytes.writeBigUInt64LE(0n, at + 32);
        bytes.writeUInt32LE(flags, at + 68);
        linkedit.writeBigUInt64LE(0n, 48);
        linkedit.copy(bytes, command(bytes, rpath));
      });
    expect(faultOf(unloaded(4))).toBeUndefined();
    expect(() => faultOf(unloaded(0))).toThrow('it has more bytes in the file than in memory');
  });

  it('not what only newer SDKs forbid', () => {
    const change = (bytes: Buffer) => bytes.writeUInt32LE(7, command(bytes, segment64) + 60);
    expect(faultOf(damaged({ sdk: sdk.old }, change))).toBeUndefined();
    expect(faultOf(buildMacho({ sdk: sdk.catalina }))).toBeUndefined();
    // Neither what isn't a library, which another check refuses.
    expect(faultOf(buildMacho({ fileType: 2 }))).toBeUndefined();
  });
});

describe('the subtype of a processor', () => {
  const image = (cpuSubtype: number) => buildMacho({ cpuType: arm64, cpuSubtype });
  it('arm64e is another than arm64, whatever its other bits say', () => {
    for (const subtype of [2, 0x80000002, 0x81000002]) {
      expect(imageFor(readBinary(bytesOf(image(subtype)))).arch).toBe('arm64e');
    }
    for (const subtype of [0, 1, 0x80000000]) {
      expect(imageFor(readBinary(bytesOf(image(subtype)))).arch).toBe('arm64');
    }
  });

  it('of a fat file with both, the one for arm64 is taken', () => {
    const slices = [2, 0].map((cpuSubtype) => ({ cpuType: arm64, cpuSubtype, bytes: image(cpuSubtype) }));
    const file = readBinary(bytesOf(buildFat(slices)));
    expect(file.images.map(({ arch }) => arch)).toEqual(['arm64e', 'arm64']);
    expect(imageFor(file, 'arm64')).toBe(file.images[1]);
  });
});
