// Go's drivers beside the others, in this process and in two workers, in opposite orders: SQLITE, then the rest.
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Host } from '../../../dist/mortise.js';

async function load(paths) {
  const host = await Host.open({ plugins: paths });
  const states = [...host.plugins].map(({ name, state }) => `${name} ${state}`);
  const db = await host.plugins.get('sqlite').offers.adbc.open('x', { options: { uri: ':memory:' } });
  const rows = await db.rows('SELECT 42 AS answer');
  await host.close();
  return `${states.join(', ')}: ${rows[0].answer}`;
}

const paths = isMainThread ? process.argv.slice(2) : workerData;
if (isMainThread) {
  console.log(await load(paths));
  const workers = [paths, [...paths].reverse()].map(
    (workerData) => new Worker(new URL(import.meta.url), { workerData }),
  );
  await Promise.all(workers.map((worker) => new Promise((done) => worker.once('exit', done))));
} else console.log(await load(paths));
