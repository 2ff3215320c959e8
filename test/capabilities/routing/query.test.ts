/** What is not a query: refused with a code, and the next one is routed as if nothing had been. */
import { describe, expect, it } from 'vitest';
import type { MortiseError, Query } from '../../../src/index.js';
import { expectComplete, thrown } from '../../host/open.js';
import { echoing } from './echo.js';

const complete = (error: MortiseError) =>
  expectComplete({ ...error.problems[0], subject: 'query' } as MortiseError['problems'][number]);

async function expectRefused(query: unknown, problem: object): Promise<void> {
  const { host, seen } = await echoing();
  host.route({ sql: 'before', params: ['1', '2'] });
  seen();
  const { sql, params, ...situation } = (query ?? {}) as Query;
  const calls = [() => host.route(query as Query)];
  if (typeof sql === 'string') calls.push(() => host.prepare(sql).route(params, situation));
  for (const call of calls) {
    const error = thrown(call) as MortiseError;
    expect(error).toMatchObject({ name: 'MortiseError', ...problem });
    complete(error);
    host.route({ sql: 'after', params: ['3'] });
    expect(seen()).toMatchObject({ sql: 'after', params: [{ bytes: '3' }], shards: 1 });
  }
}

function transferred(): Uint8Array {
  const bytes = new Uint8Array(2);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

describe('SQL', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [42, 'a number'],
    [new String('SELECT 1'), 'an object (String)'],
    [['SELECT 1'], 'an array'],
    [Buffer.from('SELECT 1'), 'an object (Buffer)'],
    [Symbol('x'), 'a symbol'],
  ])('must be a string, and %s is none', async (sql, found) => {
    await expectRefused({ sql }, { code: 'MORTISE_ERR_QUERY', where: 'sql', found });
    const { host } = await echoing();
    const error = thrown(() => host.prepare(sql as string)) as MortiseError;
    expect(error).toMatchObject({ code: 'MORTISE_ERR_QUERY', found });
  });

  it.each([undefined, null, 'SELECT 1', 42, () => {}])('must be in an object: %s', async (query) => {
    await expectRefused(query, { code: 'MORTISE_ERR_QUERY' });
  });
});

describe('parameters', () => {
  it.each([
    [undefined, 'undefined'],
    [42, 'a number'],
    [true, 'a boolean'],
    [1n, 'a bigint'],
    [Symbol('x'), 'a symbol'],
    [() => {}, 'a function'],
    [new Date(0), 'an object (Date)'],
    [{}, 'an object (Object)'],
    [Object.create(null), 'an object (without a prototype)'],
    [['1'], 'an array'],
    [new String('x'), 'an object (String)'],
    [new ArrayBuffer(2), 'an object (ArrayBuffer)'],
    [new Uint16Array(2), 'an object (Uint16Array)'],
    [{ bytes: 'x', format: 'text' }, 'an object (Object)'],
    [{ bytes: new Uint8Array(1) }, 'an object (Object)'],
    [{ bytes: new Uint8Array(1), format: 'hex' }, 'an object (Object)'],
  ])('must be of a kind that binds: %s', async (param, found) => {
    for (const params of [[param], ['a', param], ['a text of more than twelve', '2', '3', '4', '5', param]]) {
      await expectRefused(
        { sql: 'x', params },
        { code: 'MORTISE_ERR_PARAMETER', where: `params[${params.length - 1}]`, found },
      );
    }
  });

  it('must be what it says, and still there', async () => {
    // Vitest can print none of them as a title.
    for (const [param, found] of [
      [Object.create(Uint8Array.prototype), 'an object (Uint8Array)'],
      [transferred(), 'memory that was transferred away'],
      [{ bytes: transferred(), format: 'binary' }, 'memory that was transferred away'],
    ]) {
      await expectRefused({ sql: 'x', params: ['a', param] }, { code: 'MORTISE_ERR_PARAMETER', found });
    }
  });

  it('may not have holes', async () => {
    await expectRefused(
      { sql: 'x', params: Object.assign(['1'], { 2: '3' }) },
      { code: 'MORTISE_ERR_PARAMETER', where: 'params[1]' },
    );
  });

  it('tells the wrong one even behind one that needs more room', async () => {
    const params = ['1', '2', '3', '4', 'x'.repeat(100_000), 42];
    await expectRefused({ sql: 'x', params }, { code: 'MORTISE_ERR_PARAMETER', where: 'params[5]' });
  });

  it.each([
    [{}, 'an object (Object)'],
    [{ length: 1, 0: '1' }, 'an object (Object)'],
    ['42', 'a string'],
    [42, 'a number'],
    [new Uint8Array(2), 'an object (Uint8Array)'],
    [new Set(['1']), 'an object (Set)'],
  ])('must be an array: %s', async (params, found) => {
    await expectRefused({ sql: 'x', params }, { code: 'MORTISE_ERR_PARAMETER', where: 'params', found });
  });

  it('may be left out, or null', async () => {
    const { host, seen } = await echoing();
    for (const params of [undefined, null, []]) {
      host.route({ sql: 'x', params } as Query);
      expect(seen().params).toEqual([]);
    }
  });

  it('may be 65,535 and no more', async () => {
    await expectRefused(
      { sql: 'x', params: Array(65_536).fill('1') },
      { code: 'MORTISE_ERR_PARAMETER', where: 'params', found: '65536' },
    );
  });
});

describe('shards', () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, '4', 4n, true, {}])(
    'must be a count: %s',
    async (shards) => {
      await expectRefused(
        { sql: 'x', shards },
        {
          code: 'MORTISE_ERR_QUERY',
          message: expect.stringContaining('shards is not a valid number of shards'),
          where: 'shards',
          found: String(shards),
        },
      );
    },
  );
});
