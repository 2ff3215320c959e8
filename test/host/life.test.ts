/** However a process ends, each plugin finishes once, in reverse order, as far as anything can run then. */
import { describe, expect, it } from 'vitest';
import { run, wholeLife } from './child.js';

const opened = 'const host = await Host.open(options);';
/** Goes on until something ends it. */
const waiting = `${opened} setInterval(() => {}, 1000); console.log('ready');`;

describe.runIf(process.platform !== 'win32')('plugins finish', () => {
  it.each([
    ['close()', `${opened} await host.close(); console.log(host.plugins.get('one').state);`, 0, 'stopped'],
    [
      'close(), twice, and the end',
      `${opened} await host.close(); await host.close(); process.exit(0);`,
      0,
      '',
    ],
    ['the end of a block', `${opened} await host[Symbol.asyncDispose](); console.log('after');`, 0, 'after'],
    ['an empty event loop', opened, 0, ''],
    ['process.exit(3)', `${opened} process.exit(3);`, 3, ''],
    ['process.exitCode', `${opened} process.exitCode = 4;`, 4, ''],
    ['process.exit() in a timer', `${opened} setTimeout(() => process.exit(5), 10);`, 5, ''],
    ['process.exit() in an exit listener', `process.on('exit', () => process.exit(6)); ${opened}`, 6, ''],
    ['process.reallyExit()', `${opened} process.reallyExit(7);`, 7, ''],
    ['an uncaught exception', `${opened} setTimeout(() => { throw new Error('oh'); });`, 1, ''],
    ['an unhandled rejection', `${opened} Promise.reject(new Error('oh'));`, 1, ''],
    ['a rejected module', `${opened} await Promise.reject(new Error('oh'));`, 1, ''],
  ])('at %s', async (_, script, code, says) => {
    const ended = await run(script);
    expect(ended.stderr.includes('oh')).toBe(code === 1);
    expect(ended).toMatchObject({ code, signal: null, steps: wholeLife, left: [] });
    expect(ended.stdout.trim()).toBe(says);
  });

  it('at the end of a module that never ends its wait', async () => {
    const { steps, left } = await run(`${opened} await new Promise(() => {});`);
    expect({ steps, left }).toEqual({ steps: wholeLife, left: [] });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'at %s, which still ends the process as it would',
    async (kill) => {
      expect(await run(waiting, { kill })).toMatchObject({
        code: null,
        signal: kill,
        steps: wholeLife,
        left: [],
      });
    },
  );

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'at %s only when the application lets it: it listens too',
    async (kill) => {
      const patient = `process.on('${kill}', () => {
      console.log('still open:', host.isOpen, host.plugins.get('one').state);
      setTimeout(() => process.exit(9), 50);
    }); ${waiting}`;
      const ended = await run(patient, { kill });
      expect(ended).toMatchObject({ code: 9, signal: null, steps: wholeLife, left: [] });
      expect(ended.stdout).toContain('still open: true ready');
    },
  );

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'not at %s when signals are not the host’s business',
    async (kill) => {
      const deaf = waiting.replace('options', '{ ...options, signals: false }');
      const { signal, steps } = await run(deaf, { kill });
      expect(signal).toBe(kill);
      expect(steps).toEqual(wholeLife.slice(0, 3));
    },
  );

  it('of two hosts, the last opened first', async () => {
    const two = `await Host.open({ ...options, plugins: options.plugins.slice(0, 2) });
      await Host.open({ ...options, plugins: options.plugins.slice(2) });`;
    expect(await run(two)).toMatchObject({ code: 0, steps: wholeLife, left: [] });
    expect(
      await run(`${two} setInterval(() => {}, 1000); console.log('ready');`, { kill: 'SIGTERM' }),
    ).toMatchObject({
      signal: 'SIGTERM',
      steps: wholeLife,
      left: [],
    });
  });

  it('of hosts that open, close and open again', async () => {
    const again = `for (let round = 0; round < 3; round++) { const host = await Host.open(options); await host.close(); } ${opened}`;
    const { code, steps, left } = await run(again);
    expect([code, left]).toEqual([0, []]);
    expect(steps).toEqual([...wholeLife, ...wholeLife, ...wholeLife, ...wholeLife]);
  });

  it('leaves the copies of a killed process to the next', async () => {
    const script = `import { readdirSync } from 'node:fs';
      import { spawnSync } from 'node:child_process';
      const child = \`
        const { Host } = await import(process.env.MORTISE_TEST_DIST);
        await Host.open(\${JSON.stringify({ plugins: [], privateDirectory: options.privateDirectory })});
        process.kill(process.pid, 'SIGKILL');\`;
      const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', child]);
      console.log(signal, readdirSync(options.privateDirectory).length);
      await Host.open({ ...options, plugins: [] });
      console.log(readdirSync(options.privateDirectory).length);`;
    expect(await run(script)).toMatchObject({ code: 0, stdout: 'SIGKILL 1\n1\n', left: [] });
  });
});

it('says nothing, and touches nothing, until a host is opened', async () => {
  const ended = await run(`
    import { constants } from 'node:os';
    const signals = Object.keys(constants.signals).flatMap((signal) => process.listeners(signal));
    console.log(signals.length, process.listeners('exit').map(({ name }) => name), typeof Host.open);`);
  expect(ended).toMatchObject({
    code: 0,
    stdout: "0 [ 'handleProcessExit' ] function\n",
    stderr: '',
    steps: [],
    left: [],
  });
});
