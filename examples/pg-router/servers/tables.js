/** What the servers hold: each shard its number, and a table of tenants' orders. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Tenants 0 to 9, each on the shard that is its number modulo the number of shards. The replicas have them, too. */
export async function fill(cluster) {
  const count = cluster.shards.length;
  await Promise.all(
    cluster.shards.map(async ({ primary, replica }, shard) => {
      await psql(
        cluster,
        primary.port,
        `CREATE TABLE shard AS SELECT ${shard} AS number;
         CREATE TABLE orders (tenant_id int NOT NULL, id int NOT NULL, item text, PRIMARY KEY (tenant_id, id));
         INSERT INTO orders SELECT tenant, id, 'item ' || id FROM generate_series(0, 9) tenant, generate_series(1, 3) id
           WHERE tenant % ${count} = ${shard};`,
      );
      const written = (await psql(cluster, primary.port, 'SELECT pg_current_wal_insert_lsn()')).trim();
      await psql(cluster, replica.port, untilReplayed(written));
    }),
  );
}

function untilReplayed(position) {
  return `DO $$ BEGIN
    FOR turn IN 1..6000 LOOP
      IF pg_last_wal_replay_lsn() >= '${position}' THEN RETURN; END IF;
      PERFORM pg_sleep(0.01);
    END LOOP;
    RAISE 'the replica did not reach ${position} within a minute';
  END $$`;
}

/** @returns {Promise<string>} what psql printed: unaligned, without headers */
export async function psql(cluster, port, sql) {
  const args = [
    '-h',
    '127.0.0.1',
    '-p',
    `${port}`,
    '-U',
    'postgres',
    '-XAtq',
    '-v',
    'ON_ERROR_STOP=1',
    '-c',
    sql,
  ];
  const { stdout } = await run(join(cluster.binaries.folder, 'psql'), args, { env: cluster.env, cwd: '/' });
  return stdout;
}
