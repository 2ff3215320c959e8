/** A host in a worker_thread: its plugins finish when the worker does, and the process goes on. */
import { expect, it } from 'vitest';
import { build } from '../support/plugins/build.js';
import { run, wholeLife } from './child.js';

/** Opens a host in a worker, runs `inside` there, and says how the worker ended. */
const inWorker = (inside: string, main = '') =>
  run(
    `const worker = work();
    worker.on('error', ({ message }) => console.log('worker failed:', message));
    const ended = new Promise((done) => worker.on('exit', done));
    await once(worker, 'message');
    ${main}
    console.log('worker ended', await ended);`,
    { worker: `const host = await Host.open(options); parentPort.postMessage('ready');\n${inside}` },
  );

it.each([
  ['ends', '', '', 0],
  ['closes its host', 'await host.close();', '', 0],
  ['exits', 'process.exit(3);', '', 3],
  ['is terminated', 'setInterval(() => {}, 1000);', 'worker.terminate();', 1],
  ['is terminated in an endless loop', 'for (;;);', 'setTimeout(() => worker.terminate(), 50);', 1],
])('finishes its plugins once, in reverse order, when the worker %s', async (_, inside, main, code) => {
  const ended = await inWorker(inside, main);
  expect(ended.stderr).toBe('');
  expect(ended).toMatchObject({ code: 0, stdout: `worker ended ${code}\n`, steps: wholeLife });
});

it('finishes them when the worker fails', async () => {
  // Only when it is told to: an error may overtake a message.
  const fail = "parentPort.once('message', () => { throw new Error('oh'); });";
  const { code, stdout, steps } = await inWorker(fail, "worker.postMessage('now');");
  expect(stdout).toBe('worker failed: oh\nworker ended 1\n');
  expect({ code, steps }).toEqual({ code: 0, steps: wholeLife });
});

it('finishes them when the main thread ends the process', async () => {
  const { code, steps } = await inWorker('setInterval(() => {}, 1000);', 'process.exit(8);');
  expect({ code, steps }).toEqual({ code: 8, steps: wholeLife });
});

it.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'finishes them when %s ends the process, whose main thread has a host too',
  async (kill) => {
    const { code, signal, steps } = await run(
      `const host = await Host.open({ ...options, plugins: options.plugins.slice(0, 1) });
      const worker = work();
      await once(worker, 'message');
      console.log('ready');`,
      {
        worker: `const host = await Host.open(options); parentPort.postMessage('ready');
          setInterval(() => {}, 1000);`,
        kill,
      },
    );
    expect({ code, signal }).toEqual({ code: null, signal: kill });
    expect(steps).toEqual(['one init', ...wholeLife.slice(0, 3), 'one fini', ...wholeLife.slice(3)]);
  },
);

it('leaves no copies behind, unless no JavaScript could run any more', async () => {
  expect((await inWorker('')).left).toEqual([]);
  expect((await inWorker('process.exit();')).left).toEqual([]);
  // The sweep of a later host takes it.
  expect((await inWorker('for (;;);', 'setTimeout(() => worker.terminate(), 50);')).left).toHaveLength(1);
});

it('leaves the main thread’s host alone', async () => {
  const { stdout, steps } = await run(
    `const host = await Host.open({ ...options, plugins: options.plugins.slice(0, 1) });
    const worker = work();
    await once(worker, 'exit');
    console.log(host.isOpen, host.plugins.get('one').state, host.route({ sql: '' }).plugin);`,
    { worker: 'const host = await Host.open(options); await host.close();' },
  );
  expect(stdout).toBe('true ready null\n');
  expect(steps).toEqual(['one init', ...wholeLife, 'one fini']);
});

it('starts in many workers, one after the other and at the same time', async () => {
  const { code, stdout, steps } = await run(
    `for (let round = 0; round < 3; round++) {
      await Promise.all([work(), work(), work()].map((worker) => once(worker, 'exit')));
    }
    console.log('done');`,
    { worker: `const host = await Host.open(options); host.route({ sql: 'x' });` },
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
  for (const step of wholeLife) expect(steps.filter((one) => one === step)).toHaveLength(9);
});

it('routes in two workers and the main thread at the same time', async () => {
  const routing = `
    const host = await Host.open(options);
    const name = workerData ?? 'main';
    let wrong = 0;
    const statement = host.prepare('prepared by ' + name);
    const expected = statement.route([name], { shards: 1e9 }).shard;
    for (let round = 0; round < 30_000; round++) {
      const sql = 'SELECT ' + (round % 1500) + ' FROM ' + name + 'é'.repeat(round % 40);
      const params = [name, 'a parameter that is longer than twelve', String(round), null];
      const first = host.route({ sql, params, shards: 1e9 });
      const again = host.route({ sql, params, shards: 1e9 });
      if (first.plugin !== 'echo' || first.shard !== again.shard || first.errors) wrong++;
      if (statement.route([name], { shards: 1e9 }).shard !== expected) wrong++;
    }
    await host.close();`;
  const ended = await run(
    `const answers = ['left', 'right'].map((name) => once(work(name), 'message'));
    ${routing}
    console.log(wrong, ...(await Promise.all(answers)).flat());`,
    { plugins: [build('echo.c')], worker: `${routing} parentPort.postMessage(wrong);` },
  );
  expect(ended.stderr).toBe('');
  expect(ended).toMatchObject({ code: 0, stdout: '0 0 0\n' });
});
