/** Routing while a plugin is being asked: through JavaScript that the plugin calls. */
import { createRequire } from 'node:module';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Decision, Host } from '../../../src/index.js';
import { open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';
import { echoing } from './echo.js';

const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
const prototype = koffi.pointer(koffi.proto('int64_t mortise_test_callback(int64_t)'));

/** A host whose plugin calls `answer` with $1 and takes what it returns for the shard. */
async function calling(answer: (argument: number) => number): Promise<Host> {
  const callback = koffi.register(answer, prototype);
  onTestFinished(() => koffi.unregister(callback));
  return open({
    plugins: [
      { name: build('callback.c'), config: { function: koffi.address(callback) } },
      { name: build('echo.c') },
    ],
  });
}

const long = (text: string) => `${text} ${'é'.repeat(3000)}`;

it.each([1, 3, 12])('is %i deep, and every level keeps its own query', async (depth) => {
  const inner: Decision[] = [];
  const host = await calling((level) => {
    if (level > 0) {
      // Long and short, kept and not, many parameters and few: what overwrites most.
      inner.push(host.route({ sql: `SELECT ${level}`, params: [String(level - 1)], shards: 100 + level }));
      inner.push(
        host.route({
          sql: long(`SELECT ${level}`),
          params: [String(level - 1), long('x')],
          shards: 100 + level,
        }),
      );
      const params = [String(level - 1), ...Array(200).fill('a parameter that is longer than twelve')];
      inner.push(host.prepare(`prepared ${level}`).route(params, { shards: 100 + level }));
      if (depth > 3 && level < depth - 3) return level; // three calls a level grow fast
    }
    return level;
  });
  const levels = Math.min(depth, 5);
  const decision = host.route({ sql: 'SELECT $1', params: [String(levels), long('first')], shards: 100 });
  expect(decision).toEqual({ plugin: 'callback', shard: levels, readWrite: null });
  // The plugin answers -3, which is a fault, when its context changed under it.
  expect(inner.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  expect(inner).toHaveLength(
    Array.from({ length: levels }, (_, level) => 3 ** (level + 1)).reduce((a, b) => a + b),
  );
  expect(inner.every(({ plugin }) => plugin === 'callback')).toBe(true);
});

it('asks the next plugin of the outer chain about the outer query', async () => {
  const sql = 'SELECT outer';
  const params = ['7', 'outer parameter, a long one', null, 'short'];
  let before: Decision | undefined;
  const host = await calling((level) => {
    if (level === 7) {
      for (let call = 0; call < 5; call++) {
        host.route({ sql: long(`inner ${call}`), params: ['1', long('inner')], shards: 3 });
        host.prepare('inner').route(['1', 'x'], { shards: 3 });
      }
    }
    return -1;
  });
  const echo = await open({ plugins: [build('echo.c')] });
  before = echo.route({ sql, params, shards: 1_000_003 });
  for (let round = 0; round < 3; round++) {
    expect(host.route({ sql, params, shards: 1_000_003 })).toEqual(before);
    expect(host.prepare(sql).route(params, { shards: 1_000_003 })).toEqual(before);
  }
});

it('keeps working after an error inside', async () => {
  const errors: unknown[] = [];
  const host = await calling((level) => {
    if (level === 0) return 0;
    try {
      host.route({ sql: 42 as never });
    } catch (error) {
      errors.push(error);
    }
    try {
      host.route({ sql: 'x', params: [42 as never] });
    } catch (error) {
      errors.push(error);
    }
    return host.route({ sql: 'x', params: ['0'], shards: 2 }).plugin === 'callback' ? level : 99;
  });
  for (let round = 0; round < 20; round++) {
    expect(host.route({ sql: 'x', params: ['5'], shards: 10 })).toEqual({
      plugin: 'callback',
      shard: 5,
      readWrite: null,
    });
  }
  expect(errors.map((error) => (error as { code: string }).code).slice(0, 2)).toEqual([
    'MORTISE_ERR_QUERY',
    'MORTISE_ERR_PARAMETER',
  ]);
});

it('may use another host', async () => {
  const other = await open({ plugins: [build('echo.c')] });
  const expected = other.route({ sql: long('other'), shards: 1000 }).shard;
  const host = await calling(() => other.route({ sql: long('other'), shards: 1000 }).shard as number);
  expect(host.route({ sql: 'x', params: ['1'], shards: 1000 }).shard).toBe(expected);
});

describe('a query whose getters', () => {
  const texts = (from: number) => Array.from({ length: 600 }, (_, index) => `SELECT ${from + index}`);

  /** Other questions of every kind: short and long, enough texts that all kept ones are dropped, and one that fails. */
  function disturb(host: Host) {
    for (const sql of texts(Math.floor(Math.random() * 1e6)))
      host.route({ sql, params: ['other'], shards: 77 });
    host.route({ sql: long('other'), params: Array(100).fill(long('p')) });
    expect(() => host.route({ sql: 'other', params: ['x', 'y', 42 as never] })).toThrow('parameter $3');
  }

  it.each([1, 2, 3, 5, 16, 17, 70])('route again gets its own answer: %i parameters', async (count) => {
    const { host, seen } = await echoing();
    const statement = host.prepare('prepared');
    for (const at of [0, 1, count - 1].filter((one) => one < count)) {
      const make = () => {
        const params = Array.from({ length: count }, (_, index) => `p${index}`);
        Object.defineProperty(params, at, {
          get() {
            disturb(host);
            return `got ${at}`;
          },
        });
        return params;
      };
      const expected = Array.from({ length: count }, (_, index) => ({
        format: 0,
        isNull: 0,
        hasNoData: 0,
        bytes: index === at ? `got ${at}` : `p${index}`,
      }));
      host.route({ sql: 'SELECT mine', params: ['warm'] });
      host.route({ sql: 'SELECT mine', params: make(), shards: 5 });
      expect(seen()).toMatchObject({ sql: 'SELECT mine', params: expected, shards: 5 });
      statement.route(make(), { shards: 6 });
      expect(seen()).toMatchObject({ sql: 'prepared', params: expected, shards: 6 });
    }
  });

  it.each(['sql', 'params', 'shards', 'inTransaction'])(
    'route again in %s gets its own answer',
    async (name) => {
      const { host, seen } = await echoing();
      const query = { sql: 'SELECT mine', params: ['a', 'b'], shards: 5, inTransaction: true };
      const value = query[name as keyof typeof query];
      Object.defineProperty(query, name, {
        get() {
          disturb(host);
          return value;
        },
      });
      for (let round = 0; round < 3; round++) {
        host.route(query);
        expect(seen()).toMatchObject({ sql: 'SELECT mine', shards: 5, inTransaction: 1 });
      }
    },
  );

  it('throw gets what they throw, and leaves the next call alone', async () => {
    const { host, seen } = await echoing();
    const throwing = (count: number) => {
      const params = Array(count).fill('x');
      Object.defineProperty(params, count - 1, {
        get() {
          throw new RangeError('mine');
        },
      });
      return params;
    };
    const statement = host.prepare('prepared');
    for (const count of [1, 2, 3, 17, 70]) {
      expect(() => host.route({ sql: 'x', params: throwing(count) })).toThrow(new RangeError('mine'));
      expect(() => statement.route(throwing(count))).toThrow(new RangeError('mine'));
      host.route({ sql: 'after', params: ['y'] });
      expect(seen()).toMatchObject({ sql: 'after', params: [{ bytes: 'y' }] });
    }
  });

  it('close the host gets its error', async () => {
    const { host } = await echoing();
    const params = ['x'];
    Object.defineProperty(params, 0, {
      get() {
        void host.close();
        return 'x';
      },
    });
    expect(() => host.route({ sql: 'x', params })).toThrow('the host was closed');
  });
});
