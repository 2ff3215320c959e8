/** What plugins answer, and what becomes of answers that break the rules. */
import { describe, expect, it } from 'vitest';
import type { ConfigTable, Decision, PluginRequest } from '../../../src/index.js';
import { expectComplete, good, open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

const answering = (config: ConfigTable, name = 'decider'): PluginRequest => ({
  name: build('decider.c', { define: { NAME: name } }),
  config,
});

describe('a good answer', () => {
  it.each<[ConfigTable, Omit<Decision, 'plugin'>]>([
    [
      { target: 1, shard: 0 },
      { shard: 0, readWrite: null },
    ],
    [
      { target: 1, shard: 3 },
      { shard: 3, readWrite: null },
    ],
    [{ target: 2 }, { shard: 'all', readWrite: null }],
    [{ target: 3 }, { shard: 'blocked', readWrite: null }],
    [
      { target: 0, access: 1 },
      { shard: null, readWrite: 'read' },
    ],
    [
      { target: 0, access: 2 },
      { shard: null, readWrite: 'write' },
    ],
    [
      { target: 1, shard: 2, access: 1 },
      { shard: 2, readWrite: 'read' },
    ],
    [
      { target: 2, access: 2 },
      { shard: 'all', readWrite: 'write' },
    ],
    // Only MORTISE_TARGET_DIRECT reads the shard.
    [
      { target: 2, shard: 99 },
      { shard: 'all', readWrite: null },
    ],
  ])('%j', async (config, decision) => {
    const host = await open({ plugins: [answering(config), good()] });
    expect(host.route({ sql: '', shards: 4 })).toEqual({ plugin: 'decider', ...decision });
    expect(host.routing.faults).toEqual({ decider: 0, good: 0 });
  });

  it('reaches the last shard of four billion', async () => {
    const host = await open({ plugins: [answering({ target: 1, shard: 2 ** 32 - 2 })] });
    expect(host.route({ sql: '', shards: 2 ** 32 - 1 }).shard).toBe(2 ** 32 - 2);
  });

  it.each<[string, ConfigTable]>([
    ['pass', { status: 1, target: 1 }],
    ['unknown', {}],
  ])('is not an answer: %s', async (_, config) => {
    const host = await open({ plugins: [answering(config), good()] });
    expect(host.route({ sql: '', shards: 4 })).toEqual({ plugin: 'good', shard: 2, readWrite: null });
    const alone = await open({ plugins: [answering(config)] });
    expect(alone.route({ sql: '' })).toEqual({ plugin: null, shard: null, readWrite: null });
  });
});

it('asks in the order of the configuration, and the first that decides wins', async () => {
  const host = await open({
    plugins: [answering({}, 'a'), answering({ access: 1 }, 'b'), answering({ target: 2 }, 'c'), good()],
  });
  expect(host.route({ sql: '' })).toEqual({ plugin: 'b', shard: null, readWrite: 'read' });
});

describe('an answer out of range', () => {
  it.each<[string, ConfigTable, object]>([
    [
      'the first shard too many',
      { target: 1, shard: 4 },
      { code: 'MORTISE_ERR_ROUTE_SHARD', found: '4', expected: 'a shard from 0 to 3' },
    ],
    [
      'a shard of 2^40',
      { target: 1, shard: 2 ** 40 },
      { code: 'MORTISE_ERR_ROUTE_SHARD', found: String(2 ** 40) },
    ],
    [
      '2^32, which 32 bits would take for 0',
      { target: 1, shard: 2 ** 32 },
      { code: 'MORTISE_ERR_ROUTE_SHARD', found: String(2 ** 32) },
    ],
    ['a shard of 2^64 - 1', { target: 1, shard: -1 }, { code: 'MORTISE_ERR_ROUTE_SHARD' }],
    [
      'an unknown target',
      { target: 4 },
      { code: 'MORTISE_ERR_ROUTE_ANSWER', found: '4', where: 'module_route, mortise_route.target' },
    ],
    ['a negative target', { target: -1 }, { code: 'MORTISE_ERR_ROUTE_ANSWER', found: '-1' }],
    [
      'an unknown access',
      { target: 1, access: 3 },
      { code: 'MORTISE_ERR_ROUTE_ANSWER', found: '3', where: 'module_route, mortise_route.read_write' },
    ],
    [
      'a negative access',
      { access: -2_147_483_648 },
      { code: 'MORTISE_ERR_ROUTE_ANSWER', found: '-2147483648' },
    ],
    ['an error', { status: -1, target: 1 }, { code: 'MORTISE_ERR_ROUTE_FAILED', found: '-1' }],
    ['a status that there isn’t', { status: 2, target: 1 }, { code: 'MORTISE_ERR_ROUTE_FAILED', found: '2' }],
  ])('is told and counted, and the chain goes on: %s', async (_, config, problem) => {
    const host = await open({ plugins: [answering(config, 'bad'), good()] });
    const statement = host.prepare('SELECT 1');
    const expected = {
      plugin: 'good',
      shard: 2,
      readWrite: null,
      errors: [expect.objectContaining({ subject: 'bad', ...problem })],
    };
    const decision = host.route({ sql: '', shards: 4 });
    expect(decision).toEqual(expected);
    for (const error of decision.errors ?? []) expectComplete(error);
    expect(statement.route([], { shards: 4 })).toEqual(expected);
    expect(host.routing.faults).toEqual({ bad: 2, good: 0 });
    // It stays in the chain: the next query may be one that it can answer.
    expect(host.plugins.get('bad').state).toBe('ready');
  });

  it('leaves no trace on the next decision', async () => {
    const host = await open({ plugins: [answering({ target: 1, shard: 2 }, 'bad'), good()] });
    expect(host.route({ sql: '', shards: 2 })).toMatchObject({ plugin: null, shard: null });
    expect(host.route({ sql: '', shards: 3 })).toEqual({ plugin: 'bad', shard: 2, readWrite: null });
  });

  it('is told of eight plugins, and the chain still goes on', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `bad${index}`);
    const path = names.map((name) => answering({ status: -1 }, name));
    const host = await open({ plugins: [...path.slice(0, 10), good(), ...path.slice(10)] });
    const { errors, plugin } = host.route({ sql: '', shards: 4 });
    expect(plugin).toBe('good');
    expect(errors?.map(({ subject }) => subject)).toEqual(names.slice(0, 8));
  });

  it('says so when nobody answers', async () => {
    const host = await open({ plugins: [answering({ target: 1, shard: 1 })] });
    expect(host.route({ sql: '' })).toEqual({
      plugin: null,
      shard: null,
      readWrite: null,
      errors: [expect.objectContaining({ expected: 'shard 0, the only one' })],
    });
  });
});

it('counts what one plugin did, whichever host it is', async () => {
  const counting = answering({ counts: true });
  const [one, two] = [await open({ plugins: [counting] }), await open({ plugins: [counting] })];
  const shards = 1000;
  for (let call = 0; call < 5; call++) expect(one.route({ sql: '', shards }).shard).toBe(call);
  // The same file, and a state of its own.
  expect(two.route({ sql: '', shards }).shard).toBe(0);
  expect(one.route({ sql: '', shards }).shard).toBe(5);
});
