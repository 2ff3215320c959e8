// The table that is read: a million rows of int64, double, text, time and boolean, in SQLite and in PostgreSQL.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres } from '../../examples/pg-router/servers/binaries.js';
import { Cluster } from '../../examples/pg-router/servers/cluster.js';

const rows = 1_000_000;

/** SQLite has neither times nor booleans: integers. @returns its file, and how it is removed */
export async function sqliteTable(host) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-bench-'));
  const file = join(folder, 'orders.db');
  const database = await host.querying.open('sqlite', { options: { uri: file } });
  await database.run('CREATE TABLE orders (id INTEGER, price REAL, item TEXT, at INTEGER, sold INTEGER)');
  await database.run(`
    INSERT INTO orders
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${rows})
    SELECT x, x * 0.37, 'item number ' || x, 1700000000000000000 + x * 1000, x % 2 FROM n`);
  await database.close();
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A server of its own, on loopback. @returns undefined when PostgreSQL's programs aren't here */
export async function postgresTable(host) {
  const binaries = findPostgres();
  if (!binaries) return undefined;
  const cluster = new Cluster(binaries);
  try {
    await cluster.start(1, await freePort());
    const [{ primary, replica }] = cluster.shards;
    await replica.stop();
    const uri = `postgresql://postgres@127.0.0.1:${primary.port}/postgres`;
    const database = await host.querying.open('postgresql', { options: { uri } });
    await database.run(`
      CREATE UNLOGGED TABLE orders AS
      SELECT x AS id, x * 0.37::float8 AS price, 'item number ' || x AS item,
             timestamp '2026-01-01' + x * interval '1 ms' AS at, x % 2 = 0 AS sold
      FROM generate_series(1::int8, ${rows}) AS x`);
    await database.run('ANALYZE orders');
    await database.close();
    return { uri, remove: () => cluster.stop() };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** Two in a row, as the cluster takes them. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
