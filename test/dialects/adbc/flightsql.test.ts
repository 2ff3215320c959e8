/** FlightSQL's driver, which is in Go, and a server of Arrow's own: queries over gRPC. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect as dial } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DatabaseError } from '../../../src/capabilities/querying/database-error.js';
import { describeWith } from '../goplugin/programs.js';
import { database, failure } from './databases.js';
import { lacks, needs } from './parts.js';

describeWith('flightsql-server', `a database of FlightSQL’s driver${needs('flightsql')}`, (path) => {
  if (lacks('flightsql')) {
    it.skip(`answers from a server of its own${needs('flightsql')}`);
    return;
  }
  let server: ChildProcess;
  let uri: string;
  beforeAll(async () => {
    const port = await freePort();
    server = spawn(path, ['-host', '127.0.0.1', '-port', `${port}`], { stdio: 'ignore' });
    uri = `grpc://127.0.0.1:${port}`;
    while (!(await answers(port))) {
      if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
      await sleep(50);
    }
  });
  afterAll(async () => {
    if (server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  });
  const open = () => database('flightsql', { options: { uri } });

  it('gives rows, prepares, changes and says what is there', async () => {
    const db = await open();
    expect(await db.rows("SELECT 1 AS one, 'ü' AS text")).toEqual([{ one: 1n, text: 'ü' }]);
    const before = await db.rows('SELECT * FROM intTable ORDER BY id');
    expect(before.length).toBeGreaterThan(1);
    expect(await db.run("INSERT INTO intTable (keyName, value) VALUES ('seven', 7)")).toBe(1);
    await using statement = await db.prepare('SELECT value FROM intTable WHERE keyName = ?');
    expect(await statement.rows(['seven'])).toEqual([{ value: 7n }]);
    expect(await statement.rows(['nobody'])).toEqual([]);
    expect((await db.info()).vendor_name).toBeTypeOf('string');
    const objects = await db.objects({ depth: 'tables' });
    expect(
      JSON.stringify(objects.rows(), (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
    ).toContain('intTable');
  });

  it('answers several queries at once, each with its own rows, and many rows as they come', async () => {
    const db = await open();
    const count = (rows: number) =>
      `WITH RECURSIVE r(id) AS (SELECT ${rows} UNION ALL SELECT id + 1 FROM r WHERE id < ${rows} + 99999) SELECT id FROM r`;
    const first = async (start: number) => {
      let [rows, sum] = [0, 0n];
      for await (const frame of await db.query(count(start))) {
        rows += frame.rowCount;
        for (const id of frame.column('id') as bigint[]) sum += id;
      }
      return [rows, sum - 100_000n * BigInt(start)];
    };
    const own = [100_000, 4_999_950_000n];
    expect(await Promise.all([first(1), first(1_000_000), first(7)])).toEqual([own, own, own]);
  });

  it('says what the server says, and is cancelled', async () => {
    const db = await open();
    const error = await failure(db.rows('SELECT no_such FROM intTable'));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error.message).toContain('no_such');
    const controller = new AbortController();
    const endless = 'WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM r) SELECT id FROM r';
    const reading = failure(
      (async () => {
        for await (const _ of await db.query(endless, undefined, { signal: controller.signal }))
          controller.abort();
      })(),
    );
    expect(await reading).toMatchObject({ name: 'AbortError' });
    expect(await db.rows('SELECT 2 AS two')).toEqual([{ two: 2n }]);
  });
});

async function answers(port: number): Promise<boolean> {
  const socket = dial(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  taken.close();
  await once(taken, 'close');
  return port;
}
