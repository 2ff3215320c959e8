/** After close there is nothing left to call. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { MortiseError } from '../../src/index.js';
import { Host } from '../../src/index.js';
import { directory, expectComplete, good, open, thrown } from './open.js';

it('may be closed twice', async () => {
  const host = await Host.open({ plugins: [good()] });
  expect(host.isOpen).toBe(true);
  await Promise.all([host.close(), host.close()]);
  await host.close();
  expect(host.isOpen).toBe(false);
  expect(host.plugins.get('good').state).toBe('stopped');
});

it('closes at the end of its block', async () => {
  let kept: Host;
  {
    await using host = await Host.open({ plugins: [good()] });
    kept = host;
  }
  expect(kept.isOpen).toBe(false);
});

it('refuses every call afterwards', async () => {
  const host = await open({ plugins: [good()] });
  const statement = host.prepare('SELECT 1');
  expect(statement.route([], { shards: 4 }).plugin).toBe('good');
  await host.close();
  for (const call of [
    () => host.route({ sql: 'SELECT 1' }),
    () => host.prepare('SELECT 1'),
    () => statement.route(),
    () => statement.route(['1'], { shards: 2 }),
  ]) {
    const error = thrown(call) as MortiseError;
    expect(error).toMatchObject({ name: 'MortiseError', code: 'MORTISE_ERR_HOST_CLOSED' });
    expectComplete({ ...error.toJSON(), subject: 'host', problems: undefined } as never);
  }
});

it('removes its private copies', async () => {
  const privateDirectory = directory();
  const host = await Host.open({ plugins: [good()], privateDirectory });
  expect(readdirSync(privateDirectory)).toHaveLength(1);
  await host.close();
  expect(readdirSync(privateDirectory)).toEqual([]);
});

it('opens and closes again and again', async () => {
  const privateDirectory = directory();
  for (let round = 0; round < 30; round++) {
    await using host = await Host.open({ plugins: [good()], privateDirectory });
    expect(host.route({ sql: '', shards: 3 }).shard).toBe(2);
  }
  expect(readdirSync(privateDirectory)).toEqual([]);
});

it('opens without any plugin', async () => {
  const host = await open();
  expect(host.route({ sql: 'SELECT 1' })).toEqual({ plugin: null, shard: null, readWrite: null });
  expect(host.routing.faults).toEqual({});
});
