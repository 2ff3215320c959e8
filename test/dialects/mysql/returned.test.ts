/** What `list_components` returns, told from its code: assembled by hand, for both processors. */
import { describe, expect, it } from 'vitest';
import { returnedAddress } from '../../../src/dialects/mysql/returned.js';

const memory = new Map([
  [0x4008, 0x5000],
  [0x5000, 0x6000],
]);
const load = (address: number) => memory.get(address);
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const words = (...all: number[]) => {
  const code = Buffer.alloc(all.length * 4);
  for (const [index, word] of all.entries()) code.writeUInt32LE(word >>> 0, index * 4);
  return code;
};

describe('the address that code returns', () => {
  it.each([
    ['a load', 'f30f1efa 488b05 4d280000 c3', 0x17b0, 0x5000],
    ['an address', '488d05 01000000 c3', 0x1000, 0x1008],
    ['one before it', '488d05 f9f0ffff c3', 0x2000, 0x1100],
    ['a load through a table', '488b05 01300000 488b00 c3', 0x1000, 0x6000],
    ['in a frame', '55 4889e5 488d05 00000000 5d c3', 0x1000, 0x100b],
    ['a call first', 'e8 00000000 488d05 00000000 c3', 0x1000, undefined],
    ['nothing', 'c3', 0x1000, undefined],
    ['a load of nothing', '488b05 00000000 c3', 0x1000, undefined],
    ['no return', '488d05 00000000', 0x1000, undefined],
    ['half an instruction', '488d05 0000', 0x1000, undefined],
  ])('on x64: %s', (_, code, start, expected) => {
    expect(returnedAddress('x64', bytes(code), start, load)).toBe(expected);
  });

  const ret = 0xd65f03c0;
  it.each([
    // adrp x0, 0x5000; add x0, x0, #0x10
    ['an address', words(0xb0000020 - 0x80000000 + 0x80000000, 0x91004000, ret), 0x1000, 0x6010],
    ['an address in the page', words(0x90000000, 0x91004000, ret), 0x1234, 0x1010],
    // adrp x0, 3 pages on; ldr x0, [x0, #8]
    ['a load', words(0xf0000000, 0xf9400400, ret), 0x1000, 0x5000],
    ['a load through a table', words(0xd503245f, 0xf0000000, 0xf9400400, 0xf9400000, ret), 0x1000, 0x6000],
    ['pages before it', words(0xf0ffffe0, 0x91000000, ret), 0x3000, 0x2000],
    ['a call', words(0x94000000, ret), 0x1000, undefined],
  ])('on arm64: %s', (_, code, start, expected) => {
    expect(returnedAddress('arm64', code, start, load)).toBe(expected);
  });

  it('knows no other processors', () => {
    expect(returnedAddress('riscv64', bytes('c3'), 0, load)).toBeUndefined();
  });
});
