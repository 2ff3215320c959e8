/**
 * Ends workers and processes at random moments while hosts open, serve and call. Prints one line of JSON.
 *
 * usage: node stress.mjs ends|serves|exits COUNT PLUGIN DIRECTORY
 *   ends    workers that open hosts, each terminated at a random moment of its first 120 ms
 *   serves  workers that serve six functions, call back, and end by themselves: nothing runs out
 *   exits   a process that exits while its worker opens hosts; COUNT is 1
 */
import { Worker } from 'node:worker_threads';

const [mode, count, plugin, privateDirectory] = process.argv.slice(2);
const file = new URL('./worker.mjs', import.meta.url);
const errors = {};
const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function start(forever) {
  const worker = new Worker(file, {
    workerData: { plugin, forever, privateDirectory },
    stdout: true,
    stderr: true,
  });
  worker.on('error', ({ message }) => {
    errors[message] = (errors[message] ?? 0) + 1;
  });
  return { worker, ended: new Promise((done) => worker.once('exit', done)) };
}

if (mode === 'exits') {
  const { worker } = start(true);
  await new Promise((done) => worker.once('online', done));
  await sleep(Math.random() * 150);
  process.exit(0);
}

let begun = 0;
async function lane() {
  while (begun < count) {
    begun++;
    const { worker, ended } = start(mode === 'ends');
    if (mode === 'ends') {
      await sleep(Math.random() * 120);
      await worker.terminate();
    }
    await ended;
  }
}
await Promise.all([lane(), lane(), lane()]);
console.log(JSON.stringify({ workers: begun, errors }));
