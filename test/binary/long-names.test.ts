/** Names so long that V8 hashes them by their length are refused: a table of them would become a list. */
import { expect, it } from 'vitest';
import { bytesOf, readBinary } from '../../src/binary/index.js';
import { buildElf } from './elf/build-elf.js';
import { buildMacho } from './macho/build-macho.js';

const tooLong = expect.objectContaining({ code: 'MORTISE_ERR_BINARY_LIMIT' });

/** Names that are equally long and differ at their end. */
const elfWith = (count: number, length: number) =>
  buildElf({
    symbols: Array.from({ length: count }, (_, index) => ({
      name: index.toString(36).padStart(length, 'x'),
      at: Buffer.alloc(4),
    })),
  }).bytes;

/** One name of an export trie: a root with one branch, and its leaf. */
function trieOf(length: number): Buffer {
  const leaf = 2 + length + 1 + 3;
  const offset = [(leaf & 0x7f) | 0x80, ((leaf >>> 7) & 0x7f) | 0x80, leaf >>> 14];
  return Buffer.from([0, 1, ...Buffer.alloc(length, 'a'), 0, ...offset, 3, 0, 0x80, 0x10, 0]);
}

it('refuses a symbol of 16,384 characters', () => {
  expect(() => readBinary(bytesOf(elfWith(1, 16_384)))).toThrow(tooLong);
  expect(() => readBinary(bytesOf(buildMacho({ trie: trieOf(16_384) })))).toThrow(
    expect.objectContaining({ code: 'MORTISE_ERR_BINARY_MALFORMED' }),
  );
  expect(() => readBinary(bytesOf(buildMacho({ dylibs: [[0xc, 'd'.repeat(16_384)]] })))).toThrow(tooLong);
});

it('reads names of 15,900 characters', () => {
  const bytes = bytesOf(elfWith(3, 15_900));
  expect(readBinary(bytes).images[0].exports).toHaveLength(3);
  expect(readBinary(bytesOf(buildMacho({ trie: trieOf(15_900) }))).images[0].exports).toHaveLength(1);
});
