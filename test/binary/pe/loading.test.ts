/** What Windows refuses of PE files that can be read. */
import { describe, expect, it } from 'vitest';
import { bytesOf, imageFor, openFile, readBinary } from '../../../src/binary/index.js';
import { foreignAddon } from '../packages.js';
import { buildPe, type PeOptions } from './build-pe.js';

const faultOf = (bytes: Buffer) => imageFor(readBinary(bytesOf(bytes)), 'none').fault;
const optional = 0x40 + 24;

type At = ReturnType<typeof buildPe>['at'];
function damaged(change: (bytes: Buffer, at: At) => void, options: PeOptions = {}): Buffer {
  const { bytes, at } = buildPe(options);
  change(bytes, at);
  return bytes;
}

/** Base relocations at the start of the one section. */
const relocations = (size: number, ...entries: number[]): Buffer => {
  const data = Buffer.alloc(8 + entries.length * 2);
  data.writeUInt32LE(0x1000, 0);
  data.writeUInt32LE(size, 4);
  entries.forEach((entry, index) => {
    data.writeUInt16LE(entry, 8 + index * 2);
  });
  return damaged(
    (bytes, at) => {
      bytes.writeUInt32LE(0x1000, at.directories + 5 * 8);
      bytes.writeUInt32LE(data.length, at.directories + 5 * 8 + 4);
    },
    { data },
  );
};

describe('an undamaged library', () => {
  it.each([true, false])('made here (64-bit: %s)', (wide) => {
    expect(faultOf(buildPe({ wide }).bytes)).toBeUndefined();
  });

  it('with base relocations', () => {
    expect(faultOf(relocations(12, 0xa010, 0x0000))).toBeUndefined();
  });

  it('with a certificate', () => {
    const { bytes, at } = buildPe();
    const certificate = Buffer.alloc(16);
    certificate.writeUInt32LE(16, 0);
    bytes.writeUInt32LE(bytes.length, at.directories + 4 * 8);
    bytes.writeUInt32LE(16, at.directories + 4 * 8 + 4);
    bytes.writeUInt16LE(0x80, optional + 70);
    expect(faultOf(Buffer.concat([bytes, certificate]))).toBeUndefined();
    certificate.writeUInt32LE(17, 0);
    expect(faultOf(Buffer.concat([bytes, certificate]))).toMatchObject({
      code: 'MORTISE_ERR_CODE_SIGNATURE',
      message: 'its signature is damaged',
    });
  });

  for (const name of ['pe x64', 'pe ia32', 'pe arm64', 'pe x64, small', 'pe ia32, small'] as const) {
    const path = foreignAddon(name);
    it.skipIf(!path)(`${name} (a published addon)`, () => {
      const file = openFile(path as string);
      expect(readBinary(file).images[0].fault).toBeUndefined();
      file.close();
    });
  }
});

describe('refused', () => {
  const malformed = 'MORTISE_ERR_BINARY_MALFORMED';
  it.each<[string, Buffer, string, string]>([
    [
      'an alignment that is no power of two',
      damaged((bytes) => bytes.writeUInt32LE(0x600, optional + 36)),
      malformed,
      'its alignments are none that can be mapped',
    ],
    [
      'sections aligned less than the file',
      damaged((bytes) => bytes.writeUInt32LE(0x2000, optional + 36)),
      malformed,
      'its alignments are none that can be mapped',
    ],
    [
      'a base in the middle of 64 kB',
      damaged((bytes) => bytes.writeBigUInt64LE(0x11000n, optional + 24)),
      malformed,
      'it is for an address at which nothing can be loaded',
    ],
    [
      'a gap between headers and sections',
      damaged((bytes, at) => bytes.writeUInt32LE(0x2000, at.section + 12)),
      malformed,
      'its sections do not follow each other',
    ],
    [
      'bytes that are not aligned',
      damaged((bytes, at) => {
        bytes.writeUInt32LE(0x410, at.section + 20);
        bytes.writeUInt32LE(0x10, at.section + 16);
      }),
      malformed,
      'the bytes of a section are not aligned',
    ],
    [
      'an image that is too small',
      damaged((bytes) => bytes.writeUInt32LE(0x1000, optional + 56)),
      malformed,
      'the image is smaller than its sections',
    ],
    [
      'base relocations that lie nowhere',
      damaged((bytes, at) => {
        bytes.writeUInt32LE(0x7000, at.directories + 5 * 8);
        bytes.writeUInt32LE(12, at.directories + 5 * 8 + 4);
      }),
      malformed,
      'its base relocations lie outside the sections',
    ],
    [
      'a block that is too small',
      relocations(4, 0xa010),
      malformed,
      'a block of its base relocations has a wrong size',
    ],
    [
      'a block that is too large',
      relocations(64, 0xa010),
      malformed,
      'a block of its base relocations has a wrong size',
    ],
    ['an unknown relocation', relocations(10, 0xc010), malformed, 'a base relocation is of an unknown kind'],
    [
      'a relocation behind the end',
      relocations(10, 0xaffc),
      malformed,
      'a base relocation leads out of the image',
    ],
    [
      'no certificate where one is asked for',
      damaged((bytes) => bytes.writeUInt16LE(0x80, optional + 70)),
      'MORTISE_ERR_CODE_SIGNATURE',
      'it asks for its signature to be checked, and has none',
    ],
  ])('%s', (_, bytes, code, message) => {
    expect(faultOf(bytes)).toEqual({
      code,
      message,
      where: expect.any(String),
      expected: expect.any(String),
      found: expect.any(String),
      remedy: expect.any(String),
    });
  });

  it('nothing of a program, which another check refuses', () => {
    const change = (bytes: Buffer) => bytes.writeUInt32LE(0x600, optional + 36);
    expect(faultOf(damaged(change, { characteristics: 0x22 }))).toBeUndefined();
  });
});
