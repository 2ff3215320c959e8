/** A million decisions leave nothing behind. MORTISE_TEST_CALLS=10000000 makes it ten. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { good, open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

const calls = Number(process.env.MORTISE_TEST_CALLS ?? 1_000_000);
const megabyte = 1024 * 1024;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** How much the process grows over the calls, in bytes, once it has warmed up. */
async function growth(call: (index: number) => void): Promise<number> {
  const run = async (count: number, from: number) => {
    for (let index = from; index < from + count; index++) {
      call(index);
      // What is collected is given back between two turns of the event loop.
      if (index % 10_000 === 0) await setImmediate();
    }
    gc();
    await setImmediate();
    gc();
    return process.memoryUsage().rss;
  };
  const before = await run(calls / 5, 0);
  return (await run(calls, calls / 5)) - before;
}

const sql = 'SELECT * FROM orders WHERE tenant_id = $1 AND order_id = $2 ';
const plugins = () => [{ name: build('decider.c'), config: {} }, good()];

it.each<[string, () => Promise<(index: number) => void>]>([
  [
    'the same SQL',
    async () => {
      const host = await open({ plugins: plugins() });
      return (index) => host.route({ sql, params: [String(index), 'a parameter of some length'], shards: 4 });
    },
  ],
  [
    'another SQL each time',
    async () => {
      const host = await open({ plugins: plugins() });
      return (index) => host.route({ sql: `${sql} -- ${index}`, params: ['1'], shards: 4 });
    },
  ],
  [
    'a statement',
    async () => {
      const host = await open({ plugins: plugins() });
      const statement = host.prepare(sql);
      return (index) => statement.route([String(index), '2'], { shards: 4 });
    },
  ],
  [
    'answers that break the rules',
    async () => {
      const host = await open({ plugins: [{ name: build('decider.c'), config: { target: 9 } }] });
      return (index) => index % 10 === 0 && host.route({ sql, params: ['1'] });
    },
  ],
  [
    'parameters of every size',
    async () => {
      const host = await open({ plugins: plugins() });
      const large = 'x'.repeat(100_000);
      return (index) =>
        index % 10 === 0 &&
        host.route({ sql, params: ['1', '2', '3', '4', large.slice(0, index % 100_000)], shards: 4 });
    },
  ],
])('%s', { timeout: 300_000 + calls / 10 }, async (_, make) => {
  // 32 bytes a call would be more.
  expect(await growth(await make())).toBeLessThan(24 * megabyte);
});

it('statements that are dropped', { timeout: 300_000 }, async () => {
  const host = await open({ plugins: plugins() });
  const grown = await growth((index) => {
    if (index % 20 === 0) host.prepare(`${sql} ${index}${'x'.repeat(2000)}`).route([], { shards: 4 });
    // V8 doesn't know how much SQL waits behind its small objects, and would take its time.
    if (index % 10_000 === 0) gc();
  });
  // 2 kB each: 50,000 of them would be 100 MB.
  expect(grown).toBeLessThan(16 * megabyte);
});

it('statements that nobody holds are collected before they fill the memory', async () => {
  const host = await open({ plugins: plugins() });
  const text = 'x'.repeat(100_000);
  const before = process.memoryUsage().rss;
  let max = 0;
  for (let index = 0; index < 6000; index++) {
    host.prepare(text);
    if (index % 50 > 0) continue;
    await setImmediate(); // what is collected is given back between two turns
    max = Math.max(max, process.memoryUsage().rss - before);
  }
  // Of 600: V8 must know what each holds, or it sees no reason to collect them.
  expect(max / megabyte).toBeLessThan(350);
}, 300_000);
