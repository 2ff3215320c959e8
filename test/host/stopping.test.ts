/** Nothing in use goes away: not at stop, not at close, not when the process ends. */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defineService, fn, i64, implement, status, u32 } from '../../src/index.js';
import { make, until, watch } from '../services/native/build.js';
import { run } from './child.js';
import { directory, expectComplete } from './open.js';

const linux = process.platform === 'linux';
const bond = (
  name: string,
  define: Record<string, string | true> = {},
  config: Record<string, string | number> = {},
) => ({
  name: make('bond', { define: { NAME: name, ...define } }),
  config,
});
const Bond = defineService('test.a', '1.0', {
  ping: fn({}, status, { thread: 'any' }),
  doze: fn({ milliseconds: u32 }, status, { thread: 'any' }),
});
const Tick = defineService('test.tick', '1.0', { tick: fn({}, i64, { failure: -1n }) });

describe.skipIf(!linux)('at close', () => {
  it('who only wants a service is told that it goes, also where two use each other', async () => {
    const { host, said } = await watch({
      plugins: [
        bond('one', { PROVIDES: 'test.a', WANTS: 'test.b' }),
        bond('two', { PROVIDES: 'test.b', NEEDS: 'test.a' }),
      ],
    });
    expect(said()).toEqual(['one: came']);
    await host.close();
    expect(said().slice(1)).toEqual([
      'one: going',
      'two: needed 42',
      'two: fini',
      'one: wanted 0',
      'one: fini',
    ]);
  });

  it('who holds a lease of a later plugin stops before it', async () => {
    const { host, said } = await watch({ plugins: [bond('early'), bond('late', { PROVIDES: 'test.a' })] });
    host.route({ sql: 'test.a', shards: 1 });
    await host.close();
    // A lease of one's own is not a reason to wait.
    expect(said()).toEqual(['early: asked 42', 'early: fini', 'late: asked 42', 'late: fini']);
  });

  it.each(['close', 'stop'] as const)(
    '%s: a thread that calls TypeScript is answered or refused',
    async (how) => {
      let ticks = 0n;
      const { host, said, problems } = await watch({
        plugins: [bond('caller', { TICKS: true })],
        services: [implement(Tick, { tick: () => ++ticks })],
      });
      while (ticks < 3n) await sleep(1);
      await (how === 'close' ? host.close() : host.stop('caller'));
      expect(said()).toEqual(['caller: fini']);
      // It did nothing wrong.
      expect(problems).toEqual([]);
      expect(host.plugins.get('caller').state).toBe('stopped');
    },
  );

  it('what never ends is left alone, with all that it uses', { timeout: 300_000 }, async () => {
    const { host, said, problems } = await watch({
      plugins: [
        bond('provider', { PROVIDES: 'test.a' }),
        bond('stuck', { NEEDS: 'test.a', PROVIDES: 'test.b' }, { busy: -1 }),
        bond('other', { PROVIDES: 'test.c' }),
      ],
    });
    await until(() => said().includes('stuck: works'));
    await host.close();
    expect(said().filter((line) => line.endsWith('fini'))).toEqual(['other: fini']);
    const { state, error } = host.plugins.get('stuck');
    expect([state, error?.code]).toEqual(['failed', 'MORTISE_ERR_TASK_STUCK']);
    expect(host.plugins.get('provider').error).toMatchObject({
      code: 'MORTISE_ERR_SERVICE_IN_USE',
      found: 'leases of stuck',
    });
    expect(problems).toHaveLength(2);
    for (const problem of problems) expectComplete(problem);
  });

  it('a call on a pool thread that hangs is given up', { timeout: 300_000 }, async () => {
    const { host, said } = await watch({ plugins: [bond('sleeper', { PROVIDES: 'test.a' })] });
    const [service] = host.services.useAsync(Bond);
    const call = service?.doze({ milliseconds: 14_000 });
    await host.close();
    expect(said().filter((line) => !line.includes('MORTISE'))).toEqual([]);
    expect(host.plugins.get('sleeper').error).toMatchObject({
      code: 'MORTISE_ERR_TASK_STUCK',
      where: 'host.services.useAsync',
    });
    await call;
  });
});

describe.skipIf(!linux)('stop with users', () => {
  it('gives nobody a lease while it waits, and lets go who can', async () => {
    const { host, said } = await watch({
      plugins: [
        bond('provider', { PROVIDES: 'test.a' }),
        bond('user', { NEEDS: 'test.a' }, { busy: 150 }),
        bond('asks', {}, { listens: 'test.a' }),
        bond('wants', { WANTS: 'test.a' }),
      ],
    });
    await until(() => said().includes('user: works'));
    await host.stop('provider', { withUsers: true });
    expect(said()).toEqual([
      'user: works',
      'asks: going',
      'wants: going',
      'asks: got nothing',
      'user: worked; needed 42',
      'user: needed 42',
      'user: fini',
      'provider: fini',
    ]);
    expect([...host.plugins].map(({ state }) => state)).toEqual(['stopped', 'stopped', 'ready', 'ready']);
  });
});

describe.skipIf(!linux)('when the process ends at once', () => {
  const script = (end: string) => `
    import { defineService, fn, i64, implement, status, u32 } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    const Tick = defineService('test.tick', '1.0', { tick: fn({}, i64, { failure: -1n }) });
    let ticks = 0n;
    options.services = [implement(Tick, { tick: () => ++ticks })];
    options.severity = 'info';
    options.log = ({ plugin, message }) => console.log(plugin + ': ' + message);
    const host = await Host.open(options);
    const Bond = defineService('test.a', '1.0', {
      ping: fn({}, status, { thread: 'any' }),
      doze: fn({ milliseconds: u32 }, status, { thread: 'any' }),
    });
    ${end}`;

  it('a plugin whose thread waits for TypeScript is left alone', async () => {
    const { code, signal, stdout } = await run(
      script(`while (ticks < 3n) await new Promise(setImmediate);
        console.log('ready');
        // Busy, so that the thread waits.
        for (const end = Date.now() + 400; Date.now() < end; );
        setInterval(() => {}, 1000);`),
      { plugins: [bond('caller', { TICKS: true }).name, bond('other').name], kill: 'SIGTERM' },
    );
    expect([code, signal]).toEqual([null, 'SIGTERM']);
    expect(stdout).toContain('other: fini');
    // Which one comes first is the system's choice: the thread was answered, or it waits.
    expect(stdout).toMatch(/caller: (fini|MORTISE_ERR_TASK_STUCK)/);
  });

  it('a plugin that a pool thread is in is left alone', async () => {
    const { code, stdout } = await run(
      script(`host.services.useAsync(Bond)[0].doze({ milliseconds: 3000 });
        setTimeout(() => process.exit(7), 100);`),
      { plugins: [bond('sleeper', { PROVIDES: 'test.a' }).name, bond('other').name] },
    );
    expect(code).toBe(7);
    expect(stdout).toContain('other: fini');
    expect(stdout).toContain('sleeper: MORTISE_ERR_TASK_STUCK');
    expect(stdout).not.toContain('sleeper: fini');
  });
});

describe.skipIf(!linux)('in a worker', () => {
  it('threads that plugins need outlive it, and so does the code they run', async () => {
    const { code, stderr } = await run(
      'for (let i = 0; i < 5; i++) { const worker = work(); await once(worker, "exit"); }',
      {
        plugins: [bond('one').name],
        worker: `options.plugins = options.plugins.map((name) => ({ name, config: { busy: 1 } }));
          const host = await Host.open({ ...options, log: () => {} });
          await new Promise((done) => setTimeout(done, 30));
          await host.close();`,
      },
    );
    expect([code, stderr]).toEqual([0, '']);
  });

  it('that is terminated, what never ends is left alone with all that it uses', {
    timeout: 300_000,
  }, async () => {
    const { code, steps } = await run(
      `const worker = work();
       await once(worker, 'message');
       await worker.terminate();
       process.exit(0);`,
      {
        plugins: [
          bond('provider', { PROVIDES: 'test.a' }).name,
          bond('stuck', { NEEDS: 'test.a' }).name,
          bond('other').name,
        ],
        worker: `options.plugins = options.plugins.map((name, index) => ({ name, config: { busy: index === 1 ? -1 : 0 } }));
          const log = ({ message }) => message === 'works' && parentPort.postMessage('open');
          await Host.open({ ...options, severity: 'info', log });
          setInterval(() => {}, 1000);`,
      },
    );
    expect([code, steps]).toEqual([0, ['other fini']]);
  });
});

describe.skipIf(!linux)('listeners that throw', () => {
  it.each([
    ['a state listener', `host.on('state', () => { throw new Error('mine'); });`],
    ['a log', `thrower.on = true;`],
  ])('%s: the host stops all the same, and the process sees the error', async (_, prepare) => {
    const { code, stdout, left } = await run(
      `const errors = [];
       process.on('uncaughtException', ({ message }) => errors.push(message));
       const thrower = { on: false };
       let lines = 0;
       const log = () => { lines++; if (thrower.on) throw new Error('mine'); };
       const host = await Host.open({ ...options, severity: 'info', log });
       ${prepare}
       await host.stop('one');
       await host.close();
       await new Promise(setImmediate);
       console.log(JSON.stringify({ lines, errors, states: [...host.plugins].map(({ state }) => state) }));`,
      { plugins: [bond('one').name, bond('two').name] },
    );
    expect(code).toBe(0);
    const { lines, errors, states } = JSON.parse(stdout);
    expect([lines, states, left]).toEqual([2, ['stopped', 'stopped'], []]);
    expect(new Set(errors)).toEqual(new Set(['mine']));
  });
});

it.skipIf(!linux)('close waits for what stop waits for, and so does a second stop', async () => {
  const { host, said, problems } = await watch({ plugins: [bond('slow', {}, { busy: 200 })] });
  await until(() => said().includes('slow: works'));
  const stops = [host.stop('slow'), host.stop('slow')];
  const second = stops[1]?.then(() => host.plugins.get('slow').state);
  await host.close();
  expect(await second).toBe('stopped');
  await Promise.all(stops);
  expect([said(), problems]).toEqual([['slow: works', 'slow: fini'], []]);
  expect(host.plugins.get('slow').state).toBe('stopped');
});

it.skipIf(!linux)('closed hosts keep nothing of the system, and nothing of JavaScript', async () => {
  const files = directory();
  const { code, stdout } = await run(
    `const { readdirSync } = await import('node:fs');
    const { setTimeout: sleep } = await import('node:timers/promises');
    const open = () => readdirSync('/proc/self/fd').length;
    const round = async () => {
      const host = await Host.open({ ...options, files: { here: ${JSON.stringify(files)} }, log: () => {} });
      host.route({ sql: 'x', shards: 1 });
      await host.close();
      return new WeakRef(host);
    };
    await round();
    const before = open();
    const hosts = [];
    for (let i = 0; i < 20; i++) hosts.push(await round());
    (await import('node:v8')).setFlagsFromString('--expose-gc');
    const gc = (await import('node:vm')).runInNewContext('gc');
    const left = () => ({ files: open() - before, alive: hosts.filter((host) => host.deref()).length });
    const isClean = ({ files, alive }) => files === 0 && alive <= 1;
    for (const end = Date.now() + 10_000; !isClean(left()) && Date.now() < end; gc()) await sleep(1);
    console.log(JSON.stringify(left()));`,
    { plugins: [bond('one').name] },
  );
  expect(code).toBe(0);
  const { files: left, alive } = JSON.parse(stdout) as { files: number; alive: number };
  expect(left).toBe(0);
  // The last one may still be on the stack.
  expect(alive).toBeLessThanOrEqual(1);
  expect(readdirSync(files)).toEqual([]);
});
