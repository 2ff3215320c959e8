/** Two versions of services in TypeScript: what breaks, what is added, and whether the version says so. */
import { describe, expect, it } from 'vitest';
import {
  bytes,
  callback,
  defineService,
  fn,
  i64,
  out,
  safeInteger,
  status,
  statusWithMessage,
  text,
  u32,
} from '../../../src/index.js';
import { compareServices } from '../../../src/services/schema/compare.js';
import type { Service, ServiceFunctions } from '../../../src/services/schema/types.js';

const left = fn({ sku: text }, i64);
const order = fn({ sku: text, pieces: u32 }, status);
const since = (version: string) => fn({ sku: text, pieces: u32 }, status, { since: version });
const stock = (version: string, functions: ServiceFunctions): Service =>
  defineService('shop.stock', version, functions);

/** From shop.stock 1.0, with left alone. */
const told = (now: Service, old: Service = stock('1.0', { left })) => {
  const { differences, problems, verdict } = compareServices([old], [now]);
  return {
    verdict,
    lines: differences.map(({ level, subject, message }) => `${level} ${subject} ${message}`),
    problems: problems.map(({ message, expected }) => `${message}: ${expected}`),
  };
};

describe('functions', () => {
  it.each<[string, Service, 'same' | 'minor' | 'major', string[]]>([
    ['nothing', stock('1.0', { left }), 'same', []],
    [
      'what it says of itself',
      stock('1.0', { left: fn({ sku: text }, i64, { doc: 'How many' }) }),
      'same',
      [],
    ],
    [
      'one more at the end',
      stock('1.1', { left, order: since('1.1') }),
      'minor',
      [
        'minor shop.stock.order is new at the end of the table: order(host, sku: text, pieces: u32) -> status [main-thread] since 1.1',
      ],
    ],
    [
      'one more before it',
      stock('1.0', { order, left }),
      'major',
      [
        'major shop.stock.left moved from place 1 of the table to 2',
        'major shop.stock.order was put in at place 1 of the table: order(host, sku: text, pieces: u32) -> status [main-thread]',
      ],
    ],
    [
      'another name',
      stock('1.0', { remaining: left }),
      'major',
      [
        'major shop.stock.left was removed: left(host, sku: text) -> i64 [main-thread]',
        'major shop.stock.remaining was put in at place 1 of the table: remaining(host, sku: text) -> i64 [main-thread]',
      ],
    ],
    ...(
      [
        ['a parameter’s type', fn({ sku: bytes }, i64), 'left(host, sku: bytes) -> i64 [main-thread]'],
        ['a parameter’s name', fn({ code: text }, i64), 'left(host, code: text) -> i64 [main-thread]'],
        [
          'one more parameter',
          fn({ sku: text, at: i64 }, i64),
          'left(host, sku: text, at: i64) -> i64 [main-thread]',
        ],
        [
          'what it gives back',
          fn({ sku: text, n: out(i64) }, status),
          'left(host, sku: text, n: out i64) -> status [main-thread]',
        ],
        [
          'a message',
          fn({ sku: text }, statusWithMessage),
          'left(host, sku: text, error) -> status [main-thread]',
        ],
        [
          'its failure',
          fn({ sku: text }, i64, { failure: -1n }),
          'left(host, sku: text) -> i64 or -1 [main-thread]',
        ],
        [
          'its thread',
          fn({ sku: text }, i64, { thread: 'any' }),
          'left(host, sku: text) -> i64 [any-thread]',
        ],
        [
          'a callback',
          fn({ sku: text, each: callback({ n: u32 }, status) }, i64),
          'left(host, sku: text, each: callback(n: u32) -> status) -> i64 [main-thread]',
        ],
      ] as const
    ).map(([what, changed, words]): [string, Service, 'major', string[]] => [
      what,
      stock('1.0', { left: changed }),
      'major',
      [`major shop.stock.left changed from left(host, sku: text) -> i64 [main-thread] to ${words}`],
    ]),
    [
      'a number that is the same in C',
      stock('1.0', { left: fn({ sku: text }, safeInteger) }),
      'same',
      [
        'same shop.stock.left is spelled left({ sku: text }, safeInteger) instead of left({ sku: text }, i64) in TypeScript, and is the same in C',
      ],
    ],
  ])('%s', (_, now, verdict, lines) => {
    expect(told(now)).toMatchObject({ verdict, lines });
  });

  it('a name that is the same in C', () => {
    const old = stock('1.0', { taxRate: left });
    expect(told(stock('1.0', { tax_rate: left }), old)).toEqual({
      verdict: 'same',
      lines: [
        'same shop.stock.taxRate is spelled tax_rate({ sku: text }, i64) instead of taxRate({ sku: text }, i64) in TypeScript, and is the same in C',
      ],
      problems: [],
    });
  });
});

describe('versions', () => {
  const two = { left, order: since('1.1') };
  it.each<[string, Service, string[]]>([
    ['nothing, same version', stock('1.0', { left }), []],
    ['nothing, next minor', stock('1.1', { left }), []],
    ['an addition, next minor', stock('1.1', two), []],
    ['an addition, a later minor', stock('1.5', two), []],
    [
      'an addition, same version',
      stock('1.0', { left, order }),
      ['shop.stock offers more, and its version is still 1.0: 1.1'],
    ],
    [
      'an addition that says it was there before',
      stock('1.1', { left, order }),
      ['shop.stock says of order that 1.0 had it: since: ’1.1’ or later'.replaceAll('’', "'")],
    ],
    [
      'a break, same version',
      stock('1.0', { left: order }),
      ['shop.stock breaks whoever was built with it, and its major is still 1: 2.0'],
    ],
    [
      'a break, next minor',
      stock('1.1', { left: order }),
      ['shop.stock breaks whoever was built with it, and its major is still 1: 2.0'],
    ],
    ['a break, next major', stock('2.0', { left: order }), []],
    [
      'back to an earlier major',
      stock('0.9', { left }),
      ['the version of the service went back: 1.0 or later'],
    ],
  ])('%s', (_, now, problems) => {
    expect(told(now).problems).toEqual(problems);
  });

  it('back to an earlier minor', () => {
    expect(told(stock('1.0', { left }), stock('1.1', { left })).problems).toEqual([
      'the version of the service went back: 1.1 or later',
    ]);
  });
});

describe('services', () => {
  it('that come, go, and change their major', () => {
    const price = defineService('shop.price', '1.0', { left });
    const comparison = compareServices(
      [stock('1.0', { left }), price],
      [stock('2.0', { left }), defineService('shop.rule', '1.0', { left })],
    );
    expect(comparison).toEqual({
      verdict: 'major',
      services: [
        { name: 'shop.stock', from: '1.0', to: '2.0', level: 'major' },
        { name: 'shop.price', from: '1.0', to: null, level: 'major' },
        { name: 'shop.rule', from: null, to: '1.0', level: 'minor' },
      ],
      differences: [
        {
          level: 'major',
          subject: 'shop.stock',
          message: 'was 1.0 and is 2.0: another major is another service',
          service: 'shop.stock',
        },
        { level: 'major', subject: 'shop.price', message: 'was removed (it was 1.0)', service: 'shop.price' },
        { level: 'minor', subject: 'shop.rule', message: 'is a new service (1.0)', service: 'shop.rule' },
      ],
      problems: [],
    });
  });

  it('a next major beside the one that stays is an addition', () => {
    const both = [stock('1.0', { left }), stock('2.0', { order })];
    expect(compareServices(both.slice(0, 1), both)).toMatchObject({
      verdict: 'minor',
      services: [
        { from: '1.0', to: '1.0', level: 'same' },
        { from: null, to: '2.0', level: 'minor' },
      ],
    });
  });
});
