/** Each kind of route, in front of real servers: every shard tells its number, and a replica that it is one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { titled } from '../../rust/cargo.js';
import {
  type Client,
  type ClientClass,
  type Cluster,
  connected,
  failure,
  loadPg,
  missing,
  psql,
  type Routed,
  startCluster,
  startRouter,
} from './parts.js';

const Pg = await loadPg();
const lacking = [...missing, ...(Pg ? [] : ['npm’s pg'])];
const where = 'SELECT number, pg_is_in_recovery() AS replica FROM shard';

describe.skipIf(lacking.length > 0)(titled('the routes of examples/pg-router', lacking), () => {
  let cluster: Cluster;
  let routed: Routed;
  let client: Client;
  beforeAll(async () => {
    cluster = await startCluster();
    routed = await startRouter(cluster);
    client = await connected(Pg as ClientClass, routed.port);
  });
  afterAll(async () => {
    await client?.end();
    await routed?.close();
    await cluster?.stop();
  });

  const rows = async (query: unknown, values?: unknown[]) => (await client.query(query, values)).rows;

  describe.each([
    ['simple', (sql: string) => rows(sql)],
    ['extended', (sql: string) => rows({ text: sql, values: [], queryMode: 'extended' })],
    ['prepared', (sql: string) => rows({ text: sql, name: sql.replace(/\W/g, '').slice(0, 60) })],
  ])('%s', (_, ask) => {
    it.each([
      ['@0 @write', [{ number: 0, replica: false }]],
      ['@1 @write', [{ number: 1, replica: false }]],
      ['@0 @read', [{ number: 0, replica: true }]],
      ['@1 @read', [{ number: 1, replica: true }]],
      ['@1', [{ number: 1, replica: false }]],
      ['@read', [{ number: 0, replica: true }]],
      ['nothing', [{ number: 0, replica: false }]],
      [
        '@all @read',
        [
          { number: 0, replica: true },
          { number: 1, replica: true },
        ],
      ],
      [
        '@all',
        [
          { number: 0, replica: false },
          { number: 1, replica: false },
        ],
      ],
    ])('%s', async (wish, expected) => {
      for (let turn = 0; turn < 3; turn++) expect(await ask(`${where} /* ${wish} */`)).toEqual(expected);
    });

    it('@blocked', async () => {
      expect(await failure(ask(`${where} /* @blocked */`))).toEqual({
        code: '42501',
        message: 'blocked by the plugin chooser',
      });
      expect(await ask(`${where} /* @1 */`)).toEqual([{ number: 1, replica: false }]);
    });

    it.each([
      ['SELECT number FROM shard ORDER BY number', 'ORDER BY'],
      ['SELECT max(number) FROM shard', 'max()'],
      ['SELECT count(*) FROM shard', 'count()'],
      ['SELECT number FROM shard GROUP BY number', 'GROUP BY'],
      ['SELECT DISTINCT number FROM shard', 'DISTINCT'],
      ['SELECT number FROM shard LIMIT 1', 'LIMIT'],
      ['SELECT number FROM shard OFFSET 1', 'OFFSET'],
      ['SELECT rank() OVER () FROM shard', 'rank()'],
      ['SELECT 1 UNION SELECT number FROM shard', 'UNION, INTERSECT or EXCEPT'],
      ['SELECT * FROM (SELECT number FROM shard LIMIT 1) s', 'LIMIT'],
      ['SELECT row_number() OVER () FROM shard', 'a window function'],
      ['SELECT own(DISTINCT number) FROM shard', 'own()'],
      ['SELECT JSON_ARRAYAGG(number) FROM shard', 'json_arrayagg()'],
      ['EXPLAIN SELECT count(*) FROM shard', 'count()'],
      ['LISTEN shard', 'LISTEN'],
      ['WITH s AS (SELECT sum(number) FROM shard) SELECT * FROM s', 'sum()'],
    ])('every shard can’t do %s', async (sql, what) => {
      expect(await failure(ask(`${sql} /* @all */`))).toEqual({
        code: '0A000',
        message: `this statement goes to every shard, which has no room for ${what}`,
      });
    });

    it('tags are summed', async () => {
      const query = (text: string) => client.query(text);
      await query('CREATE TABLE counted (n int) /* @all */');
      expect((await query('INSERT INTO counted SELECT generate_series(1, 5) /* @all */')).rowCount).toBe(10);
      expect((await query('UPDATE counted SET n = 0 WHERE n > 2 /* @all */')).rowCount).toBe(6);
      expect((await query('DELETE FROM counted /* @0 */')).rowCount).toBe(5);
      expect((await query('SELECT * FROM counted /* @all */')).rowCount).toBe(5);
      expect((await query('DROP TABLE counted /* @all */')).command).toBe('DROP');
    });

    it('the error of one shard is the answer', async () => {
      const sql = 'SELECT 1 / (1 - number) AS quotient FROM shard /* @all */';
      expect((await failure(ask(sql))).code).toBe('22012');
      expect((await failure(ask('SELECT 1 / number FROM shard /* @all */'))).code).toBe('22012');
      expect(await ask(`${where} /* @all */`)).toHaveLength(2);
    });
  });

  it('many rows of every shard come in the order of the shards', async () => {
    const found = await rows(
      "SELECT number, repeat('x', 100) FROM shard, generate_series(1, 20000) /* @all */",
    );
    expect(found.map(({ number }) => number)).toEqual([...Array(20_000).fill(0), ...Array(20_000).fill(1)]);
  });

  it('several statements in one text go to one shard, and not to every', async () => {
    expect((await failure(rows('SELECT 1; SELECT 2 /* @all */'))).message).toContain(
      'one statement at a time',
    );
    const { stdout } = await psql(cluster, routed.port, 'SELECT number FROM shard; SELECT 7 /* @1 */');
    expect(stdout).toBe('1\n7\n');
  });

  it('nothing goes to every shard that the host can’t read', async () => {
    const other = await startRouter(cluster, { parser: 'none' });
    const own = await connected(Pg as ClientClass, other.port);
    expect(await failure(own.query(`${where} /* @all */`))).toEqual({
      code: '0A000',
      message: expect.stringContaining('no room for a statement that can be read ('),
    });
    expect((await own.query(`${where} /* @1 */`)).rows).toHaveLength(1);
    await own.end();
    await other.close();
  });

  it('a session reads its own writes for a while', async () => {
    const other = await startRouter(cluster, { router: { read_own_writes_ms: 1_500 } });
    const own = await connected(Pg as ClientClass, other.port);
    const isReplica = async (shard: number) =>
      (await own.query(`${where} /* @${shard} @read */`)).rows[0]?.replica;
    expect(await isReplica(0)).toBe(true);
    await own.query('UPDATE shard SET number = 0 /* @0 @write */');
    expect([await isReplica(0), await isReplica(1)]).toEqual([false, true]);
    // Another session isn't held to it.
    const second = await connected(Pg as ClientClass, other.port);
    expect((await second.query(`${where} /* @0 @read */`)).rows[0]?.replica).toBe(true);
    await new Promise((done) => setTimeout(done, 1_600));
    expect(await isReplica(0)).toBe(true);
    await Promise.all([own.end(), second.end()]);
    await other.close();
  });

  it('what nobody decided is refused when the configuration says so, or goes to every shard', async () => {
    for (const [undecided, expected] of [
      ['refuse', '0A000'],
      ['all', 2],
      [1, 1],
    ] as const) {
      const other = await startRouter(cluster, { router: { undecided } });
      const own = await connected(Pg as ClientClass, other.port);
      const answer = await own.query(where).then(
        ({ rowCount }) => rowCount,
        (error) => error.code ?? error.message,
      );
      expect(answer).toBe(expected);
      await own.end();
      await other.close();
    }
  });
});
