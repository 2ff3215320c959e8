import { expect, it } from 'vitest';
import { compiler } from '../../../src/cli/render/binary.js';
import { table } from '../../../src/cli/render/table.js';
import { bytes, count, duration, shorten } from '../../../src/cli/render/text.js';
import { clean } from '../../../src/messages/clean.js';

it('makes what could move a terminal’s cursor visible', () => {
  expect(clean('a\x1b[2Kb\nc\td\x9b\u202e')).toBe('a\\x1b[2Kb\\nc d\\x9b\\u202e');
  expect(clean('größe ✓')).toBe('größe ✓');
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [310_123, '310 kB'],
  [1_234_567, '1.2 MB'],
])('%i bytes are %s', (size, text) => expect(bytes(size)).toBe(text));

it.each([
  [0.87, '870 µs'],
  [14.2, '14 ms'],
  [3210, '3.2 s'],
  [250_000, '4 min 10 s'],
])('%f milliseconds are %s', (time, text) => expect(duration(time)).toBe(text));

it('counts', () => {
  expect([count(1, 'plugin'), count(0, 'plugin'), count(1234, 'query', 'queries')]).toEqual([
    '1 plugin',
    '0 plugins',
    '1,234 queries',
  ]);
});

it('shortens', () => expect([shorten('abc', 3), shorten('abcd', 3)]).toEqual(['abc', 'ab…']));

it('aligns columns whatever their colours', () => {
  expect(
    table([
      ['a', 'b'],
      ['\x1b[31mlong\x1b[39m', 'c'],
    ]),
  ).toBe('  a     b\n  \x1b[31mlong\x1b[39m  c\n');
});

it.each([
  [['GCC: (Debian 12.2.0-14) 12.2.0', 'rustc version 1.95.0 (59807616e 2026-04-14)'], 'Rust 1.95.0'],
  [['GCC: (Debian 12.2.0-14+deb12u1) 12.2.0'], 'GCC 12.2.0'],
  [['Debian clang version 14.0.6'], 'clang 14.0.6'],
  [['some linker'], undefined],
])('%j → %s', (producers, name) => expect(compiler(producers)).toBe(name));
