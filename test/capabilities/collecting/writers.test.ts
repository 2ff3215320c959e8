/** Writers in TypeScript: each with a queue of its own, whatever the others do. */
import { expect, it } from 'vitest';
import type { Collection, Problem, Sample } from '../../../src/index.js';
import { open } from '../../host/open.js';
import { until } from './wait.js';

/** Values 1 to `count` of as many series. */
function send(collecting: Collection, count: number, from = 1): void {
  for (let i = from; i < from + count; i++)
    collecting.dispatch({ plugin: 'p', type: 'gauge', typeInstance: `${i}`, values: i });
}

const stateOf = (collecting: Collection, of: string) =>
  collecting.writers.find(({ name }) => name === of) ?? expect.fail(`no writer ${of}`);

it('gets what was dispatched, in order and in batches, and is waited for', async () => {
  const { collecting } = await open({ collecting: {} });
  const values: number[] = [];
  let running = 0;
  let largest = 0;
  collecting.addWriter({
    name: 'list',
    async write(samples) {
      expect(++running).toBe(1);
      largest = Math.max(largest, samples.length);
      await new Promise((resolve) => setImmediate(resolve));
      values.push(...samples.map((sample) => sample.values[0] as number));
      running--;
    },
  });
  send(collecting, 5000);
  expect(await collecting.flush()).toBe(true);
  expect(values).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
  expect(largest).toBeGreaterThan(1);
  expect(largest).toBeLessThanOrEqual(1024);
  expect(stateOf(collecting, 'list')).toMatchObject({
    plugin: 'mortise',
    written: 5000,
    failed: 0,
    dropped: 0,
  });
});

it('is flushed after what waits was written, with age and identifier', async () => {
  const { collecting } = await open({ collecting: {} });
  const heard: unknown[] = [];
  collecting.addWriter({
    name: 'file',
    write: (samples) => void heard.push(samples.length),
    flush: (...given) => void heard.push(given),
  });
  send(collecting, 1);
  await collecting.flush({ writer: 'file', ageSeconds: 2.5, identifier: 'h/p/gauge-1' });
  expect(heard).toEqual([1, [2.5, 'h/p/gauge-1']]);
});

it('costs others nothing when it is stuck, and what its queue drops is counted exactly', async () => {
  const { collecting } = await open({ collecting: { maxQueue: 2000 } });
  let release = () => {};
  const stuck: Sample[] = [];
  let batches = 0;
  collecting.addWriter({
    name: 'stuck',
    async write(samples) {
      if (batches++ === 0)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      stuck.push(...samples);
    },
  });
  let good = 0;
  collecting.addWriter({
    name: 'good',
    write(samples) {
      good += samples.length;
    },
  });
  send(collecting, 1);
  await until(() => batches === 1);
  for (let sent = 0; sent < 10_000; sent += 500) {
    send(collecting, 500, 2 + sent);
    await until(() => good === 1 + sent + 500);
  }
  expect(stateOf(collecting, 'stuck')).toMatchObject({
    dropped: 8000,
    // With the one that it has in hand.
    waiting: 2001,
    maxQueue: 2000,
    written: 0,
  });
  await until(() => stateOf(collecting, 'good').written === 10_001);
  expect(stateOf(collecting, 'good').dropped).toBe(0);
  release();
  await collecting.flush();
  expect(stuck.map(({ values }) => values[0])).toEqual([
    1,
    ...Array.from({ length: 2000 }, (_, i) => 8002 + i),
  ]);
  expect(stateOf(collecting, 'stuck')).toMatchObject({ dropped: 8000, waiting: 0, written: 2001 });
});

it('counts the samples that it failed on, and goes on', async () => {
  const host = await open({ collecting: {} });
  const { collecting } = host;
  const problems: Problem[] = [];
  host.on('problem', (problem) => problems.push(problem));
  let fails = true;
  collecting.addWriter({
    name: 'shaky',
    async write() {
      if (fails) throw new Error('no disk');
    },
  });
  send(collecting, 3);
  await collecting.flush();
  expect(stateOf(collecting, 'shaky')).toMatchObject({ written: 0, failed: 3 });
  expect(problems).toMatchObject([
    { code: 'MORTISE_ERR_COLLECT_WRITER', message: 'the writer shaky threw: no disk', subject: 'shaky' },
  ]);
  fails = false;
  send(collecting, 2, 4);
  await collecting.flush();
  expect(stateOf(collecting, 'shaky')).toMatchObject({ written: 2, failed: 3 });
});

it('says when a flush failed', async () => {
  const { collecting } = await open({ collecting: {} });
  collecting.addWriter({
    name: 'bad',
    write() {},
    flush() {
      throw new Error('full');
    },
  });
  expect(await collecting.flush({ writer: 'bad' })).toBe(false);
});

it('can be removed, and its name be used again', async () => {
  const { collecting } = await open({ collecting: {} });
  const writer = { name: 'w', write() {} };
  collecting.addWriter(writer);
  expect(() => collecting.addWriter(writer)).toThrow('MORTISE_ERR_COLLECT_NAME_TAKEN');
  expect(await collecting.removeWriter('w')).toBe(true);
  expect(await collecting.removeWriter('w')).toBe(false);
  collecting.addWriter(writer);
});

it('refuses what would wait for itself inside write, and can be removed afterwards', async () => {
  const { collecting } = await open({ collecting: {} });
  const refused: unknown[] = [];
  collecting.addWriter({
    name: 'own',
    async write() {
      for (const call of [collecting.removeWriter('own'), collecting.flush({ limitMs: 100 })])
        await call.catch((error: Error) => refused.push(error.message.split('\n')[0]));
    },
  });
  send(collecting, 1);
  await until(() => refused.length === 2);
  expect(refused).toEqual([
    expect.stringContaining('removeWriter inside the writer own would wait for that writer'),
    expect.stringContaining('flush inside the writer own would wait for that writer'),
  ]);
  expect(await collecting.flush({ limitMs: Number.POSITIVE_INFINITY })).toBe(true);
  await expect(collecting.flush({ limitMs: Number.NaN })).rejects.toThrow('limitMs must be milliseconds');
  expect(await collecting.removeWriter('own')).toBe(true);
});
