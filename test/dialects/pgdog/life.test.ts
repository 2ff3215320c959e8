/** Plugins in C and a bridge in C: everything but the trees. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Host, HostOptions, PluginRequest } from '../../../src/index.js';
import { besideGood as beside, directory, expectComplete, open as openHost } from '../../host/open.js';
import { bridge, fake, rustc, silent, withoutOwnBridges } from './fake.js';

withoutOwnBridges();

/** Such plugins need a host that parses. */
const parser = 'pg_query';
const open = (options: HostOptions): Promise<Host> => openHost({ parser, ...options });
const besideGood = (plugin: PluginRequest) => beside(plugin, { parser });

const stated = { pg_query: '6.2.1' };

/** A plugin that answers so, beside a bridge that fits it. */
function request(name: string, define = {}, folder = directory()): PluginRequest {
  bridge(folder);
  return { name: fake(folder, name, define), config: stated };
}

const answering = (SHARD: number, READ_WRITE: number) => request('answering', { SHARD, READ_WRITE });

describe.skipIf(process.platform !== 'linux')('a PgDog plugin in a host', () => {
  it('starts in the order of the configuration, and ends in reverse', async () => {
    const folder = directory();
    const STEPS = join(folder, 'steps');
    const host = await open({
      plugins: [request('first', { STEPS }, folder), request('second', { STEPS }, folder)],
    });
    expect([...host.plugins].map(({ state, dialect }) => [state, dialect])).toEqual([
      ['ready', 'pgdog'],
      ['ready', 'pgdog'],
    ]);
    await host.close();
    expect(readFileSync(STEPS, 'utf8')).toBe('first init\nsecond init\nsecond fini\nfirst fini\n');
  });

  it('says each step in its own words', async () => {
    const steps: string[] = [];
    const STEPS = join(directory(), 'steps');
    const host = await open({
      plugins: [request('stepping', { STEPS })],
      onStep: (_plugin, { name, entry }) => steps.push(`${name} ${entry ?? '-'}`),
    });
    await host.close();
    expect(steps).toEqual(['load -', 'link -', 'init pgdog_init', 'fini pgdog_fini']);
  });

  it('warns of what no host can promise', async () => {
    const host = await open({ plugins: [request('warned')] });
    const [plugin] = host.plugins;
    const warnings = plugin?.checks.filter(({ status }) => status === 'warn') ?? [];
    expect(warnings.map(({ code }) => code)).toEqual(['MORTISE_WARN_UNCONTAINED']);
    for (const { problem } of warnings) if (problem) expectComplete(problem);
  });

  it.each([
    ['3', 3, 3],
    ['all', -1, 'all'],
    ['unknown', -2, null],
    ['blocked', -3, 'blocked'],
  ])('answers shard %s', async (_name, shard, expected) => {
    for (const [readWrite, access] of [
      [0, 'write'],
      [1, 'read'],
      [2, null],
    ] as const) {
      const host = await open({ plugins: [answering(shard, readWrite)] });
      const decision = host.route({ sql: 'SELECT 1', shards: 4 });
      const decided = expected !== null || access !== null;
      expect(decision).toMatchObject({
        plugin: decided ? 'answering' : null,
        shard: expected,
        readWrite: expected === 'blocked' ? null : access,
      });
      expect(decision.errors).toBeUndefined();
      if (expected === 'blocked') expect(decision.reason?.message).toBe('blocked by the plugin in C');
      await host.close();
    }
  });

  it.each([
    ['shard -77', -77, 2, 'MORTISE_ERR_ROUTE_ANSWER', '-77'],
    ['shard 4 of 4', 4, 2, 'MORTISE_ERR_ROUTE_SHARD', '4'],
    ['read_write 9', 1, 9, 'MORTISE_ERR_ROUTE_ANSWER', '9'],
  ])('has an answer of %s reported, and not taken', async (_name, shard, readWrite, code, found) => {
    const host = await open({ plugins: [answering(shard, readWrite)] });
    const { plugin, errors = [] } = host.route({ sql: 'SELECT 1', shards: 4 });
    expect(plugin).toBeNull();
    expect(errors).toHaveLength(1);
    const [problem] = errors;
    if (!problem) throw new Error('no problem');
    expectComplete(problem);
    expect(problem).toMatchObject({ code, found, subject: 'answering', where: 'pgdog_route' });
    expect(host.routing.faults).toEqual({ answering: 1 });
    expect(host.explain({ sql: 'SELECT 1', shards: 4 }).asked[0]?.error).toEqual(problem);
  });

  it('has no answer at all reported', async () => {
    const folder = directory();
    bridge(folder);
    const host = await open({ plugins: [{ name: silent(folder), config: stated }] });
    const { plugin, errors } = host.route({ sql: 'SELECT 1' });
    expect(plugin).toBeNull();
    expect(errors?.[0]).toMatchObject({ code: 'MORTISE_ERR_ROUTE_FAILED' });
    expect(errors?.[0]?.message).toBe('returned without an answer');
  });

  it('is asked in its turn: the first that decides wins whole', async () => {
    const folder = directory();
    const one = (name: string, SHARD: number, READ_WRITE: number) =>
      request(name, { SHARD, READ_WRITE }, folder);
    const all = [one('passing', -2, 2), one('reading', -2, 1), one('first', 1, 2), one('second', 2, 0)];
    const decide = async (order: readonly number[]) => {
      const host = await open({ plugins: order.map((index) => all[index] as PluginRequest) });
      const { plugin, shard, readWrite } = host.route({ sql: 'SELECT 1', shards: 4 });
      await host.close();
      return [plugin, shard, readWrite];
    };
    expect(await decide([0, 1, 2, 3])).toEqual(['reading', null, 'read']);
    expect(await decide([0, 2, 1, 3])).toEqual(['first', 1, null]);
    expect(await decide([3, 2, 1, 0])).toEqual(['second', 2, 'write']);
  });

  it('is loaded by several threads at once', async () => {
    const { name } = request('shared', { SHARD: 1, READ_WRITE: 1 });
    const script = `
      import { workerData, parentPort } from 'node:worker_threads';
      const { Host } = await import(workerData.entry);
      const host = await Host.open({ announce: false, parser: 'pg_query', plugins: [{ name: workerData.name, config: { pg_query: '6.2.1' } }] });
      let right = 0;
      for (let call = 0; call < 1000; call++) if (host.route({ sql: 'SELECT ' + call, shards: 2 }).shard === 1) right++;
      await host.close();
      parentPort.postMessage(right);`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
    const entry = new URL('../../../dist/index.js', import.meta.url).href;
    const answers = await Promise.all(
      Array.from(
        { length: 4 },
        () =>
          new Promise((done, fail) => {
            new Worker(url, { workerData: { name, entry } }).once('message', done).once('error', fail);
          }),
      ),
    );
    expect(answers).toEqual([1000, 1000, 1000, 1000]);
  });
});

describe.skipIf(process.platform !== 'linux')('a PgDog plugin that can’t run', () => {
  it('has a compiler that its file hides', async () => {
    const folder = directory();
    bridge(folder);
    const name = fake(folder, 'hiding', { HIDES_RUSTC: true, RUSTC: '9.9.9', SIGNED: rustc.slice(6) });
    const { plugin, problems } = await besideGood({ name, config: stated });
    expect(plugin.state).toBe('failed');
    expect(problems[0]).toMatchObject({ code: 'MORTISE_ERR_TOOLCHAIN_MISMATCH', found: 'rustc 9.9.9' });
  });

  it.each([
    ['a requirement that the bridge satisfies', '6.1.1', '6.2.1', true],
    ['another requirement', '=6.1.0', '6.2.1', false],
    ['a later major', '18.1', '6.2.1', false],
    ['one that is none', 'whatever', '6.2.1', false],
  ])('%s', async (_name, REQUIRES, release, passes) => {
    const folder = directory();
    bridge(folder, release);
    const host = await open({ plugins: [fake(folder, 'requiring', { REQUIRES })] });
    const [plugin] = host.plugins;
    expect(plugin?.state).toBe(passes ? 'ready' : 'rejected');
    if (passes) return;
    const [problem] = plugin?.error?.problems ?? [];
    expect(problem?.message).toContain(REQUIRES);
    expect(problem?.code).toMatch(/MORTISE_ERR_(BRIDGE|PARSER_MISMATCH)/);
  });

  it('is configured with a release that no bridge has', async () => {
    const folder = directory();
    bridge(folder, '6.2.1');
    const { problems } = await besideGood({ name: fake(folder, 'stated'), config: { pg_query: '6.1.0' } });
    expect(problems[0]).toMatchObject({
      code: 'MORTISE_ERR_BRIDGE',
      found: `one for ${rustc} and pg_query 6.2.1`,
    });
    expect(problems[0]?.expected).toContain('pg_query 6.1.0');
  });

  it('is configured with a release that contradicts it', async () => {
    const folder = directory();
    bridge(folder, '6.2.1');
    const name = fake(folder, 'torn', { REQUIRES: '=6.1.0' });
    const { problems } = await besideGood({ name, config: stated });
    expect(problems[0]?.code).toBe('MORTISE_ERR_PARSER_MISMATCH');
  });

  it('is configured with a file that is no bridge, and with keys that there are not', async () => {
    const folder = directory();
    const name = fake(folder, 'shop');
    copyFileSync(name, join(folder, 'no.so'));
    const bad = (config: PluginRequest['config']) => besideGood({ name, config });
    expect((await bad({ bridge: 'no.so' })).problems[0]?.code).toBe('MORTISE_ERR_BRIDGE');
    expect((await bad({ brigde: 'x' })).problems[0]?.remedy).toBe('Did you mean "bridge"?');
    expect((await bad({ pg_query: '6' })).problems[0]?.code).toBe('MORTISE_ERR_CONFIG_TYPE');
  });

  it('takes the bridge that its configuration names, of those for several releases', async () => {
    const folder = directory();
    const elsewhere = directory();
    for (const release of ['6.1.1', '6.2.0', '6.2.1']) bridge(elsewhere, release);
    const config = { bridge: elsewhere, pg_query: '6.2.0' };
    const host = await open({ plugins: [{ name: fake(folder, 'shop', { SHARD: 0 }), config }] });
    const [plugin] = host.plugins;
    expect(plugin?.checks.find(({ id }) => id === 'bridge')?.message).toContain('pg_query 6.2.0');
    expect(host.route({ sql: 'SELECT 1' }).plugin).toBe('shop');
  });
});
