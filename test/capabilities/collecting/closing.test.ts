/** The end of a host that collects, at whatever moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { run } from '../../host/child.js';
import { open } from '../../host/open.js';
import { until } from './wait.js';

const gauge = (plugin: string, values: number) => ({ plugin, type: 'gauge', values });

it('reads no more, then writes what waits, then flushes', async () => {
  const host = await open({ collecting: { interval: 0.01 } });
  const steps: string[] = [];
  let ended = false;
  host.collecting.addReader({
    name: 'reader',
    async read({ signal }) {
      await sleep(30);
      if (signal.aborted) ended = true;
      return gauge('reader', 1);
    },
  });
  let written = 0;
  host.collecting.addWriter({
    name: 'writer',
    async write(samples) {
      await sleep(5);
      written += samples.length;
      steps.push('write');
    },
    flush: () => void steps.push('flush'),
  });
  await until(() => written > 0);
  await until(() => host.collecting.readers[0]?.isRunning === true);
  const { counts } = host.collecting;
  await host.close();
  expect(ended).toBe(true);
  expect(written).toBeGreaterThan(counts.dispatched - 1);
  expect(steps.at(-1)).toBe('flush');
  expect(() => host.collecting.values()).toThrow('MORTISE_ERR_HOST_CLOSED');
});

it('two hosts have nothing of each other’s', async () => {
  const [one, two] = [await open({ collecting: {} }), await open({ collecting: {} })];
  const of = new Map([one, two].map((host, index) => [index, host.collecting.values()]));
  one.collecting.dispatch(gauge('one', 1));
  two.collecting.dispatch(gauge('two', 2));
  const next = async (index: number) => (await of.get(index)?.next())?.value;
  expect([await next(0), await next(1)]).toMatchObject([
    { series: { plugin: 'one' } },
    { series: { plugin: 'two' } },
  ]);
  await one.close();
  two.collecting.dispatch(gauge('three', 3));
  expect(await next(1)).toMatchObject({ series: { plugin: 'three' } });
});

it('closes many hosts one after the other, busy as they are', async () => {
  for (let round = 0; round < 20; round++) {
    const host = await open({ collecting: { interval: 0.001 } });
    let reads = 0;
    host.collecting.addReader({ name: 'r', read: () => gauge('r', reads++) });
    host.collecting.addWriter({ name: 'w', write: () => sleep(1) });
    const values = host.collecting.values();
    await values.next();
    await host.close();
  }
});

/** Collects with a reader, a writer that takes its time, and somebody who takes values. */
const busy = `
  const host = await Host.open({ ...options, collecting: { interval: 0.002 } });
  let n = 0;
  host.collecting.addReader({ name: 'r', read: () => ({ type: 'gauge', values: n++ }) });
  host.collecting.addWriter({ name: 'w', write: () => new Promise((done) => setTimeout(done, 5)), flush() {} });
  host.collecting.addWriter({ name: 'stuck', write: () => new Promise(() => {}) });
  void (async () => { for await (const _ of host.collecting.values()) await null; })();
  await new Promise((done) => setTimeout(done, 100));`;

it.each([
  ['process.exit', `${busy} process.exit(3);`, 3],
  ['an uncaught error', `${busy} setImmediate(() => { throw new Error('oh'); });`, 1],
])('ends with the process: %s', async (_, script, code) => {
  const start = performance.now();
  expect(await run(script, { plugins: [] })).toMatchObject({ code, signal: null });
  expect(performance.now() - start).toBeLessThan(20_000);
});

it.each([
  ['ends', 'process.exit();'],
  ['is terminated', "parentPort.postMessage('busy');"],
  ['is terminated in a loop', "parentPort.postMessage('busy'); for (;;);"],
])('a worker that collects %s', async (_, end) => {
  const ended = await run(
    `const worker = work();
    worker.on('message', () => worker.terminate());
    await once(worker, 'exit');
    console.log('ended');`,
    { plugins: [], worker: `${busy}\n${end}` },
  );
  expect(ended).toMatchObject({ code: 0, signal: null, stdout: 'ended\n' });
  // A busy machine may take longer than the interval, and the log says so.
  const said = ended.stderr.split('\n').filter((line) => line && !line.includes('MORTISE_WARN_COLLECT_READ'));
  expect(said).toEqual([]);
});

it('keeps the process while somebody waits for values, and not otherwise', async () => {
  const waits = await run(
    `const host = await Host.open({ collecting: { interval: 0.05 } });
    host.collecting.addReader({ name: 'r', read: () => ({ type: 'gauge', values: 1 }) });
    for await (const { series } of host.collecting.values()) { console.log(series.plugin); break; }
    host.collecting.onBatch(() => {});`,
    { plugins: [] },
  );
  expect(waits).toMatchObject({ code: 0, stdout: 'r\n', stderr: '' });
});
