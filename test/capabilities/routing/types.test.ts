/** The types that a client declares for its parameters say what their bytes mean. */
import { expect, it } from 'vitest';
import { open, thrown } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

const typed = () => open({ plugins: [build('types.c')], routing: { shards: 2 ** 32 - 1 } });
const bytes = Uint8Array.of(0, 0, 0, 42);
const text = (value: string) => ({ bytes: Buffer.from(value), format: 'text' as const });

it('reach plugins by every way', async () => {
  const host = await typed();
  const [int4, date] = [host.prepare('SELECT $1', [23]), host.prepare('SELECT $1', [1082])];
  const longText = text('x'.repeat(1000));
  for (let round = 0; round < 3; round++) {
    expect(int4.route([bytes]).shard).toBe(42);
    expect(date.route([bytes]).shard).toBe(2082);
    expect(int4.route(['42']).shard).toBe(42);
    expect(date.route(['42']).shard).toBe(2082);
    expect(host.prepare('SELECT $1').route([bytes]).shard).toBe(42);
    expect(host.route({ sql: 'SELECT $1', params: [bytes] }).shard).toBe(42);
    expect(host.route({ sql: 'SELECT $1', params: ['x'] }).shard).toBe(1000);
    expect(host.explain({ sql: 'SELECT $1', params: [bytes] }).decision.shard).toBe(42);
    expect(host.explain({ sql: 'SELECT $1', params: [bytes] }, [1082]).decision.shard).toBe(2082);
    expect(host.explain({ sql: 'SELECT $1', params: ['42'] }, [23]).decision.shard).toBe(42);
  }
  const three = host.prepare('SELECT $1, $2, $3', [1082, 20, 2 ** 32 - 2000]);
  expect(three.route(['1', '2', '3']).shard).toBe(2 ** 32 - 1000);
  expect(three.route([longText, longText, longText]).shard).toBe(2 ** 32 - 1000);
  // Fewer are declared than there are.
  expect(three.route(['x', 'x', 'x', 'x']).shard).toBe(1000);
});

it('keep an integer only where its bytes are that integer', async () => {
  const host = await typed();
  const shardOf = (type: number, parameter: string | Uint8Array) =>
    host.prepare('SELECT $1', [type]).route([parameter]).shard;
  for (const type of [0, 20, 21, 23]) expect(shardOf(type, bytes)).toBe(42);
  for (const type of [0, 19, 20, 21, 23, 25, 705, 1042, 1043, 1700]) expect(shardOf(type, '7')).toBe(7);
  for (const type of [19, 25, 700, 701, 790, 1082, 1700, 99_999])
    expect(shardOf(type, bytes)).toBe(1000 + type);
  for (const type of [16, 18, 700, 701, 790, 1082, 99_999]) expect(shardOf(type, '7')).toBe(1000 + type);
});

it('are OIDs', async () => {
  const host = await typed();
  const refused = (types: unknown) => thrown(() => host.prepare('SELECT $1', types as number[]));
  for (const types of [[-1], [1.5], [2 ** 32], ['20'], [20, null]])
    expect(refused(types)).toMatchObject({
      code: 'MORTISE_ERR_PARAMETER',
      where: `types[${types.length - 1}]`,
    });
  expect(refused({ length: 1 })).toMatchObject({ code: 'MORTISE_ERR_PARAMETER', where: 'types' });
  expect(thrown(() => host.explain({ sql: 'SELECT $1' }, [-1]))).toMatchObject({ where: 'types[0]' });
  expect(refused(Array(65_536).fill(0))).toMatchObject({ code: 'MORTISE_ERR_PARAMETER', found: '65536' });
  expect(host.prepare('SELECT $1', []).route([bytes]).shard).toBe(42);
});
