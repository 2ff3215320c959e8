/** The services that every host has, used by plugins in C. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hostFacts } from '../../../src/host/facts.js';
import { startPlugins } from '../../../src/host/start.js';
import { PrivateDirectory } from '../../../src/loader/private-copy.js';
import { addon, type NativeHost } from '../../../src/native/addon.js';
import { Entry } from '../../../src/registry/entry.js';
import { builtInServices } from '../../../src/services/built-in/versions.js';
import { directory, expectComplete, open } from '../../host/open.js';
import { make, probe, turn, until, watch } from '../native/build.js';

it('are those that plugins are checked against', () => {
  const host = addon().createHost('1.0.0', () => {});
  const native = addon()
    .listServices(host)
    .map(({ name, major, minor, signature }) => ({ name, major, minor, signature, provider: 'mortise' }));
  expect(native).toEqual(builtInServices());
});

describe('log', () => {
  it('carries fields', async () => {
    const { lines } = await watch({ plugins: [probe('fields')] });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ plugin: 'probe', severity: 'warning', message: 'moved' });
    expect(Object.entries(lines[0]?.fields ?? {})).toEqual([
      ['tenant', 42],
      ['huge', 2n ** 63n - 1n],
      ['share', 0.5],
      ['cold', true],
      ['table', 'orders'],
      ['__proto__', 'x'],
    ]);
  });

  it('1.1 serves plugins that were built against 1.0, and those that use 1.1 where it is', async () => {
    const old = resolve(import.meta.dirname, 'log-1.0');
    const { host, said, lines } = await watch({
      plugins: [
        make('old-log', { define: { NAME: 'old' }, flags: [`-I${old}`] }),
        make('old-log', { define: { NAME: 'newer', NEWER: true } }),
      ],
    });
    expect([...host.plugins].map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect(said()).toEqual(['old: 24 bytes known', 'newer: 32 bytes known', 'newer: has']);
    expect({ ...lines[2]?.fields }).toEqual({ newer: true });
  });
});

describe('memory', () => {
  it('that a plugin leaves is reported when it stops', async () => {
    const { host, problems, lines } = await watch({ plugins: [probe('leak')] });
    expect(problems).toEqual([]);
    await host.close();
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_WARN_MEMORY_LEAK',
        subject: 'probe',
        found: '2 blocks of 120 bytes',
      }),
    ]);
    expect(host.plugins.get('probe')).toMatchObject({ state: 'stopped' });
    expect(host.plugins.get('probe').checks.at(-1)).toMatchObject({
      status: 'warn',
      code: 'MORTISE_WARN_MEMORY_LEAK',
    });
    expect(lines.at(-1)).toMatchObject({ plugin: 'probe', severity: 'warning' });
    for (const problem of problems) expectComplete(problem);
  });

  it('of an absurd size is null, and reported', async () => {
    const { host, problems, said } = await watch({ plugins: [probe('absurd')] });
    expect(said()).toContain('probe: no memory');
    expect(problems).toEqual([
      expect.objectContaining({ code: 'MORTISE_ERR_SERVICE_LIMIT', subject: 'probe' }),
    ]);
    expect(host.plugins.get('probe').state).toBe('ready');
  });
});

it('metrics are a snapshot, and go on after the plugin', async () => {
  const { host, problems } = await watch({ plugins: [probe('metrics')] });
  const expected = [
    { plugin: 'probe', name: 'depth', help: 'for tests', kind: 'gauge', value: -1.5 },
    { plugin: 'probe', name: 'queries', help: 'for tests', kind: 'counter', value: 3 },
    {
      plugin: 'probe',
      name: 'times',
      help: 'for tests',
      kind: 'histogram',
      count: 3,
      sum: 30,
      buckets: [
        { atMost: 1, count: 1 },
        { atMost: 10, count: 2 },
        { atMost: Number.POSITIVE_INFINITY, count: 3 },
      ],
    },
  ];
  expect(host.metrics()).toEqual(expected);
  expect(problems).toEqual([
    expect.objectContaining({ code: 'MORTISE_ERR_SERVICE_ARGUMENT', found: '"no name!"' }),
  ]);
  await host.stop('probe');
  expect(host.metrics()).toEqual(expected);
});

describe('tasks', () => {
  it('run on the main thread, on the pool, and when time has passed', async () => {
    const { said } = await watch({ plugins: [probe('tasks')] });
    await until(() => said().length >= 3);
    expect(said().sort()).toEqual([
      'probe: pool on another thread',
      'probe: task on the main thread',
      'probe: timer on the main thread',
    ]);
  });

  it.each(['stop', 'close'] as const)('never run after fini, on %s', async (end) => {
    const { host, said } = await watch({ plugins: [probe('late')] });
    await until(() => said().length > 0);
    const beats: number[] = [];
    const beat = setInterval(() => beats.push(1), 5);
    await (end === 'stop' ? host.stop('probe') : host.close());
    clearInterval(beat);
    // Waiting for tasks didn't hold up the event loop.
    expect(beats.length).toBeGreaterThan(0);
    expect(host.plugins.get('probe').state).toBe('stopped');
    const count = said().length;
    expect(said().at(-1)).toBe('probe: 0 ran after fini');
    await turn();
    expect(said()).toHaveLength(count);
  });
});

describe('files', () => {
  it('are read and written inside named directories only', async () => {
    const root = directory();
    for (const name of ['rules', 'cache']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'rules/eu.txt'), 'rule');
    writeFileSync(join(root, 'secret'), 'secret');
    symlinkSync('../secret', join(root, 'rules/link'));
    const { said, problems } = await watch({
      plugins: [probe('files')],
      cwd: root,
      files: { rules: './rules', cache: { path: 'cache', write: true } },
    });
    expect(said().slice(0, 5)).toEqual([
      'probe: eu.txt 4',
      'probe: link 0',
      'probe: rule',
      'probe: rules/../secret: leads out of its directory',
      'probe: rules/x: the directory rules is only for reading',
    ]);
    expect(readFileSync(join(root, 'cache/x'), 'utf8')).toBe('x');
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_FILES_OUTSIDE',
        where: 'mortise.files.read',
        subject: 'probe',
      }),
    ]);
    for (const problem of problems) expectComplete(problem);
  });

  it.each([
    ['no/name', '.'],
    ['..', '.'],
    ['', '.'],
    ['missing', './none'],
  ])('cannot be in %j at %j', async (name, path) => {
    await expect(open({ cwd: directory(), files: { [name]: path } })).rejects.toMatchObject({
      code: 'MORTISE_ERR_FILES_DIRECTORY',
    });
  });
});

it('the registry lists what there is', async () => {
  const { said } = await watch({ plugins: [probe('registry')] });
  expect(said()).toEqual(builtInServices().map(({ name }) => `probe: ${name}`));
});

it('a release without a lease, or once more, is refused and reported', async () => {
  const { said, problems } = await watch({ plugins: [probe('release')] });
  expect(said()[0]).toBe('probe: 0 -1 -1');
  expect(problems).toEqual([
    expect.objectContaining({
      code: 'MORTISE_ERR_SERVICE_LEASE',
      where: 'release_service',
      subject: 'probe',
    }),
  ]);
});

it.each([true, false])('a strict host (%s) refuses calls on the wrong thread', async (strict) => {
  const { host, problems } = await watch({ plugins: [probe('thread')], strict });
  const { state, error } = host.plugins.get('probe');
  expect(state).toBe(strict ? 'ready' : 'failed');
  expect(error?.code).toBe(strict ? undefined : 'MORTISE_ERR_CONFIG_VALUE');
  expect(problems.map(({ code, where, subject }) => [code, where, subject])).toEqual(
    strict ? [['MORTISE_ERR_SERVICE_THREAD', 'mortise.config.refuse', 'probe']] : [],
  );
});

it('state is kept by the plugin’s name when it is loaded again', async () => {
  const created = vi.spyOn(addon(), 'createHost');
  const { said, host } = await watch({ plugins: [probe('state')] });
  const native = created.mock.results[0]?.value as NativeHost;
  created.mockRestore();
  expect(said()).toEqual(['probe: -1']);
  await host.stop('probe');
  // The stages of the loader, once more in the same host: a second copy of the file, with data of its own.
  const again = new Entry(probe('state'), () => {});
  const copies = PrivateDirectory.create();
  onTestFinished(() => copies.remove());
  const options = {
    host: native,
    facts: await hostFacts(),
    directory: copies,
    cwd: '.',
    search: [],
    step() {},
    tell() {},
    log() {},
  };
  expect(await startPlugins([again], options)).toEqual([again]);
  await turn();
  expect(said().filter((line) => line !== 'probe: 0 ran after fini')).toEqual(['probe: -1', 'probe: 3']);
  again.running?.stop();
});
