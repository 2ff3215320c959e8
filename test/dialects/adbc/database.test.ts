/** Databases of real drivers: results, parameters, transactions, prepared statements, ingest, and what is refused. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { OpenDatabase } from '../../../src/capabilities/querying/adbc/database.js';
import { DatabaseError } from '../../../src/capabilities/querying/database-error.js';
import { frameOf } from '../../../src/capabilities/querying/frame/build.js';
import type { Frame } from '../../../src/capabilities/querying/frame/frame.js';
import { database, duckdb, failure, sqlite } from './databases.js';
import { lacks, needs } from './parts.js';

const rowsOf = async (result: AsyncIterable<Frame>) => {
  const rows = [];
  for await (const frame of result) rows.push(...frame.rows());
  return rows;
};

const count = (rows: number) =>
  `WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM r WHERE id < ${rows}) SELECT id FROM r`;

describe.skipIf(lacks('sqlite'))(`a database of SQLite’s driver${needs('sqlite')}`, () => {
  it('answers with frames as they are read', async () => {
    const db = await sqlite();
    const result = await db.query(count(100_000), undefined, { batchBytes: 65_536 });
    expect(result.fields.map(({ name, type }) => [name, type])).toEqual([['id', 'int64']]);
    let [frames, rows] = [0, 0];
    for await (const frame of result) {
      frames++;
      rows += frame.rowCount;
    }
    expect(rows).toBe(100_000);
    expect(frames).toBeGreaterThan(5);
  });

  it('gives rows, a table and how many were changed', async () => {
    const db = await sqlite();
    await db.run('CREATE TABLE t (id INTEGER, name TEXT, x REAL)');
    expect(await db.run('INSERT INTO t VALUES (?, ?, ?)', [1, 'a', 0.5])).toBe(1);
    await db.run('INSERT INTO t VALUES (?, ?, ?)', {
      id: [2n, 3n],
      name: ['b', null],
      x: new Float64Array([1, 2]),
    });
    expect(await db.rows('SELECT * FROM t ORDER BY id')).toEqual([
      { id: 1n, name: 'a', x: 0.5 },
      { id: 2n, name: 'b', x: 1 },
      { id: 3n, name: null, x: 2 },
    ]);
    expect((await db.table('SELECT * FROM t')).numRows).toBe(3);
    expect(await db.rows('SELECT id FROM t WHERE name = ?', ['b'])).toEqual([{ id: 2n }]);
  });

  it('gives a query that is made while another is read a connection of its own', async () => {
    const db = await sqlite({ connections: 2 });
    let inner = 0;
    for await (const frame of await db.query(count(50_000), undefined, { batchBytes: 65_536 })) {
      expect(frame.rowCount).toBeGreaterThan(0);
      inner += (await db.rows('SELECT 1 AS one')).length;
    }
    expect(inner).toBeGreaterThan(2);
  });

  it('waits for a connection, and no longer than it may', async () => {
    const db = await sqlite({ connections: 1, waitMs: 100 });
    const open = await db.query(count(1_000_000), undefined, { batchBytes: 1024 });
    const busy = await failure(db.rows('SELECT 1'));
    expect(busy).toMatchObject({ code: 'MORTISE_ERR_ADBC_BUSY', found: '1 in use' });
    await open.close();
    const patient = await sqlite({ connections: 1 });
    const first = await patient.query(count(1_000_000), undefined, { batchBytes: 1024 });
    const waiting = patient.rows('SELECT 1 AS one');
    await first.close();
    expect(await waiting).toEqual([{ one: 1n }]);
  });

  it('gives a result that was left early its connection back', async () => {
    const db = await sqlite({ connections: 1 });
    for await (const _ of await db.query(count(1_000_000), undefined, { batchBytes: 1024 })) break;
    {
      await using result = await db.query(count(1_000_000), undefined, { batchBytes: 1024 });
      expect(result.fields).toHaveLength(1);
    }
    expect(await db.rows('SELECT 1 AS one')).toEqual([{ one: 1n }]);
  });

  it('is not used any more once a result was left that nobody had begun to read', async () => {
    const db = (await sqlite({ connections: 1 })) as OpenDatabase;
    const frames = (await db.query(count(1_000_000), undefined, { batchBytes: 1024 }))[
      Symbol.asyncIterator
    ]();
    expect(db.isUsed).toBe(true);
    await frames.return?.();
    expect(db.isUsed).toBe(false);
  });

  it('commits what is committed, and nothing else', async () => {
    const db = await sqlite();
    await db.run('CREATE TABLE t (id INTEGER)');
    {
      await using tx = await db.transaction();
      await tx.run('INSERT INTO t VALUES (1)');
      await tx.commit();
    }
    {
      await using tx = await db.transaction();
      await tx.run('INSERT INTO t VALUES (2)');
      expect(await tx.rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 2n }]);
    }
    await expect(
      (async () => {
        await using tx = await db.transaction();
        await tx.run('INSERT INTO t VALUES (3)');
        throw new Error('the application’s own');
      })(),
    ).rejects.toThrow('the application’s own');
    expect(await db.rows('SELECT id FROM t')).toEqual([{ id: 1n }]);
  });

  it('refuses a second statement of a transaction while a result is open', async () => {
    const db = await sqlite();
    await using tx = await db.transaction();
    const result = await tx.query(count(1_000_000), undefined, { batchBytes: 1024 });
    for (const again of [() => tx.rows('SELECT 1'), () => tx.commit(), () => tx.prepare('SELECT 1')])
      expect(await failure(again())).toMatchObject({ code: 'MORTISE_ERR_ADBC_IN_USE' });
    await result.close();
    expect(await tx.rows('SELECT 1 AS one')).toEqual([{ one: 1n }]);
    // What failed or was aborted is over, and the next statement waits until the driver has let go of it.
    const aborted = AbortSignal.timeout(20);
    const long = tx.rows(`SELECT count(*) FROM (${count(500_000)})`, undefined, { signal: aborted });
    expect(await failure(long)).toMatchObject({ name: 'AbortError' });
    expect((await failure(tx.rows('SELECT FROM'))).code).toBe('MORTISE_ERR_ADBC_FAILED');
    expect(await tx.rows('SELECT 2 AS two')).toEqual([{ two: 2n }]);
    await tx.commit();
    expect(await failure(tx.rows('SELECT 1'))).toMatchObject({ code: 'MORTISE_ERR_ADBC_CLOSED' });
    expect(await failure(tx.commit())).toMatchObject({ code: 'MORTISE_ERR_ADBC_CLOSED' });
    await tx.rollback();
  });

  it('prepares a statement, which runs again and again', async () => {
    const db = await sqlite({ connections: 2 });
    const statement = await db.prepare('SELECT ?1 + 1 AS next');
    for (const id of [1, 41]) expect(await statement.rows([id])).toEqual([{ next: BigInt(id + 1) }]);
    expect(await failure(statement.rows([1, 2]))).toMatchObject({ code: expect.stringMatching(/ADBC/) });
    await statement.close();
    await statement.close();
    expect(await failure(statement.rows([1]))).toMatchObject({ code: 'MORTISE_ERR_ADBC_CLOSED' });
  });

  it('takes many rows: columns, a frame, and frames that the driver pulls', async () => {
    const db = await sqlite();
    const rows = 10_000;
    const columns = {
      id: BigInt64Array.from({ length: rows }, (_, id) => BigInt(id)),
      name: Array(rows).fill('x'),
    };
    expect(await db.ingest('t', columns)).toBe(rows);
    const frame = frameOf({ columns: { id: [1n, 2n], name: ['a', null] } });
    expect(await db.ingest('t', frame, { mode: 'append' })).toBe(2);
    let asked = 0;
    async function* frames() {
      for (; asked < 5; asked++) yield frame;
    }
    expect(await db.ingest('t', frames(), { mode: 'append' })).toBe(10);
    expect(asked).toBe(5);
    expect(await db.rows('SELECT count(*) AS n, count(name) AS named FROM t')).toEqual([
      { n: BigInt(rows + 12), named: BigInt(rows + 6) },
    ]);
    expect(await failure(db.ingest('t', columns))).toBeInstanceOf(DatabaseError);
  });

  it('hears what an iterable of rows throws, and ends it', async () => {
    const db = await sqlite({ connections: 1, waitMs: 2_000 });
    const frame = frameOf({ columns: { id: [1n] } });
    const other = frameOf({ columns: { id: ['a'] } });
    let ended = 0;
    async function* frames(last?: typeof frame) {
      try {
        yield frame;
        if (last) yield last;
        throw new Error('no more of it');
      } finally {
        ended++;
      }
    }
    expect((await failure(db.ingest('t', frames()))).message).toBe('no more of it');
    const differs = await failure(db.ingest('u', frames(other)));
    expect(differs).toMatchObject({ code: 'MORTISE_ERR_ADBC_PARAMETER' });
    expect(ended).toBe(2);
    expect(await db.rows('SELECT 1 AS one')).toEqual([{ one: 1n }]);
  });

  it('says what the driver knows', async () => {
    const db = await sqlite();
    await db.run('CREATE TABLE t (id INTEGER)');
    expect(await db.info()).toMatchObject({ vendor_name: 'SQLite' });
    const objects = await db.objects({ depth: 'tables' });
    expect(objects.fields.map(({ name }) => name)).toEqual(['catalog_name', 'catalog_db_schemas']);
    expect(await db.tableSchema('t')).toMatchObject([{ name: 'id', type: 'int64' }]);
    expect(await failure(db.statistics())).toMatchObject({ code: 'MORTISE_ERR_ADBC_UNSUPPORTED', status: 2 });
  });

  it('says what the database says', async () => {
    const db = await sqlite();
    const error = await failure(db.rows('SELECT FROM'));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({
      code: 'MORTISE_ERR_ADBC_FAILED',
      subject: 'sqlite',
      where: expect.any(String),
    });
    expect(error.status).toBeGreaterThan(2);
    expect(error.message).toMatch(/syntax error/);
  });

  it.each<[string, unknown, RegExp]>([
    ['another kind of thing', 5, /a list of values, columns/],
    ['an object in a list', [{}], /is an object/],
    ['a function', [() => {}], /is function/],
    ['an invalid date', [new Date('x')], /is an object/],
    ['columns of two lengths', { a: [1], b: [1, 2] }, /1 and 2 values/],
    ['a column of two kinds', { a: [1, 'x'] }, /several kinds, from value 1/],
    ['a column that is none', { a: 5 }, /neither a list nor a typed array/],
    ['no column', {}, /no column/],
  ])('refuses %s as parameters', async (_, given, expected) => {
    const db = await sqlite({ connections: 1, waitMs: 1_000 });
    const error = await failure(db.rows('SELECT ?', given as never));
    expect(error).toMatchObject({
      code: 'MORTISE_ERR_ADBC_PARAMETER',
      message: expect.stringMatching(expected),
    });
    expect(await db.rows('SELECT 1 AS one')).toEqual([{ one: 1n }]);
  });

  it('refuses parameters that are too many or too few, and SQL with a zero byte', async () => {
    const db = await sqlite({ connections: 1, waitMs: 1_000 });
    for (const [sql, given] of [
      ['SELECT ?, ?', [1]],
      ['SELECT ?', [1, 2]],
    ] as const)
      expect((await failure(db.rows(sql, given))).code).toMatch(/^MORTISE_ERR_ADBC_/);
    expect(await failure(db.rows('SELECT 1\0'))).toMatchObject({ code: 'MORTISE_ERR_ADBC_PARAMETER' });
  });

  it('refuses a transaction that SQL begins, whose next statement may be on another connection', async () => {
    const db = await sqlite({ connections: 1, waitMs: 1_000 });
    await db.run('CREATE TABLE t (id INTEGER)');
    for (const sql of [
      'BEGIN',
      'begin;',
      '  -- first\n /* a */ BEGIN IMMEDIATE TRANSACTION ;\n',
      'START TRANSACTION READ ONLY',
    ])
      for (const ask of [db.run(sql), db.query(sql), db.prepare(sql)])
        expect(await failure(ask), sql).toMatchObject({ code: 'MORTISE_ERR_ADBC_TRANSACTION' });
    await using tx = await db.transaction();
    expect(await failure(tx.run('BEGIN'))).toMatchObject({ code: 'MORTISE_ERR_ADBC_TRANSACTION' });
    await tx.commit();
    // Neither a script that may end what it begins, nor a block of a procedural language.
    for (const sql of [
      'BEGIN; INSERT INTO t VALUES (1); COMMIT',
      'BEGIN RETURN 1; END',
      'SELECT 1 AS "BEGIN"',
    ])
      expect((await db.rows(sql).catch((error) => error)).code, sql).not.toBe('MORTISE_ERR_ADBC_TRANSACTION');
  });

  it('gives each query its own answer though all use one handle', async () => {
    const db = await sqlite({ connections: 1, waitMs: 1_000 });
    const [one, two] = [await db.query('SELECT 1 AS x'), await db.query("SELECT 'two' AS y")];
    // What is over no longer reaches the statement that came after it.
    await one.close();
    expect([await rowsOf(one), await rowsOf(two)]).toEqual([[], [{ y: 'two' }]]);
    const controller = new AbortController();
    const { signal } = controller;
    expect(await db.rows('SELECT 1 AS x', undefined, { signal })).toEqual([{ x: 1n }]);
    const later = db.rows(count(50_000));
    controller.abort();
    expect(await later).toHaveLength(50_000);
    expect(await failure(db.rows('SELECT FROM'))).toMatchObject({ code: 'MORTISE_ERR_ADBC_FAILED' });
    expect(await db.rows('SELECT 2 AS x')).toEqual([{ x: 2n }]);
  });

  it('takes SQL of 10 MB', async () => {
    const db = await sqlite();
    const long = `SELECT 1 AS one /* ${'x'.repeat(10_000_000)} */`;
    const rows = await db.rows(long).catch((error: Error) => error);
    // SQLite itself takes 1,000,000,000 bytes.
    expect(rows).toEqual([{ one: 1n }]);
  });

  it('ends what is read when it is closed', async () => {
    const db = await sqlite({ closeMs: 50 });
    const result = await db.query(count(10_000_000), undefined, { batchBytes: 1024 });
    const reading = failure(
      (async () => {
        for await (const _ of result) await sleep(1);
      })(),
    );
    await db.close();
    expect(await reading).toMatchObject({ code: 'MORTISE_ERR_ADBC_CLOSED' });
    expect(await failure(db.rows('SELECT 1'))).toMatchObject({ code: 'MORTISE_ERR_ADBC_CLOSED' });
    await db.close();
  });

  it('says that it was aborted at once, though the driver can’t cancel', async () => {
    const db = await sqlite({ connections: 1 });
    const controller = new AbortController();
    const long = db.rows(`SELECT count(*) FROM (${count(3_000_000)})`, undefined, {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort('enough'), 50);
    expect(await failure(long)).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' });
    expect(await db.rows('SELECT 1 AS one')).toEqual([{ one: 1n }]);
  });

  it('refuses an option that is none', async () => {
    expect(await failure(sqlite({ options: { 'no.such.option': 1 } }))).toBeInstanceOf(DatabaseError);
    expect(await failure(sqlite({ options: { uri: '{{ env_var(NO_SUCH) }}' } }))).toMatchObject({
      code: 'MORTISE_ERR_ADBC_OPTION',
    });
    expect(await failure(sqlite({ connections: 0 }))).toMatchObject({ code: 'MORTISE_ERR_ADBC_OPTION' });
    const gone = await failure(sqlite({ options: { uri: '/no/such/directory/x.db' } }));
    expect(gone).toMatchObject({ code: 'MORTISE_ERR_ADBC_FAILED' });
  });
});

describe.skipIf(lacks('duckdb'))(`a database of DuckDB’s driver${needs('duckdb')}`, () => {
  it('gives times, 64 bits and decimals exactly', async () => {
    const db = await duckdb();
    const [row] = await db.rows(
      "SELECT 9007199254740993::BIGINT AS big, true AS yes, TIMESTAMP_NS '2026-01-02 03:04:05.123456789' AS at, NULL AS none",
    );
    expect(row).toEqual({ big: 9007199254740993n, yes: true, at: 1767323045123456789n, none: null });
  });

  it('is cancelled by a signal, and goes on', async () => {
    const db = await duckdb({ connections: 1 });
    const controller = new AbortController();
    const long = db.rows('SELECT count(*) FROM range(100000000000) a', undefined, {
      signal: controller.signal,
    });
    await sleep(100);
    controller.abort();
    expect(await failure(long)).toMatchObject({ name: 'AbortError' });
    expect(await db.rows('SELECT 1::BIGINT AS one')).toEqual([{ one: 1n }]);
    expect(await failure(db.rows('SELECT 1', undefined, { signal: AbortSignal.abort() }))).toMatchObject({
      name: 'AbortError',
    });
  });
});

it.skipIf(lacks('sqlite', 'duckdb'))(
  `two drivers answer side by side${needs('sqlite', 'duckdb')}`,
  async () => {
    const [one, other] = await Promise.all([sqlite(), database('duckdb', { options: { path: ':memory:' } })]);
    expect(await Promise.all([one.rows('SELECT 1 AS x'), other.rows('SELECT 2::BIGINT AS x')])).toEqual([
      [{ x: 1n }],
      [{ x: 2n }],
    ]);
  },
);
