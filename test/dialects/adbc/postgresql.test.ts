/** PostgreSQL's driver and a real server: types, errors, cancelling, transactions, and two queries at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseError } from '../../../src/capabilities/querying/database-error.js';
import { frameOf } from '../../../src/capabilities/querying/frame/build.js';
import { database, failure } from './databases.js';
import { lacks, needs } from './parts.js';
import { binaries, type Server, startPostgres } from './server.js';

const lacking = lacks('postgresql') || !binaries;
const missing = binaries ? needs('postgresql') : ' (needs PostgreSQL’s programs)';

describe.skipIf(lacking)(`a database of PostgreSQL’s driver${missing}`, () => {
  let server: Server;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());
  const open = (options: object = {}) => database('postgresql', { options: { uri: server.uri }, ...options });

  it('gives each of two queries at once its own rows', async () => {
    const db = await open();
    const rows = (from: number) =>
      `SELECT x + ${from} AS x, repeat('y', 1000) AS y FROM generate_series(1, 40000) AS x`;
    const sum = async (from: number) => {
      let total = 0n;
      for await (const frame of await db.query(rows(from)))
        for (const x of frame.column('x') as number[]) total += BigInt(x);
      return total;
    };
    const own = 800_020_000n;
    expect(await Promise.all([sum(0), sum(1_000_000), sum(5)])).toEqual([
      own,
      own + 40_000_000_000n,
      own + 200_000n,
    ]);
  });

  it('gives values of their types, and takes them as parameters', async () => {
    const db = await open();
    expect(
      await db.rows(
        'SELECT $1::int8 AS big, $2::float8 AS x, $3::text AS t, $4::bool AS b, $5::timestamptz AS at',
        [9007199254740993n, 0.5, 'ü', true, new Date('2026-01-02T03:04:05.006Z')],
      ),
    ).toEqual([{ big: 9007199254740993n, x: 0.5, t: 'ü', b: true, at: expect.anything() }]);
    expect(await db.rows('SELECT 1::int4 AS n, NULL::text AS none')).toEqual([{ n: 1, none: null }]);
    const small = { options: { 'adbc.postgresql.use_copy': false } };
    expect(await db.rows('SHOW server_encoding', undefined, small)).toEqual([{ server_encoding: 'UTF8' }]);
  });

  it('says what the server says', async () => {
    const db = await open();
    const error = await failure(db.rows('SELECT no_such FROM pg_class'));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ code: 'MORTISE_ERR_ADBC_FAILED', sqlstate: '42703' });
    expect([...(error.details as Map<string, string>).entries()]).toContainEqual([
      'PG_DIAG_MESSAGE_PRIMARY',
      'column "no_such" does not exist',
    ]);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ sqlstate: '42703' });
    const nobody = await failure(database('postgresql', { options: { uri: 'postgresql://127.0.0.1:1/x' } }));
    expect(nobody).toMatchObject({ code: 'MORTISE_ERR_ADBC_FAILED', subject: 'postgresql' });
  });

  it('says which of the server’s limits ended a statement, and goes on', async () => {
    const db = await open({ connections: 1 });
    await db.run('SET statement_timeout = 50');
    for (const options of [undefined, { 'adbc.postgresql.use_copy': false }])
      expect(await failure(db.rows('SELECT pg_sleep(600)', undefined, { options }))).toMatchObject({
        code: 'MORTISE_ERR_ADBC_FAILED',
        status: 11,
        sqlstate: '57014',
      });
    await db.run('SET statement_timeout = 0');
    expect(await db.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is cancelled, and its connection goes on', async () => {
    const db = await open({ connections: 1 });
    const [{ pid }] = (await db.rows('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    const controller = new AbortController();
    const sleeping = failure(db.rows('SELECT pg_sleep(30)', undefined, { signal: controller.signal }));
    await sleep(200);
    const start = performance.now();
    controller.abort();
    expect(await sleeping).toMatchObject({ name: 'AbortError' });
    expect(await db.rows('SELECT pg_backend_pid() AS pid')).toEqual([{ pid }]);
    expect(performance.now() - start).toBeLessThan(25_000); // it would sleep for 30 s
  });

  /** 100 GB, made as they are sent: whoever reads them to their end hangs. */
  const endless = "SELECT generate_series(1, 100000000) AS x, repeat('y', 1000) AS y";

  it.each([
    ['while the driver reads', 0],
    // What is read ahead has come by then, so that no call of the driver's is there to be cancelled.
    ['while the driver waits to be asked', 500],
  ])('stops the server’s work when a query is cancelled %s', async (_, pause) => {
    const db = await open({ connections: 1 });
    const controller = new AbortController();
    const result = await db.query(endless, undefined, { signal: controller.signal });
    const reading = async () => {
      let frames = 0;
      for await (const _ of result) {
        if (++frames < 3) continue;
        await sleep(pause);
        controller.abort();
      }
    };
    expect(await failure(reading())).toMatchObject({ name: 'AbortError' });
    expect(await db.rows('SELECT 1::int8 AS one')).toEqual([{ one: 1n }]);
  });

  it('stops the server’s work when a result is left', async () => {
    const db = await open({ connections: 1 });
    const [{ pid }] = (await db.rows('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    for await (const _ of await db.query(endless)) {
      await sleep(200);
      break;
    }
    expect(await db.rows('SELECT pg_backend_pid() AS pid')).toEqual([{ pid }]);
    {
      await using tx = await db.transaction();
      for await (const _ of await tx.query(endless)) break;
    }
    {
      await using statement = await db.prepare(endless);
      for await (const _ of await statement.query()) break;
      for await (const _ of await statement.query()) break;
    }
    expect(await db.rows('SELECT pg_backend_pid() AS pid')).toEqual([{ pid }]);
  });

  it('rolls back what is not committed, also after a result that was left', async () => {
    const db = await open({ connections: 1 });
    await db.run('CREATE TABLE t (id int8)');
    {
      await using tx = await db.transaction({ isolation: 'serializable' });
      await tx.run('INSERT INTO t SELECT generate_series(1, 10000)');
      expect(
        await tx.rows('SHOW transaction_isolation', undefined, {
          options: { 'adbc.postgresql.use_copy': 'false' },
        }),
      ).toEqual([{ transaction_isolation: 'serializable' }]);
      for await (const _ of await tx.query('SELECT * FROM t', undefined, { batchBytes: 1024 })) break;
      expect(await tx.rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 10_000n }]);
    }
    expect(await db.rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 0n }]);
    {
      await using tx = await db.transaction({ readOnly: true });
      expect(await failure(tx.run('INSERT INTO t VALUES (1)'))).toMatchObject({ sqlstate: '25006' });
    }
    {
      await using tx = await db.transaction();
      await tx.run('INSERT INTO t VALUES ($1)', [7n]);
      expect(await failure(tx.run('INSERT INTO no_such VALUES (1)'))).toMatchObject({ sqlstate: '42P01' });
      await tx.rollback();
    }
    await db.run('INSERT INTO t VALUES (5)');
    expect(await db.rows('SELECT * FROM t')).toEqual([{ id: 5n }]);
  });

  it('prepares, and refuses parameters that are wrong in count', async () => {
    const db = await open();
    await using statement = await db.prepare('SELECT $1::int8 + $2::int8 AS sum');
    expect(statement.parameters?.map(({ type }) => type)).toEqual(['int64', 'int64']);
    expect(await statement.rows([1n, 2n])).toEqual([{ sum: 3n }]);
    const few = await failure(statement.rows([1n]));
    expect(few).toMatchObject({
      code: 'MORTISE_ERR_ADBC_PARAMETER',
      message: expect.stringContaining('2 parameters, and 1 is given'),
    });
    expect((await failure(statement.rows(['x', 'y']))).code).toBe('MORTISE_ERR_ADBC_FAILED');
    expect(await statement.rows([3, 4])).toEqual([{ sum: 7n }]);
  });

  it('takes many rows, which the driver pulls', async () => {
    const db = await open();
    let asked = 0;
    function* frames() {
      for (; asked < 20; asked++)
        yield frameOf({
          columns: {
            id: BigInt64Array.from({ length: 1000 }, (_, i) => BigInt(i)),
            at: Array(1000).fill(new Date(0)),
          },
        });
    }
    expect(await db.ingest('many', frames())).toBe(20_000);
    expect(asked).toBe(20);
    expect(await db.rows('SELECT count(*) AS n, max(id) AS id FROM many')).toEqual([
      { n: 20_000n, id: 999n },
    ]);
    expect(await db.tableSchema('many')).toMatchObject([{ name: 'id', type: 'int64' }, { name: 'at' }]);
    expect((await db.statistics({ schema: 'public', table: 'many' })).fields.length).toBeGreaterThan(0);
    expect(await db.info()).toMatchObject({ vendor_name: 'PostgreSQL' });
  });

  it('replaces a connection that the server has ended', async () => {
    const [db, other] = [await open({ connections: 1 }), await open()];
    const [{ pid }] = (await db.rows('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    await other.run(`SELECT pg_terminate_backend(${pid})`);
    expect((await failure(db.rows('SELECT 1'))).code).toBe('MORTISE_ERR_ADBC_FAILED');
    const [again] = (await db.rows('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    expect(again.pid).not.toBe(pid);
  });
});
