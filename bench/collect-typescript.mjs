// npm run bench -- collect: what a consumer in TypeScript costs, and how long it keeps the event loop.
import { cpus } from 'node:os';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Host } from '../dist/index.js';
import { compile } from './compile.mjs';

const json = process.argv.includes('--json');
const seconds = Number(process.argv.find((argument) => /^--seconds=/.test(argument))?.slice(10) ?? 10);
const perSecond = 100_000;
const [readers, interval] = [20, 0.05];
const values = (perSecond * interval) / readers;

/** What takes the values, and gives back how many it had and how many were dropped. */
const consumers = {
  nobody: () => () => [0, 0],
  values: ({ collecting }) => {
    const stream = collecting.values();
    let count = 0;
    void (async () => {
      for await (const { values } of stream) if (values.length > 0) count++;
    })();
    return () => [count, stream.dropped];
  },
  onBatch: ({ collecting }) => {
    let count = 0;
    const listening = collecting.onBatch((samples) => {
      count += samples.length;
    });
    return () => [count, listening.dropped];
  },
  writer: ({ collecting }) => {
    let count = 0;
    collecting.addWriter({
      name: 'count',
      write(samples) {
        count += samples.length;
      },
    });
    return () => [count, collecting.writers[0].dropped];
  },
};

async function measure(consume) {
  const host = await Host.open({
    plugins: [{ name: compile('collect-values.c'), config: { readers, values } }],
    collecting: { interval },
  });
  const state = consume(host);
  // Series are known, and code is compiled.
  await sleep(2000);
  const before = { counts: host.collecting.counts, taken: state() };
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await sleep(seconds * 1000);
  const elapsed = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  delays.disable();
  const [taken, dropped] = state();
  const dispatched = host.collecting.counts.dispatched - before.counts.dispatched;
  await host.close();
  return {
    dispatchedPerSecond: dispatched / elapsed,
    takenPerSecond: (taken - before.taken[0]) / elapsed,
    dropped: dropped - before.taken[1],
    cpuMicrosecondsAValue: (user + system) / dispatched,
    // The timer's own millisecond is no delay.
    delayMs: Object.fromEntries([50, 99, 99.9].map((p) => [p, delays.percentile(p) / 1e6 - 1])),
    longestMs: delays.max / 1e6 - 1,
  };
}

const results = {};
for (const [name, consume] of Object.entries(consumers)) results[name] = await measure(consume);

if (json) {
  console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, seconds, results }, null, 2));
} else {
  const number = (value, digits = 2) => value.toFixed(digits);
  console.log(`${perSecond.toLocaleString('en')} values a second from native readers, for ${seconds} s`);
  console.table(
    Object.fromEntries(
      Object.entries(results).map(([name, result]) => [
        name,
        {
          'values/s': Math.round(result.takenPerSecond),
          dropped: result.dropped,
          'µs CPU/value': number(result.cpuMicrosecondsAValue),
          'loop delay p50 ms': number(result.delayMs[50]),
          'p99 ms': number(result.delayMs[99]),
          'p99.9 ms': number(result.delayMs[99.9]),
        },
      ]),
    ),
  );
}
