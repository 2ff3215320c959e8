/** Routing while a plugin is being asked: through JavaScript that the plugin calls. */
import { createRequire } from 'node:module';
import { expect, it, onTestFinished } from 'vitest';
import type { Decision, Host } from '../../../src/index.js';
import { open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

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
