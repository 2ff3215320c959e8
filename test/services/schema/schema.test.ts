/** What a schema, or an implementation, may not be. */
import { describe, expect, it } from 'vitest';
import {
  bool,
  bytes,
  callback,
  defineService,
  enumeration,
  f32,
  flags,
  fn,
  i32,
  implement,
  MortiseError,
  out,
  type Problem,
  record,
  span,
  status,
  statusWithMessage,
  text,
  u8,
  writableSpan,
} from '../../../src/index.js';
import { lowerCallback } from '../../../src/services/schema/lower.js';
import { snake } from '../../../src/services/schema/names.js';
import { expectComplete, thrown } from '../../host/open.js';

const Main = defineService('test.main', '1.0', { answer: fn({ value: i32 }, i32), note: fn({}, status) });
const good = { answer: () => 1, note() {} };

const fieldsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, u8]));

function endless() {
  const fields: Record<string, unknown> = {};
  fields.inner = { kind: 'record', name: 'inner', fields };
  return fields.inner as ReturnType<typeof record>;
}

describe('defineService refuses', () => {
  const one = { go: fn({}, status) };
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`p${index}`, i32]));
  it.each<[what: string, ...given: unknown[]]>([
    ['a name without a dot', 'rule', '1.0', one],
    ['capitals', 'Shop.rule', '1.0', one],
    ['an empty word', 'shop..rule', '1.0', one],
    ['64 bytes', `a.${'b'.repeat(62)}`, '1.0', one],
    ['no name', undefined, '1.0', one],
    ['mortise’s own names', 'mortise.rule', '1.0', one],
    ['a version of one number', 'shop.rule', '1', one],
    ['a version of three', 'shop.rule', '1.0.0', one],
    ['a version beyond 16 bits', 'shop.rule', '1.65536', one],
    ['a number as version', 'shop.rule', 1, one],
    ['no functions', 'shop.rule', '1.0', {}],
    ['functions that are none', 'shop.rule', '1.0', undefined],
    ['a list of functions', 'shop.rule', '1.0', [fn({}, status)]],
    ['a plain function', 'shop.rule', '1.0', { go: () => 1 }],
    ['an empty object', 'shop.rule', '1.0', { go: {} }],
    ['a capital', 'shop.rule', '1.0', { Go: fn({}, status) }],
    ['a dash', 'shop.rule', '1.0', { 'go-on': fn({}, status) }],
    ['the name of a field', 'shop.rule', '1.0', { plugin: fn({}, status) }],
    ['what makes a promise', 'shop.rule', '1.0', Object.fromEntries([['then', fn({}, status)]])],
    ['two that are one in C', 'shop.rule', '1.0', { goOn: fn({}, status), go_on: fn({}, status) }],
    ['a parameter without a type', 'shop.rule', '1.0', { go: fn({ a: undefined as never }, status) }],
    ['a type of another library', 'shop.rule', '1.0', { go: fn({ a: 'int' as never }, status) }],
    ['an unknown type', 'shop.rule', '1.0', { go: fn({ a: { kind: 'i128' } as never }, status) }],
    [
      'an inherited name as type',
      'shop.rule',
      '1.0',
      { go: fn({ a: { kind: 'toString' } as never }, status) },
    ],
    ['a record as result', 'shop.rule', '1.0', { go: fn({}, record('a', { b: i32 }) as never) }],
    ['a record without fields', 'shop.rule', '1.0', { go: fn({ a: record('a', {}) }, status) }],
    ['a record of 65 fields', 'shop.rule', '1.0', { go: fn({ a: record('a', fieldsOf(65)) }, status) }],
    ['a text in a record', 'shop.rule', '1.0', { go: fn({ a: record('a', { b: text as never }) }, status) }],
    [
      'two fields that are one in C',
      'shop.rule',
      '1.0',
      { go: fn({ a: record('a', { bC: u8, b_c: u8 }) }, status) },
    ],
    ['a field with a dash', 'shop.rule', '1.0', { go: fn({ a: record('a', { 'b-c': u8 }) }, status) }],
    ['a record called as a function', 'shop.rule', '1.0', { go: fn({ a: record('go', { b: u8 }) }, status) }],
    ['a record called table', 'shop.rule', '1.0', { go: fn({ a: record('table', { b: u8 }) }, status) }],
    [
      'a record in a callback',
      'shop.rule',
      '1.0',
      { go: fn({ a: callback({ b: record('c', { d: u8 }) as never }, status) }, status) },
    ],
    ['a record without an end', 'shop.rule', '1.0', { go: fn({ a: endless() }, status) }],
    [
      'two records of one name',
      'shop.rule',
      '1.0',
      { go: fn({ a: record('a', { b: u8 }), c: out(record('a', { b: i32 })) }, status) },
    ],
    ['an enumeration as result', 'shop.rule', '1.0', { go: fn({}, enumeration('a', { b: 0 }) as never) }],
    ['an enumeration without names', 'shop.rule', '1.0', { go: fn({ a: enumeration('a', {}) }, status) }],
    ['a digit at a name’s end', 'shop.rule', '1.0', { go: fn({ a: flags('a_v1', { b: 1 }) }, status) }],
    ['a name of the Rust module', 'shop.rule', '1.0', { go: fn({ a: flags('table', { b: 1 }) }, status) }],
    ['a number twice', 'shop.rule', '1.0', { go: fn({ a: enumeration('a', { b: 0, c: 0 }) }, status) }],
    ['a name that is two in C', 'shop.rule', '1.0', { go: fn({ a: flags('a', { bC: 1, b_c: 2 }) }, status) }],
    ['a fraction', 'shop.rule', '1.0', { go: fn({ a: enumeration('a', { b: 0.5 }) }, status) }],
    ['a number of 33 bits', 'shop.rule', '1.0', { go: fn({ a: enumeration('a', { b: 2 ** 31 }) }, status) }],
    ['two bits in one', 'shop.rule', '1.0', { go: fn({ a: flags('a', { b: 3 }) }, status) }],
    ['members that are none', 'shop.rule', '1.0', { go: fn({ a: flags('a', null as never) }, status) }],
    [
      'two enumerations of a name',
      'shop.rule',
      '1.0',
      { go: fn({ a: enumeration('x', { b: 0 }), c: out(enumeration('x', { b: 1 })) }, status) },
    ],
    ['a span of booleans', 'shop.rule', '1.0', { go: fn({ a: span(bool as never) }, status) }],
    ['a span of text', 'shop.rule', '1.0', { go: fn({ a: writableSpan(text as never) }, status) }],
    ['out of text', 'shop.rule', '1.0', { go: fn({ a: out(text as never) }, status) }],
    ['a parameter called result', 'shop.rule', '1.0', { go: fn({ result: i32 }, status) }],
    ['a parameter called host', 'shop.rule', '1.0', { go: fn({ host: i32 }, status) }],
    ['two parameters that are one in C', 'shop.rule', '1.0', { go: fn({ a: bytes, a_size: i32 }, status) }],
    ['too many parameters', 'shop.rule', '1.0', { go: fn(many, status) }],
    ['a result that is text', 'shop.rule', '1.0', { go: fn({}, text as never) }],
    ['no result', 'shop.rule', '1.0', { go: fn({}, undefined as never) }],
    ['a failure that does not fit', 'shop.rule', '1.0', { go: fn({}, u8, { failure: 256 }) }],
    ['a failure that no float can be', 'shop.rule', '1.0', { go: fn({}, f32, { failure: 1e300 }) }],
    ['a failure of a status', 'shop.rule', '1.0', { go: fn({}, status, { failure: 1 as never }) }],
    ['another thread', 'shop.rule', '1.0', { go: fn({}, status, { thread: 'pool' as never }) }],
    ['a since of another major', 'shop.rule', '1.1', { go: fn({}, status, { since: '2.1' }) }],
    ['a since after the version', 'shop.rule', '1.1', { go: fn({}, status, { since: '1.2' }) }],
    [
      'a later function before an earlier one',
      'shop.rule',
      '1.1',
      { go: fn({}, status, { since: '1.1' }), on: fn({}, status) },
    ],
    [
      'a callback in a callback',
      'shop.rule',
      '1.0',
      { go: fn({ a: callback({ b: callback({}, status) } as never, status) }, status) },
    ],
    [
      'a callback that explains',
      'shop.rule',
      '1.0',
      { go: fn({ a: callback({}, statusWithMessage) }, status) },
    ],
  ])('%s', (_, name, version, functions) => {
    const error = thrown(() =>
      defineService(name as string, version as string, functions as never),
    ) as MortiseError;
    expect(error).toBeInstanceOf(MortiseError);
    expect(error.code).toBe('MORTISE_ERR_SERVICE_SCHEMA');
    expectComplete(error.problems[0] as Problem);
  });
});

it('a callback’s parameter may be called as C calls the first, which then is called otherwise', () => {
  const type = callback({ data: bytes }, status);
  expect(() => defineService('shop.rule', '1.0', { go: fn({ chunk: type }, status) })).not.toThrow();
  expect(lowerCallback(type).map(({ name }) => name)).toEqual(['data_', 'data', 'data_size']);
});

it.each(['near', 'far', 'interface', 'small', 'min', 'max', 'use'])('%s is another word in C', (name) => {
  expect(snake(name)).toBe(`${name}_`);
});

describe('implement refuses', () => {
  const Any = defineService('shop.rule', '1.0', { go: fn({}, status, { thread: 'any' }) });
  it.each<[what: string, ...given: unknown[]]>([
    ['what is not a service', 'shop.rule', { go: () => {} }],
    ['no functions', Main, undefined],
    ['a missing function', Main, { ...good, note: undefined }],
    ['a function that is none', Main, { ...good, note: 1 }],
    ['a function that the service hasn’t', Main, { ...good, more: () => {} }],
    ['a function of any thread', Any, { go: () => {} }],
    ['an async function', Main, { ...good, note: async () => {} }],
  ])('%s', (_, service, functions) => {
    const error = thrown(() => implement(service as never, functions as never)) as MortiseError;
    expect(error).toBeInstanceOf(MortiseError);
    expect(error.code).toBe('MORTISE_ERR_SERVICE_SCHEMA');
    expectComplete(error.problems[0] as Problem);
  });
});
