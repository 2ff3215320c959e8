/** Services of plugins in C: offered badly, in use, wanted, and taken away. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { directory, expectComplete } from '../../host/open.js';
import { make, turn, watch } from './build.js';

const offers = {
  well: 0,
  twice: 1,
  null: 2,
  small: 3,
  large: 4,
  noName: 5,
  ourName: 6,
  nothing: 7,
  unreadable: 8,
};
const provider = (how: keyof typeof offers = 'well', more: Record<string, string | true> = {}) =>
  make('provider', { define: { OFFERS: offers[how], ...more } });
const user = (name: string, define: Record<string, string | number | true> = {}) =>
  make('user', { define: { NAME: name, ...define } });
const query = { sql: 'SELECT 1', shards: 64 };

describe('a registration that is refused fails the plugin, though it ignores the answer', () => {
  it.each([
    ['twice', 'MORTISE_ERR_SERVICE_DUPLICATE', 'test.answer 1.0: this plugin already provides 1.0'],
    ['null', 'MORTISE_ERR_SERVICE_TABLE', 'test.answer: the table is null'],
    ['small', 'MORTISE_ERR_SERVICE_TABLE', 'test.answer: the table says that it has 4 bytes'],
    [
      'large',
      'MORTISE_ERR_SERVICE_TABLE',
      'test.answer: the table says that it has 65000 bytes, but memory ends',
    ],
    ['unreadable', 'MORTISE_ERR_SERVICE_TABLE', 'test.answer: the table is not in readable memory'],
    ['noName', 'MORTISE_ERR_SERVICE_NAME', '"Test Answer" is not a valid service name'],
    ['ourName', 'MORTISE_ERR_SERVICE_NAME', 'mortise.answer: names that start with "mortise."'],
  ] as const)('%s', async (how, code, message) => {
    const { host } = await watch({ plugins: [provider(how), user('user')] });
    const { state, error } = host.plugins.get('provider');
    expect(state).toBe('failed');
    expect(error?.problems).toEqual([
      expect.objectContaining({ code, message: expect.stringContaining(message), subject: 'provider' }),
    ]);
    for (const problem of error?.problems ?? []) expectComplete(problem);
    expect(host.plugins.get('user').error).toMatchObject({ code: 'MORTISE_ERR_SERVICE_UNKNOWN' });
  });
});

describe('a file that says something else than is registered', () => {
  it('is warned about when the service is missing', async () => {
    const { host } = await watch({ plugins: [provider('nothing')] });
    const { state, checks } = host.plugins.get('provider');
    expect(state).toBe('ready');
    expect(checks).toContainEqual(
      expect.objectContaining({
        code: 'MORTISE_WARN_SERVICE_MISSING',
        message: 'says that it provides test.answer 1.0, and did not register it',
      }),
    );
  });

  it('is warned about when it does not say the service', async () => {
    const { host } = await watch({ plugins: [provider('well', { UNSAID: true })] });
    const { problem } = host.plugins.get('provider').checks.find(({ code }) => code) ?? {};
    expect(problem).toMatchObject({
      code: 'MORTISE_WARN_SERVICE_UNDECLARED',
      found: 'no service',
      remedy: expect.stringContaining('"test.answer", 1, 0'),
    });
  });
});

describe('stopping one plugin', () => {
  it('is refused while others use its services, naming them', async () => {
    const { host } = await watch({ plugins: [user('one'), user('two'), provider()] });
    expect(host.route(query)).toMatchObject({ plugin: 'one', shard: 42 });
    await expect(host.stop('provider')).rejects.toMatchObject({
      code: 'MORTISE_ERR_SERVICE_IN_USE',
      subject: 'provider',
      found: expect.stringMatching(/one, two|two, one/),
    });
    expect([...host.plugins].map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
    expect(host.route(query)).toMatchObject({ plugin: 'one', shard: 42 });
  });

  it('stops its users too when asked, in reverse order', async () => {
    const { host, said } = await watch({
      plugins: [user('leaf', { PROVIDES: 'test.leaf' }), user('two'), provider()],
    });
    const states: string[] = [];
    host.on('state', ({ name }, state) => states.push(`${name} ${state}`));
    const prepared = host.prepare(query.sql);
    expect(prepared.route([], query)).toMatchObject({ plugin: 'leaf', shard: 42 });
    await host.stop('provider', { withUsers: true });
    expect(states).toEqual([
      'two draining',
      'leaf draining',
      'provider draining',
      'two stopped',
      'leaf stopped',
      'provider stopped',
    ]);
    expect(said()).toEqual(['two: fini 42', 'leaf: fini 42']);
    expect(host.route(query)).toMatchObject({ plugin: null });
    expect(prepared.route([], query)).toMatchObject({ plugin: null });
    await host.stop('provider');
  });

  it('leaves the others as they are', async () => {
    const { host } = await watch({ plugins: [user('one'), user('two'), provider()] });
    await host.stop('one');
    expect(host.route(query)).toMatchObject({ plugin: 'two', shard: 42 });
    await host.stop('two');
    await host.stop('provider');
    expect([...host.plugins].map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
    await host.close();
    await expect(host.stop('one')).rejects.toMatchObject({ code: 'MORTISE_ERR_HOST_CLOSED' });
  });

  it('knows the plugin’s name', async () => {
    const { host } = await watch({ plugins: [provider()] });
    await expect(host.stop('provder')).rejects.toMatchObject({ code: 'MORTISE_ERR_PLUGIN_UNKNOWN' });
  });
});

describe('a service that is only wanted', () => {
  it('comes before, and goes when the plugin lets it', async () => {
    const { host, said } = await watch({
      plugins: [user('wants', { WANTS: true, STUBBORN: 0 }), provider()],
    });
    // The provider started first: nothing stood against it.
    expect(host.route(query)).toMatchObject({ plugin: 'wants', shard: 42 });
    await host.stop('provider');
    expect(said()).toEqual(['wants: test.answer going']);
    expect(host.route(query)).toMatchObject({ plugin: null });
    expect(host.plugins.get('wants').state).toBe('ready');
  });

  it('gets the next provider’s when its own stops, and is told', async () => {
    const providers = ['first', 'second', 'third'].map((name) => provider('well', { NAME: name }));
    const { host, said } = await watch({
      plugins: [...providers, user('wants', { WANTS: true, STUBBORN: 0 })],
    });
    const users = () =>
      host.services.list().flatMap((one) => (one.users.includes('wants') ? [one.provider] : []));
    const has = () => users().filter((name) => name !== 'mortise');
    expect(has()).toEqual(['first']);
    await host.stop('second');
    expect(has()).toEqual(['first']);
    await host.stop('first');
    expect(host.route(query)).toMatchObject({ plugin: 'wants', shard: 42 });
    expect(has()).toEqual(['third']);
    await host.stop('third');
    expect(host.route(query)).toMatchObject({ plugin: null });
    const going = 'wants: test.answer going';
    expect(said().filter((line) => line.startsWith('wants'))).toEqual([
      going, // the second
      going,
      'wants: test.answer came',
      going,
    ]);
    const { host: other, said: heard } = await watch({
      plugins: [...providers, user('wants', { WANTS: true, STUBBORN: 0 })],
    });
    await other.close();
    expect(heard()).toEqual(['wants: fini 42']);
  });

  it('stays when the plugin does not let it go', async () => {
    const { host, said } = await watch({
      plugins: [provider(), user('wants', { WANTS: true, STUBBORN: 1 })],
    });
    await expect(host.stop('provider')).rejects.toMatchObject({
      code: 'MORTISE_ERR_SERVICE_IN_USE',
      found: 'leases of wants',
    });
    await turn();
    expect(said()).toEqual(['wants: test.answer going', 'wants: test.answer came']);
    expect(host.route(query)).toMatchObject({ plugin: 'wants', shard: 42 });
    await host.stop('provider', { withUsers: true });
    expect(host.plugins.get('wants').state).toBe('stopped');
  });

  it('may be missing', async () => {
    const { host } = await watch({ plugins: [user('wants', { WANTS: true, STUBBORN: 0 })] });
    expect(host.plugins.get('wants').state).toBe('ready');
    expect(host.route(query)).toMatchObject({ plugin: null });
  });
});

it('two hosts do not see each other’s plugins', async () => {
  await watch({ plugins: [provider()] });
  const { host } = await watch({ plugins: [user('user')] });
  expect(host.plugins.get('user').error).toMatchObject({ code: 'MORTISE_ERR_SERVICE_UNKNOWN' });
});

it('threads have hosts of their own, which a terminated one stops', async () => {
  const entry = JSON.stringify(resolve('dist/index.js'));
  const plugins = JSON.stringify([provider(), user('user')]);
  const work = `import('node:worker_threads').then(async ({ parentPort }) => {
    const { Host } = await import(${entry});
    const host = await Host.open({ plugins: ${plugins}, log: () => {} });
    parentPort.postMessage(host.route({ sql: 'SELECT 1', shards: 64 }));
    setInterval(() => {}, 1000);
  })`;
  const workers = [0, 1, 2].map(() => new Worker(work, { eval: true }));
  const answers = await Promise.all(
    workers.map((worker) => new Promise((done, fail) => worker.on('message', done).on('error', fail))),
  );
  await Promise.all(workers.map((worker) => worker.terminate()));
  expect(answers).toEqual(Array(3).fill({ plugin: 'user', shard: 42, readWrite: null }));
});

describe('needs that this host does not meet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-needs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const marker = join(folder, 'constructed');
  const path = () => make('demanding', { define: { MARKER: marker } });
  const expected = [
    ['MORTISE_ERR_SERVICE_VERSION', 'mortise.log 9.0'],
    ['MORTISE_ERR_SERVICE_VERSION', 'mortise.clock 0.9'],
    ['MORTISE_ERR_SERVICE_VERSION', 'mortise.tasks 1.99'],
    ['MORTISE_ERR_SERVICE_UNKNOWN', 'test.nothing 1.0'],
  ].sort();

  it('are all in one error, and nothing of the file ran', async () => {
    const { host } = await watch({ plugins: [path()] });
    const { state, error } = host.plugins.get('demanding');
    expect(state).toBe('rejected');
    expect(error?.problems.map(({ code, expected }) => [code, expected]).sort()).toEqual(expected);
    for (const problem of error?.problems ?? []) {
      expectComplete(problem);
      expect(error?.message).toContain(problem.remedy);
    }
    expect(existsSync(marker)).toBe(false);
  });

  it('are named by verify', () => {
    const { status, stdout } = spawnSync(process.execPath, ['dist/cli.js', 'verify', '--json', path()], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    const [{ checks }] = JSON.parse(stdout).plugins as [{ checks: { code?: string; message: string }[] }];
    const failed = checks.filter(({ code }) => code?.startsWith('MORTISE_ERR'));
    expect(failed.map(({ code, message }) => [code, message.replace(/^needs |, .*/g, '')]).sort()).toEqual(
      expected,
    );
    expect(existsSync(marker)).toBe(false);
  });
});

describe('the static library', () => {
  it('brings only the cells that a plugin uses', () => {
    const out = directory();
    const run = (program: string, ...args: string[]) =>
      execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });
    run('cmake', '-S', 'cells', '-B', out);
    run('cmake', '--build', out);
    const plugin = make('linked', { flags: [join(out, 'libmortise_services.a')] });
    const exported = run('nm', '-D', '--defined-only', plugin);
    expect([...exported.matchAll(/module_requires_(\w+)/g)].map(([, name]) => name)).toEqual(['mortise_log']);
    const archive = run('nm', join(out, 'libmortise_services.a'));
    expect(archive.match(/ R module_requires_mortise_/g)).toHaveLength(11);
  });
});
