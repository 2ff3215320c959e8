/** Values for TypeScript that takes them at its own pace. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Collection } from '../../../src/index.js';
import { open } from '../../host/open.js';
import { collected, until } from './wait.js';

function send(collecting: Collection, count: number, from = 1): void {
  for (let i = from; i < from + count; i++)
    collecting.dispatch({ plugin: 'p', type: 'gauge', typeInstance: `${i}`, values: i });
}

it('waits in a bounded queue that drops the oldest, and counts them exactly', async () => {
  const { collecting } = await open({ collecting: {} });
  const values = collecting.values({ maxQueue: 100 });
  send(collecting, 250);
  expect([values.dropped, values.waiting]).toEqual([150, 100]);
  const taken = (await collected(values, 100)).map((sample) => sample.values[0]);
  expect(taken).toEqual(Array.from({ length: 100 }, (_, index) => 151 + index));
  expect([values.dropped, values.waiting]).toEqual([150, 0]);
});

it('gives two who take them the same, each at its own pace', async () => {
  const { collecting } = await open({ collecting: {} });
  const [fast, slow] = [collecting.values(), collecting.values({ maxQueue: 10 })];
  send(collecting, 50);
  expect(await collected(fast, 50)).toHaveLength(50);
  expect(slow.dropped).toBe(40);
  await slow.return();
  send(collecting, 10, 51);
  expect(await slow.next()).toEqual({ done: true, value: undefined });
  expect((await collected(fast, 10))[9]?.values).toEqual([60]);
});

it('onBatch waits for its listener, and ends when it is told', async () => {
  const { collecting } = await open({ collecting: {} });
  const sizes: number[] = [];
  let running = 0;
  const listening = collecting.onBatch(async (samples) => {
    expect(++running).toBe(1);
    sizes.push(samples.length);
    await sleep(1);
    running--;
  });
  send(collecting, 2000);
  const total = () => sizes.reduce((sum, size) => sum + size, 0);
  await until(() => total() === 2000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
  expect(listening.dropped).toBe(0);
  listening.stop();
  send(collecting, 1, 2001);
  await sleep(20);
  expect(total()).toBe(2000);
});

it('lets the event loop go on between two batches', async () => {
  const { collecting } = await open({ collecting: {} });
  const values = collecting.values();
  send(collecting, 5000);
  let turns = 0;
  let counting = true;
  const turn = () => {
    turns++;
    if (counting) setImmediate(turn);
  };
  setImmediate(turn);
  await collected(values, 5000);
  counting = false;
  expect(turns).toBeGreaterThanOrEqual(9);
});

it('ends a loop that is left', async () => {
  const { collecting } = await open({ collecting: {} });
  const values = collecting.values();
  send(collecting, 3);
  for await (const sample of values) if (sample.values[0] === 2) break;
  expect(await values.next()).toEqual({ done: true, value: undefined });
});

it('ends with what was there when the host closes', async () => {
  const host = await open({ collecting: {} });
  const values = host.collecting.values();
  send(host.collecting, 3);
  const all: unknown[] = [];
  const loop = (async () => {
    for await (const sample of values) all.push(...sample.values);
  })();
  await host.close();
  await loop;
  expect(all).toEqual([1, 2, 3]);
});

it('hears notifications, with all that they say', async () => {
  const { collecting } = await open({ collecting: {} });
  const heard: unknown[] = [];
  const stop = collecting.onNotification((notification) => heard.push(notification));
  const time = new Date(1_700_000_000_000);
  collecting.notify({
    severity: 'warning',
    message: 'it is warm',
    time,
    host: 'h',
    plugin: 'p',
    pluginInstance: 'a',
    type: 'temperature',
    typeInstance: 'core',
    metadata: { now: 81.5 },
  });
  await until(() => heard.length === 1);
  expect(heard).toEqual([
    {
      severity: 'warning',
      message: 'it is warm',
      time,
      host: 'h',
      plugin: 'p',
      pluginInstance: 'a',
      type: 'temperature',
      typeInstance: 'core',
      metadata: { now: 81.5 },
    },
  ]);
  stop();
  collecting.notify({ severity: 'okay', message: 'again' });
  await sleep(20);
  expect(heard).toHaveLength(1);
});

it.each([
  [{ severity: 'bad', message: 'x' }, 'severity must be failure, warning, okay'],
  [{ severity: 'okay' }, 'message must be a string'],
  [{ severity: 'okay', message: 'x', time: 1 }, 'time must be a date'],
  [{ severity: 'okay', message: '\x1b[2J' }, 'message must be a string without control characters'],
  [{ severity: 'okay', message: 'x', plugin: 'a\nb' }, 'plugin must be a string without control characters'],
])('notify refuses %j', async (given, message) => {
  const { collecting } = await open({});
  expect(() => collecting.notify(given as never)).toThrow(`MORTISE_ERR_COLLECT_REPORT: ${message}`);
});

it('answers each of several calls of next() at once, in their order', async () => {
  const host = await open({ collecting: {} });
  const { collecting } = host;
  const batches = collecting.batches();
  const taken = [batches.next(), batches.next()];
  send(collecting, 1);
  expect((await taken[0])?.value?.[0]?.values).toEqual([1]);
  send(collecting, 1, 2);
  expect((await taken[1])?.value?.[0]?.values).toEqual([2]);
  const values = collecting.values();
  const each = [values.next(), values.next(), values.next(), values.next()];
  send(collecting, 3, 3);
  for (const [index, next] of each.slice(0, 3).entries())
    expect((await next).value?.values).toEqual([3 + index]);
  await values.return();
  expect(await each[3]).toEqual({ done: true, value: undefined });
});

it.each([0, -1, 1.5, Number.NaN, 2 ** 32, '5'])('refuses a maxQueue of %s', async (maxQueue) => {
  const { collecting } = await open({});
  expect(() => collecting.values({ maxQueue } as never)).toThrow(
    'MORTISE_ERR_COLLECT_CALLBACK: maxQueue must be an integer from 1 to 100000000',
  );
});
