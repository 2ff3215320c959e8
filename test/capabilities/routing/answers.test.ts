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

describe('the reason of a blocked query', () => {
  const blocked = { plugin: 'decider', shard: 'blocked', readWrite: null };
  const bytes = (text: string) => [...Buffer.from(text), 0];

  it.each<[string, ConfigTable, Decision['reason']]>([
    ['text', { because: 'tenant 42 is closed' }, { message: 'tenant 42 is closed', sqlstate: '42501' }],
    ['text and SQLSTATE', { because: 'later', sqlstate: '57P03' }, { message: 'later', sqlstate: '57P03' }],
    ['an SQLSTATE', { because: '', sqlstate: '57P03' }, { message: '', sqlstate: '57P03' }],
    [
      'beyond ASCII',
      { because: 'für Zoë geschlossen 🔒' },
      { message: 'für Zoë geschlossen 🔒', sqlstate: '42501' },
    ],
    ['255 bytes', { because: 'x'.repeat(255) }, { message: 'x'.repeat(255), sqlstate: '42501' }],
    ['more than 255 bytes', { because: 'x'.repeat(300) }, { message: 'x'.repeat(255), sqlstate: '42501' }],
    [
      'a character cut by the end',
      { because: `${'x'.repeat(254)}é` },
      { message: 'x'.repeat(254), sqlstate: '42501' },
    ],
    ['none', { target: 3 }, undefined],
    ['none, in both texts', { because: '' }, undefined],
  ])('reaches the caller: %s', async (_, config, reason) => {
    const host = await open({ plugins: [answering(config), good()] });
    const expected = reason ? { ...blocked, reason } : blocked;
    expect(host.route({ sql: '' })).toEqual(expected);
    expect(host.route({ sql: 'x', params: [null, 'a long parameter that is not short'] })).toEqual(expected);
    expect(host.prepare('').route(['1'])).toEqual(expected);
    expect(host.routing.faults).toEqual({ decider: 0, good: 0 });
  });

  it.each<[string, ConfigTable, object, string?]>([
    ['lower case', { because: 'no', sqlstate: '57p03' }, { found: '57p03' }, 'no'],
    ['too long', { because: 'no', sqlstate: '57P033' }, { found: '57P033' }, 'no'],
    ['much too long', { because: 'no', sqlstate: '57P03 57P03' }, { found: '57P03 5' }, 'no'],
    ['too short', { because: 'no', sqlstate: '57' }, { found: '57' }, 'no'],
    ['success', { because: 'no', sqlstate: '00000' }, { found: '00000' }, 'no'],
    ['a warning', { because: 'no', sqlstate: '01000' }, { found: '01000' }, 'no'],
    ['beyond ASCII, and no text', { because: '', sqlstate: '57Pé' }, { found: '57P\u00c3©' }],
    [
      'without a zero',
      { sqlstate_bytes: [65], reason_bytes: bytes('no') },
      { found: 'eight bytes without a zero' },
      'no',
    ],
  ])('keeps the block, with 42501, when the SQLSTATE is not valid: %s', async (_, config, found, message) => {
    const host = await open({ plugins: [answering({ target: 3, ...config }), good()] });
    const decision = host.route({ sql: '' });
    expect(decision).toEqual({
      ...blocked,
      ...(message !== undefined && { reason: { message, sqlstate: '42501' } }),
      errors: [expect.objectContaining({ code: 'MORTISE_ERR_ROUTE_REASON', subject: 'decider', ...found })],
    });
    for (const error of decision.errors ?? []) expectComplete(error);
    expect(host.routing.faults).toEqual({ decider: 1, good: 0 });
  });

  it.each<[string, number[], string]>([
    ['not UTF-8', [0x6e, 0xff, 0], 'bytes that are not UTF-8'],
    ['cut long before its end', [0x6e, 0xc3, 0], 'bytes that are not UTF-8'],
    ['a surrogate', [0xed, 0xa0, 0x80, 0], 'bytes that are not UTF-8'],
    ['without a zero', [0x78], '256 bytes without a zero'],
  ])('keeps the block, without the text, when that is not valid: %s', async (_, reason_bytes, found) => {
    const sqlstate_bytes = bytes('57P03');
    const host = await open({ plugins: [answering({ target: 3, sqlstate_bytes, reason_bytes }), good()] });
    expect(host.route({ sql: '' })).toEqual({
      ...blocked,
      reason: { message: '', sqlstate: '57P03' },
      errors: [expect.objectContaining({ code: 'MORTISE_ERR_ROUTE_REASON', found })],
    });
    const both = await open({ plugins: [answering({ target: 3, sqlstate_bytes: [65], reason_bytes })] });
    const { errors, ...rest } = both.route({ sql: '' });
    expect(rest).toEqual(blocked);
    expect(errors?.map(({ where }) => where)).toEqual([
      'module_route, mortise_route.sqlstate',
      'module_route, mortise_route.reason',
    ]);
    expect(both.routing.faults).toEqual({ decider: 1 });
  });

  it('is read of a blocked query only, and of the plugin that blocks', async () => {
    const said = { sqlstate_bytes: bytes('57P03'), reason_bytes: bytes('no') };
    const direct = await open({ plugins: [answering({ target: 2, ...said })] });
    expect(direct.route({ sql: '' })).toEqual({ plugin: 'decider', shard: 'all', readWrite: null });
    const passed = await open({
      plugins: [answering({ status: 1, target: 3, ...said }, 'silent'), answering({ target: 3 })],
    });
    expect(passed.route({ sql: '' })).toEqual(blocked);
  });

  it('stands beside what earlier plugins did wrong', async () => {
    const host = await open({ plugins: [answering({ status: -1 }, 'bad'), answering({ because: 'no' })] });
    expect(host.route({ sql: '' })).toEqual({
      ...blocked,
      reason: { message: 'no', sqlstate: '42501' },
      errors: [expect.objectContaining({ code: 'MORTISE_ERR_ROUTE_FAILED', subject: 'bad' })],
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
