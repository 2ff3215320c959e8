/** Services' functions in words: what a user of the old ones meets in the new. */
import { describe, expect, it } from 'vitest';
import { compareSignatures } from '../../../src/abi/compare/signatures.js';

const left = 'left(host, sku: text) -> i64 [main-thread]';
const order = 'order(host, sku: text, pieces: u32) -> status [main-thread]';
const close = 'close(host) -> none [any-thread] since 1.1';

const changes = (before: string[], after: string[]): string[] =>
  compareSignatures(before.join(';'), after.join(';')).map(({ level, name, message }) =>
    [level, ...(name ? [name] : []), message].join(' '),
  );

describe('compareSignatures', () => {
  it.each<[string, string[], string[], string[]]>([
    ['the same', [left, order], [left, order], []],
    ['other white space', [left], [left.replace(', ', ',  \n ').replace(',', ','), ''], []],
    [
      'a function at the end',
      [left],
      [left, close],
      [`minor close is new at the end of the table: ${close}`],
    ],
    [
      'a function in the middle',
      [left, order],
      [left, close, order],
      [
        'major order moved from place 2 of the table to 3',
        `major close was put in at place 2 of the table: ${close}`,
      ],
    ],
    [
      'two that change places',
      [left, order],
      [order, left],
      ['major left moved from place 1 of the table to 2', 'major order moved from place 2 of the table to 1'],
    ],
    ['one that goes', [left, order], [left], [`major order was removed: ${order}`]],
    [
      'another type',
      [left],
      [left.replace('text', 'bytes')],
      [`major left changed from ${left} to left(host, sku: bytes) -> i64 [main-thread]`],
    ],
    [
      'another thread',
      [left],
      [left.replace('main', 'any')],
      [`major left changed from ${left} to left(host, sku: text) -> i64 [any-thread]`],
    ],
    ['functions that were unstated', [], [left], ['minor states the functions now']],
    ['functions that are no longer stated', [left], [], ['minor states no functions any more']],
    ['none on either side', [], [], []],
  ])('%s', (_, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  it('cuts what would fill a screen', () => {
    const long = `left(host, ${'a'.repeat(5000)}: text) -> i64 [main-thread]`;
    for (const line of changes([long], [left])) expect(line.length).toBeLessThan(800);
  });
});
