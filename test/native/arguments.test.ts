/** What the addon does with values that only a mistake in TypeScript can give it: it throws, and nothing is done. */
import { afterAll, describe, expect, it } from 'vitest';
import { addon } from '../../src/native/addon.js';
import { bindFunction, type Lent, lend, type Type } from '../../src/native/functions.js';
import { serviceAddon } from '../../src/native/services.js';

const asked: unknown[] = [];
const lent: Lent[] = [];
/** A C function that answers its argument; it is JavaScript's again, so that it says whether it was called. */
function echo(type: Type, answer?: unknown) {
  const signature = { result: type, parameters: [type] };
  const fn = (value: unknown) => {
    asked.push(value);
    return answer ?? value;
  };
  const one = lend(fn, signature, 7n, 1000) as Lent;
  lent.push(one);
  return bindFunction(one.address, signature, type);
}
afterAll(() => {
  for (const one of lent) one.giveBack();
});

describe('a C function', () => {
  it.each<[Type, unknown, unknown[]]>([
    ['int32', -5, ['5', null, undefined, {}]],
    ['uint64', 2n ** 64n - 1n, ['5', null, undefined, Symbol('a')]],
    ['double', 1.5, ['1.5', null, 5n]],
    ['uintptr_t', 4096, ['4096', undefined, {}]],
  ])('of %s', (type, good, bad) => {
    const call = echo(type);
    expect(call(good)).toBe(good);
    asked.length = 0;
    for (const value of bad) {
      expect(() => call(value)).toThrow('mortise: the native addon was given');
      expect(() => call.async(value, () => {})).toThrow('mortise: the native addon was given');
    }
    expect(asked).toEqual([]);
  });

  it('takes null for an address', () => {
    expect(echo('uintptr_t')(null)).toBe(0);
  });

  it('gets what says failure for an answer of another type', () => {
    expect(echo('int32', 'five')(5)).toBe(7);
  });
});

it.each<[string, () => unknown]>([
  ['the size of a copy', () => serviceAddon().copyMemory(0, 0, 'many' as never)],
  ['the address of a value', () => serviceAddon().writeOut('0' as never, 4, 1)],
  ['the address of a text', () => serviceAddon().readText({} as never, 1)],
  ['SQL to keep', () => addon().keepSql(addon().createChain(), 5 as never)],
  ['the number of SQL to forget', () => addon().forgetSql(addon().createChain(), 'one' as never)],
  ['the links of a chain', () => addon().relinkChain(addon().createChain(), 5 as never)],
])('throws for %s', (_, call) => {
  expect(call).toThrow('mortise: the native addon was given');
});
