/** The example plugins that decide by syntax trees, as a host runs them. */
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigTable, Host, type PluginRequest } from '../../src/index.js';

const root = resolve(import.meta.dirname, '../..');
const search = ['c-require-where', 'c-primary-only-tables'].map((name) =>
  join(root, 'example-plugins', name, 'build'),
);

async function decisions(plugin: PluginRequest, shards = 4) {
  const host = await Host.open({
    search,
    parser: 'pg_query',
    routing: { shards },
    plugins: [plugin],
    log: () => {},
  });
  return { host, ask: (sql: string) => host.route({ sql }) };
}

describe('require_where', () => {
  const open = (config: ConfigTable = {}) => decisions({ name: 'require_where', config, required: true });

  it.each([
    ['UPDATE orders SET paid = true', 'UPDATE of orders needs a WHERE'],
    ['DELETE FROM s."Old Orders"', 'DELETE FROM Old Orders needs a WHERE'],
    ['WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d', 'DELETE FROM orders needs a WHERE'],
    ['WITH d AS (SELECT 1 WHERE true) DELETE FROM orders', 'DELETE FROM orders needs a WHERE'],
    ['SELECT 1; DELETE FROM orders', 'DELETE FROM orders needs a WHERE'],
    ['EXPLAIN ANALYZE DELETE FROM orders', 'DELETE FROM orders needs a WHERE'],
    ['PREPARE p AS UPDATE orders SET paid = true', 'UPDATE of orders needs a WHERE'],
    ['COPY (DELETE FROM orders RETURNING *) TO STDOUT', 'DELETE FROM orders needs a WHERE'],
    ['INSERT INTO orders VALUES (1)', 'INSERT INTO orders must name its columns'],
    ['INSERT INTO orders SELECT * FROM old', 'INSERT INTO orders must name its columns'],
    [
      'INSERT INTO t (a) VALUES (1); INSERT INTO orders TABLE old',
      'INSERT INTO orders must name its columns',
    ],
  ])('blocks %s', async (sql, message) => {
    const { host, ask } = await open();
    expect(ask(sql)).toMatchObject({
      plugin: 'require_where',
      shard: 'blocked',
      reason: { message, sqlstate: '42501' },
    });
    await host.close();
  });

  it('passes what has one, and what changes nothing', async () => {
    const { host, ask } = await open();
    for (const sql of [
      'UPDATE orders SET paid = true WHERE id = 1',
      'WITH d AS (DELETE FROM orders WHERE id = 1 RETURNING *) SELECT * FROM d',
      'DELETE FROM orders WHERE CURRENT OF c',
      'INSERT INTO orders (id) VALUES (1)',
      'INSERT INTO orders DEFAULT VALUES',
      'INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET paid = true',
      'MERGE INTO orders USING s ON true WHEN MATCHED THEN DELETE',
      'EXPLAIN DELETE FROM orders',
      "SELECT 'DELETE FROM orders'",
      'BEGIN',
      '',
    ]) {
      expect({ sql, ...ask(sql) }).toMatchObject({ sql, plugin: null });
    }
    await host.close();
  });

  it('blocks what has no tree', async () => {
    const { host, ask } = await open();
    for (const sql of ['DELETE FROM', `SELECT 1${'+1'.repeat(5_000)}`]) {
      expect(ask(sql)).toMatchObject({ plugin: 'require_where', shard: 'blocked' });
    }
    await host.close();
  });

  it('does what its configuration says', async () => {
    const { host, ask } = await open({ insert_columns: false, except: ['sessions'] });
    expect(ask('INSERT INTO orders VALUES (1)').plugin).toBe(null);
    expect(ask('DELETE FROM sessions').plugin).toBe(null);
    expect(ask('DELETE FROM orders').shard).toBe('blocked');
    await host.close();
    await expect(open({ except: [5] })).rejects.toThrow('must be at most 64 names of tables');
  });
});

describe('primary_only_tables', () => {
  const open = (config: ConfigTable = {}, shards = 4) =>
    decisions(
      {
        name: 'primary_only_tables',
        config: { tables: ['sessions', 'app.locks'], ...config },
        required: true,
      },
      shards,
    );

  it('sends reads of its tables to the primary', async () => {
    const { host, ask } = await open();
    for (const sql of [
      'SELECT * FROM sessions',
      'SELECT * FROM web.sessions s WHERE s.id = 1',
      'SELECT 1 FROM users WHERE id IN (SELECT user_id FROM sessions)',
      'WITH x AS (SELECT * FROM app.locks) SELECT * FROM x',
      'TABLE locks',
      'EXPLAIN SELECT * FROM users, sessions',
      'COPY sessions TO STDOUT',
      // Nobody can tell what it reads.
      `SELECT 1${'+1'.repeat(5_000)}`,
    ]) {
      expect({ sql, ...ask(sql) }).toMatchObject({ sql, plugin: 'primary_only_tables', readWrite: 'write' });
    }
    await host.close();
  });

  it('leaves everything else to the next', async () => {
    const { host, ask } = await open();
    for (const sql of [
      'SELECT * FROM users',
      'SELECT * FROM other.locks',
      'WITH sessions AS (SELECT 1) SELECT * FROM sessions',
      "SELECT 'sessions' AS sessions FROM users",
      'DELETE FROM sessions WHERE id = 1',
      'SELECT FROM WHERE',
      'BEGIN',
    ]) {
      expect({ sql, ...ask(sql) }).toMatchObject({ sql, plugin: null });
    }
    await host.close();
  });

  it('names a target where there is one, or is told to', async () => {
    const { host, ask } = await open({}, 1);
    expect(ask('SELECT * FROM sessions')).toMatchObject({ shard: 0 });
    await host.close();
    const all = await open({ target: 'all' });
    expect(all.ask('SELECT * FROM sessions')).toMatchObject({ shard: 'all', readWrite: 'write' });
    await all.host.close();
    await expect(open({ tables: [] })).rejects.toThrow('must name a table');
    await expect(open({ tables: ['a.b.c'] })).rejects.toThrow('must be at most 256 names');
    await expect(open({ target: 'some' })).rejects.toThrow('must be "all" or "unknown"');
  });
});
