/** A decision explained: who was asked, what each said, and how long it took. */
import { createRequire } from 'node:module';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigTable, Decision, PluginRequest } from '../../../src/index.js';
import { expectComplete, good, open, thrown } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

const answering = (config: ConfigTable, name: string): PluginRequest => ({
  name: build('decider.c', { define: { NAME: name } }),
  config,
});
const took = expect.any(Number);

it('tells what each plugin said, in the order of the chain', async () => {
  const host = await open({
    plugins: [
      answering({ status: 1 }, 'passes'),
      answering({}, 'unknown'),
      answering({ status: -1 }, 'fails'),
      answering({ target: 1, shard: 9 }, 'beyond'),
      good(),
      answering({ target: 2 }, 'later'),
    ],
  });
  const { decision, asked } = host.explain({ sql: 'SELECT 1', shards: 4 });
  expect(asked).toEqual([
    { plugin: 'passes', said: 'passed', nanoseconds: took },
    { plugin: 'unknown', said: 'passed', nanoseconds: took },
    {
      plugin: 'fails',
      said: 'fault',
      nanoseconds: took,
      error: expect.objectContaining({ code: 'MORTISE_ERR_ROUTE_FAILED', subject: 'fails' }),
    },
    {
      plugin: 'beyond',
      said: 'fault',
      nanoseconds: took,
      error: expect.objectContaining({ code: 'MORTISE_ERR_ROUTE_SHARD', expected: 'a shard from 0 to 3' }),
    },
    { plugin: 'good', said: 'decided', nanoseconds: took },
    { plugin: 'later', said: 'not asked', nanoseconds: null },
  ]);
  for (const { error } of asked) if (error) expectComplete(error);
  for (const { nanoseconds } of asked) expect(nanoseconds ?? 1).toBeGreaterThan(0);
  // As `route` decides, and as it counts.
  expect(decision).toEqual(host.route({ sql: 'SELECT 1', shards: 4 }));
  expect(host.routing.faults).toMatchObject({ fails: 2, beyond: 2, good: 0, later: 0 });
});

it('tells which statement it was, as far as there is a parser', async () => {
  const host = await open({ plugins: [good()], parser: 'pg_query' });
  const statement = (sql: string) => host.explain({ sql, shards: 4 }).statement;
  const parsed = { outcome: 'parsed', message: '', access: 'read', kinds: ['select'] };
  const { fingerprint, ...rest } = statement('SELECT a FROM t WHERE b = 42');
  expect(rest).toEqual({ ...parsed, normalised: 'SELECT a FROM t WHERE b = $1' });
  expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(statement('select a  from t where b = 7').fingerprint).toBe(fingerprint);
  expect(statement('SELECT 1; DELETE FROM t')).toMatchObject({
    kinds: ['select', 'delete'],
    access: 'write',
  });
  const none = { normalised: null, fingerprint: null, kinds: [], access: null };
  expect(statement('SELEC')).toEqual({
    ...none,
    outcome: 'syntax error',
    message: expect.stringContaining('SELEC'),
  });
  const other = await open({ plugins: [good()] });
  expect(other.explain({ sql: 'SELECT 1', shards: 4 }).statement).toMatchObject({
    ...none,
    outcome: 'no tree',
  });
});

it('tells of more plugins with faults than a decision keeps', async () => {
  const bad = Array.from({ length: 20 }, (_, index) => answering({ status: -1 }, `bad${index}`));
  const host = await open({ plugins: [...bad, good()] });
  const { decision, asked } = host.explain({ sql: '', shards: 4 });
  expect(asked.filter(({ said }) => said === 'fault')).toHaveLength(20);
  expect(decision.errors).toHaveLength(20);
  expect(decision).toMatchObject({ plugin: 'good', shard: 2 });
});

it('has the reason of a block, and what is wrong with it', async () => {
  const host = await open({
    plugins: [answering({ because: 'closed', sqlstate: 'no' }, 'blocks'), good()],
  });
  const error = expect.objectContaining({ code: 'MORTISE_ERR_ROUTE_REASON' });
  expect(host.explain({ sql: '' })).toMatchObject({
    decision: {
      plugin: 'blocks',
      shard: 'blocked',
      readWrite: null,
      reason: { message: 'closed', sqlstate: '42501' },
      errors: [error],
    },
    asked: [
      { plugin: 'blocks', said: 'decided', nanoseconds: took, error },
      { plugin: 'good', said: 'not asked', nanoseconds: null },
    ],
  });
});

it('says so when nobody decides, or nobody is there', async () => {
  const host = await open({ plugins: [answering({}, 'unknown')] });
  const decision = { plugin: null, shard: null, readWrite: null };
  const unknown = { plugin: 'unknown', said: 'passed', nanoseconds: took };
  expect(host.explain({ sql: '' })).toMatchObject({ decision, asked: [unknown] });
  const empty = await open({});
  expect(empty.explain({ sql: '' })).toMatchObject({ decision, asked: [] });
});

describe('asks what `route` asks', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

  it.each<[string, Parameters<Awaited<ReturnType<typeof open>>['explain']>[0]]>([
    ['no parameters', { sql: 'SELECT 1' }],
    [
      'every kind',
      { sql: 'é', params: ['1', null, new Uint8Array([0, 1]), 'a text that is not short', 'é'] },
    ],
    ['many', { sql: 'x', params: numbers(300) }],
    ['much', { sql: 'x'.repeat(100_000), params: ['y'.repeat(100_000)] }],
    ['a situation', { sql: '', shards: 77, hasReplicas: true, inTransaction: true, writeOverride: true }],
  ])('%s', async (_, query) => {
    const host = await open({ plugins: [build('echo.c')], routing: { shards: 5 } });
    const { decision } = host.explain(query);
    expect(decision.errors).toBeUndefined();
    expect(decision).toEqual(host.route(query));
    // Nothing of it stays for the next query.
    expect(host.route({ sql: 'SELECT 1' })).toEqual((await open2()).route({ sql: 'SELECT 1' }));
  });

  const open2 = () => open({ plugins: [build('echo.c')], routing: { shards: 5 } });
});

it('explains while a plugin is being asked', async () => {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const inner: Decision[] = [];
  const callback = koffi.register(
    (level: number) => {
      if (level > 0) inner.push(host.explain({ sql: 'inner', params: [String(level - 1)] }).decision);
      return level;
    },
    koffi.pointer(koffi.proto('int64_t mortise_test_callback(int64_t)')),
  );
  onTestFinished(() => koffi.unregister(callback));
  const function_ = { name: build('callback.c'), config: { function: koffi.address(callback) } };
  const host = await open({ plugins: [function_], routing: { shards: 9 } });
  expect(host.explain({ sql: 'outer', params: ['3'] }).decision).toMatchObject({ shard: 3 });
  expect(inner.map(({ shard }) => shard)).toEqual([0, 1, 2]);
});

it('refuses what `route` refuses', async () => {
  const host = await open({ plugins: [good()] });
  for (const query of [null, {}, { sql: 7 }, { sql: '', shards: 0 }, { sql: '', params: [7] }]) {
    const error = thrown(() => host.explain(query as never));
    expect(error).toMatchObject({ code: expect.stringMatching(/^MORTISE_ERR_(QUERY|PARAMETER)$/) });
    expect(error).toEqual(thrown(() => host.route(query as never)));
  }
  await host.close();
  expect(thrown(() => host.explain({ sql: '' }))).toMatchObject({ code: 'MORTISE_ERR_HOST_CLOSED' });
});
