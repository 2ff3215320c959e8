/** The example plugin that shards by a tenant's column, as a host runs it. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ConfigTable, Host, Parameter } from '../../src/index.js';
import { open } from '../host/open.js';
import { cargo, missingTools, root, titled } from './cargo.js';

const missing = process.platform === 'linux' ? missingTools('cargo') : ['ELF'];
const name = join(root, 'target/release/librust_tenant_router.so');

describe.skipIf(missing.length > 0)(titled('rust-tenant-router', missing), () => {
  beforeAll(async () => {
    const { code, output } = await cargo(['build', '--release', '--locked', '-p', 'rust-tenant-router']);
    expect(code, output).toBe(0);
  }, 1_800_000);

  const router = (config: ConfigTable = {}) =>
    open({ plugins: [{ name, config, required: true }], parser: 'pg_query', routing: { shards: 4 } });
  /** Shard and access of each text; null: no opinion. */
  const ask = (host: Host, texts: string[], params: Parameter[] = ['1', '2', '5', '-1']) =>
    texts.map((sql) => {
      const { plugin, shard, readWrite, errors } = host.route({ sql, params });
      expect(errors, sql).toBeUndefined();
      return [sql, plugin ? `${shard} ${readWrite}` : null];
    });

  it.each<[string, string[]]>([
    [
      '1 read',
      [
        'SELECT * FROM orders WHERE tenant_id = $1',
        'select * from orders where TENANT_ID=$3;',
        'SELECT * FROM s.orders WHERE $1 = s.orders.tenant_id AND total > 3',
        'SELECT * FROM orders o WHERE (((o.tenant_id = $1::bigint) AND id = 4))',
        'SELECT * FROM orders WHERE tenant_id = 5',
        "SELECT * FROM orders WHERE tenant_id = '4294967297'::bigint",
        'SELECT * FROM orders WHERE tenant_id = 4294967297',
        'SELECT * FROM orders WHERE tenant_id IN ($1, 5, 9)',
        'SELECT * FROM orders WHERE tenant_id = 1 AND tenant_id = $3',
        'SELECT * FROM orders WHERE (a = 1 OR b = 2) AND tenant_id = $1',
        'SELECT * FROM orders WHERE day BETWEEN $1 AND $2 AND tenant_id = $3',
        'SELECT * FROM a JOIN b ON a.x = b.x AND b.tenant_id = a.tenant_id AND a.tenant_id = $1',
        'SELECT * FROM a LEFT JOIN b ON b.tenant_id = a.tenant_id AND b.y = $2 WHERE a.tenant_id = $1',
        'SELECT * FROM a WHERE tenant_id = $1 AND id IN (SELECT id FROM b WHERE b.tenant_id = 5)',
        'SELECT * FROM a WHERE tenant_id = $1 UNION SELECT * FROM b WHERE tenant_id = $3',
        'WITH o AS (SELECT * FROM a WHERE tenant_id = 1) SELECT * FROM o',
        'EXPLAIN SELECT * FROM orders WHERE tenant_id = $1',
        "SELECT * FROM orders WHERE note = 'OR ''x' /* OR */ AND tenant_id = $1 -- OR",
      ],
    ],
    ['3 read', ['SELECT * FROM orders WHERE tenant_id = $4', 'SELECT * FROM orders WHERE tenant_id = -1']],
    [
      '2 write',
      [
        'SELECT * FROM orders WHERE tenant_id = $2 FOR NO KEY UPDATE',
        'SELECT * INTO copy FROM orders WHERE tenant_id = $2',
        'UPDATE orders SET a = a OR b WHERE tenant_id = $2',
        'UPDATE orders SET tenant_id = 6 WHERE tenant_id = $2',
        'DELETE FROM orders WHERE tenant_id = 6 RETURNING id',
        "INSERT INTO orders (id, tenant_id, note) VALUES ($1, $2, 'x')",
        'INSERT INTO orders (id, tenant_id) VALUES ($1, $2), ($3, 6)',
        'INSERT INTO orders (at, tenant_id) VALUES (coalesce($1, now()), 2) ON CONFLICT (id) DO UPDATE SET a = 1',
        'INSERT INTO orders (tenant_id, id) SELECT $2, id FROM old WHERE tenant_id = 2',
        'INSERT INTO orders (tenant_id) VALUES ($2) RETURNING (SELECT 1)',
        'WITH d AS (DELETE FROM a WHERE tenant_id = 2 RETURNING *) INSERT INTO b (tenant_id, c) SELECT 6, d.* FROM d',
      ],
    ],
  ])('sends to shard %s', async (answer, texts) => {
    const host = await router();
    expect(ask(host, texts)).toEqual(texts.map((sql) => [sql, answer]));
    await host.close();
  });

  it('has no opinion when a statement may reach further', async () => {
    const host = await router();
    const where = (condition: string) => `SELECT * FROM orders WHERE ${condition}`;
    const texts = [
      '',
      'BEGIN',
      'SELECT 1',
      'SELEC 1',
      'SELECT 1 WHERE 1 = $1',
      'SELECT * FROM orders',
      'SELECT tenant_id = $1 FROM orders',
      ...[
        'tenant_id > $1',
        'tenant_id <> $1',
        'tenant_id = $1 + 1',
        'tenant_id = $1::int % 4',
        'tenant_id = NULL',
        'tenant_id = 1.0',
        'tenant_id = $9',
        'tenant_id = ANY($1)',
        'tenant_id = ALL($1)',
        'tenant_id IN ($1, $2)',
        'tenant_id IN ($1, now())',
        'tenant_id IN (SELECT 1)',
        'tenant_id NOT IN ($1)',
        '$1 IN (tenant_id, other_id)',
        '$1 IN (orders.tenant_id, other.tenant_id)',
        'tenant_id + 1 = $1',
        'my_tenant_id = $1',
        '"Tenant_id" = $1',
        'tenant_id = $1 OR id = $2',
        'id = $2 OR a = 1 AND tenant_id = $1',
        '(tenant_id = $1 OR a = 1) AND b = 2',
        'NOT (tenant_id = $1)',
        '(tenant_id = $1) IS NOT TRUE',
        'coalesce(a AND tenant_id = $1, true)',
        'CASE WHEN a AND tenant_id = $1 THEN b END',
        'tenant_id = $1 AND tenant_id = $2',
        'orders.tenant_id = $1 AND id IN (SELECT id FROM b)',
        'orders.tenant_id = $1 AND id IN (SELECT id FROM b WHERE tenant_id = $2)',
        'orders.tenant_id = $1 AND id IN (SELECT id FROM b WHERE orders.tenant_id = $1)',
        'id IN (SELECT id FROM b WHERE tenant_id = $1)',
        'tenant_id = $1 UNION SELECT * FROM orders',
        'tenant_id = $1; DROP TABLE orders',
        'tenant_id = $1; SELECT 1',
        "note = 'tenant_id = $1'",
      ].map(where),
      'SELECT * FROM a LEFT JOIN b ON a.tenant_id = $1',
      'SELECT * FROM a LEFT JOIN b ON b.tenant_id = $2 WHERE a.tenant_id = $1',
      'SELECT count(*) FILTER (WHERE tenant_id = $1) FROM orders',
      'SELECT a FROM orders GROUP BY a HAVING a AND tenant_id = $1',
      'WITH o AS (SELECT * FROM b) SELECT * FROM orders WHERE tenant_id = $1',
      'UPDATE orders SET tenant_id = $1',
      'UPDATE orders SET tenant_id = $1 WHERE tenant_id = $2',
      'UPDATE orders SET tenant_id = other WHERE tenant_id = $2',
      'DELETE FROM orders USING (SELECT id FROM users WHERE tenant_id = 42) AS gone',
      'INSERT INTO orders VALUES ($1)',
      'INSERT INTO orders (id) VALUES ($1)',
      'INSERT INTO orders (id, tenant_id) VALUES ($1, DEFAULT)',
      'INSERT INTO orders (id, tenant_id) VALUES ($1, $2 + 1)',
      'INSERT INTO orders (id, tenant_id) VALUES ($1, $2), ($3, $4)',
      'INSERT INTO orders (id, tenant_id) SELECT $1, $2 FROM old',
      'INSERT INTO orders (id, tenant_id) SELECT id, tenant_id FROM old WHERE tenant_id = 1',
      'INSERT INTO orders (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET a = 1 WHERE orders.tenant_id = $2',
      'MERGE INTO a USING b ON a.tenant_id = $1 WHEN MATCHED THEN DELETE',
      'PREPARE p AS SELECT * FROM orders WHERE tenant_id = 1',
      `SELECT 1${' UNION SELECT 1 FROM orders WHERE tenant_id = 1'.repeat(64)}`,
    ];
    expect(ask(host, texts)).toEqual(texts.map((sql) => [sql, null]));
    const most = `SELECT 1 FROM orders WHERE tenant_id = 1${' AND tenant_id = 1'.repeat(1000)}`;
    expect(ask(host, [most])).toEqual([[most, '1 read']]);
    await host.close();
  });

  it('takes a parameter in text and in binary, and a text by its hash', async () => {
    const host = await router({ column: 'tenantId', strategy: 'hash' });
    const by = (value: string, ...params: Parameter[]) => {
      const { shard } = host.route({ sql: `SELECT * FROM orders WHERE "tenantId" = ${value}`, params });
      return shard;
    };
    const binary = new Uint8Array([0, 0, 0, 42]);
    const numbers = [by('42'), by("'42'"), by('$1', '42'), by('$1', binary)];
    expect(numbers).toEqual(Array(4).fill(expect.any(Number)));
    expect(new Set(numbers).size).toBe(1);
    // Their hashes, computed apart, modulo 4.
    expect([by("'acme'"), by('$1', 'acme')]).toEqual([0, 0]);
    expect(by('$1', null)).toBeNull();
    expect(host.route({ sql: 'SELECT * FROM orders WHERE tenantId = 42' }).plugin).toBeNull();
    await host.close();
  });

  it('reads on the primary inside a transaction', async () => {
    const host = await router();
    const sql = 'SELECT * FROM orders WHERE tenant_id = 2';
    expect(host.route({ sql, inTransaction: true })).toMatchObject({ shard: 2, readWrite: 'write' });
    expect(host.route({ sql, writeOverride: true })).toMatchObject({ shard: 2, readWrite: 'write' });
    await host.close();
  });

  it('says in its own words what a configuration lacks', async () => {
    await expect(router({ column: '' })).rejects.toThrow('must name a column');
    await expect(router({ strategy: 'range' })).rejects.toThrow('must be "modulo" or "hash"');
  });
});
