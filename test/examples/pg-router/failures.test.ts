/** Servers that die, come back, refuse, or want a password. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { titled } from '../../rust/cargo.js';
import {
  type Cluster,
  missing,
  program,
  type Routed,
  type Server,
  startCluster,
  startRouter,
} from './parts.js';
import { bind, execute, parse, query, Raw, startup, sync, typed } from './raw.js';

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const where = 'SELECT number, pg_is_in_recovery() FROM shard';

describe.skipIf(missing.length > 0)(titled('servers of examples/pg-router that fail', missing), () => {
  let cluster: Cluster;
  let routed: Routed;
  beforeAll(async () => {
    cluster = await startCluster();
    routed = await startRouter(cluster);
  });
  afterAll(async () => {
    await routed?.close();
    await cluster?.stop();
  });
  const replica = () => (cluster.shards[1] as { replica: Server }).replica;
  const primary = () => (cluster.shards[1] as { primary: Server }).primary;
  const ask = async (raw: Raw, sql: string) => {
    raw.send(query(sql));
    return raw.said();
  };
  /** Asks until it is answered so. */
  async function until(raw: Raw, sql: string, expected: string) {
    let said = '';
    for (let tries = 0; tries < 600 && said !== expected; tries++) {
      said = await ask(raw, sql);
      await pause(100);
    }
    expect(said).toBe(expected);
  }

  it('a replica that is killed fails what is in flight there, and nothing else', {
    timeout: 300_000,
  }, async () => {
    const busy = await Raw.login(routed.port);
    const idle = await Raw.login(routed.port);
    const other = await Raw.login(routed.port);
    expect(await ask(idle, `${where} /* @1 @read */`)).toBe('T D:1,t C:SELECT 1 Z:I');
    busy.send(query('SELECT pg_sleep(600) /* @1 @read */'));
    other.send(query('SELECT pg_sleep(2) /* @0 @read */'));
    await pause(500);
    await replica().stop('SIGKILL');
    expect(await busy.said()).toMatch(/^E:(08006|57P02) Z:I$/);
    // The primary reads meanwhile, without an error for anybody.
    for (const raw of [busy, idle]) {
      for (let count = 0; count < 20; count++)
        expect(await ask(raw, `${where} /* @1 @read */`)).toBe('T D:1,f C:SELECT 1 Z:I');
    }
    expect(await ask(idle, `${where} /* @all @read */`)).toBe('T D:0,t D:1,f C:SELECT 2 Z:I');
    expect(await other.said()).toBe('T D: C:SELECT 1 Z:I');
    await replica().start();
    await until(idle, `${where} /* @1 @read */`, 'T D:1,t C:SELECT 1 Z:I');
    for (const raw of [busy, idle, other]) raw.end();
  });

  it('a primary that is killed fails what needs it, clearly, until it is back', {
    timeout: 300_000,
  }, async () => {
    const raw = await Raw.login(routed.port);
    const within = await Raw.login(routed.port);
    const both = await Raw.login(routed.port);
    await ask(raw, `${where} /* @1 */`);
    await ask(within, 'BEGIN');
    await ask(within, `${where} /* @1 */`);
    both.send(query('SELECT pg_sleep(number * 600) FROM shard /* @all */'));
    raw.send(parse('', 'SELECT pg_sleep(600) /* @1 */'), bind(''), execute, sync);
    await pause(500);
    await primary().stop('SIGKILL');
    expect(await raw.said()).toMatch(/^(1 2 )?E:(08006|57P02) Z:I$/);
    expect(await both.said()).toMatch(/^(T D: )?E:(08006|57P02) Z:I$/);
    await pause(100);
    expect(await ask(within, `${where} /* @1 */`)).toBe('E:08006 Z:I');
    expect(await ask(raw, `${where} /* @1 */`)).toBe('E:08001 Z:I');
    raw.send(parse('', `${where} /* @1 */`), bind(''), execute, sync);
    expect(await raw.said()).toBe('E:08001 Z:I');
    expect(await ask(raw, `${where} /* @1 @read */`)).toBe('T D:1,t C:SELECT 1 Z:I');
    expect(await ask(raw, `${where} /* @0 */`)).toBe('T D:0,f C:SELECT 1 Z:I');
    expect(await ask(raw, `${where} /* @all */`)).toBe('E:08001 Z:I');
    const late = await Raw.login(routed.port);
    expect(await ask(late, `${where} /* @0 */`)).toBe('T D:0,f C:SELECT 1 Z:I');
    await primary().start();
    await until(raw, `${where} /* @1 */`, 'T D:1,f C:SELECT 1 Z:I');
    for (const one of [raw, within, both, late]) one.end();
  });

  it('a connection that a server ends is opened again', async () => {
    const raw = await Raw.login(routed.port);
    expect(await ask(raw, 'SELECT pg_terminate_backend(pg_backend_pid()) /* @1 */')).toMatch(/E:57P01 Z:I$/);
    await until(raw, `${where} /* @1 */`, 'T D:1,f C:SELECT 1 Z:I');
    raw.end();
  });

  it('a client that ends its own connections takes no server from the others', async () => {
    for (const wish of ['@1', '@1 @read', '@0', '@0 @read']) {
      const [vandal, other] = [await Raw.login(routed.port), await Raw.login(routed.port)];
      const end = `SELECT pg_terminate_backend(pg_backend_pid()) /* ${wish} */`;
      for (let count = 0; count < 3; count++) expect(await ask(vandal, end)).toMatch(/E:57P01 Z:I$/);
      const [, shard] = wish;
      const expected = `T D:${shard},${wish.includes('read') ? 't' : 'f'} C:SELECT 1 Z:I`;
      for (const raw of [other, vandal]) expect(await ask(raw, `${where} /* ${wish} */`)).toBe(expected);
      for (const raw of [vandal, other]) raw.end();
    }
  });

  it('a server that says nonsense fails the statement, and one that refuses the login', async () => {
    const liar = createServer((socket) =>
      socket.on('error', () => {}).on('data', () => socket.write('HTTP/1.1 400 no\r\n\r\n')),
    );
    await new Promise<void>((done) => liar.listen(0, '127.0.0.1', done));
    const { port } = liar.address() as { port: number };
    const [first, second] = cluster.shards as [Cluster['shards'][0], Cluster['shards'][0]];
    const odd = { ...cluster, shards: [first, { ...second, primary: { ...second.primary, port } }] };
    const other = await startRouter(odd, { router: { login_ms: 500 } });
    const raw = await Raw.login(other.port);
    expect(await ask(raw, `${where} /* @1 */`)).toBe('E:08001 Z:I');
    expect(await ask(raw, `${where} /* @0 */`)).toBe('T D:0,f C:SELECT 1 Z:I');
    raw.end();
    const { primary, replica } = first;
    const away = { ...cluster, shards: [{ primary: { ...primary, port: 1 }, replica }, second] };
    const homeless = await startRouter(away);
    const only = await Raw.login(homeless.port);
    only.send(parse('', 'SELECT 1'), sync);
    expect(await only.said()).toBe('E:08001 Z:I');
    only.send(sync);
    expect(await only.said()).toBe('Z:I');
    only.end();
    await homeless.close();
    await other.close();
    liar.close();
  });

  describe('passwords', () => {
    const secret = 'p,ass=wörd';
    /** Lets the servers of the first shard trust, or ask. */
    async function demand(methods: [string, string]) {
      for (const [shard, method] of methods.entries()) {
        for (const { folder } of Object.values(cluster.shards[shard] as object) as Server[]) {
          const path = join(folder, 'pg_hba.conf');
          const rest = readFileSync(path, 'utf8').replace(/^.* asker .*\n/gm, '');
          writeFileSync(path, `host all asker 127.0.0.1/32 ${method}\n${rest}`);
        }
        const { primary: one, replica: two } = cluster.shards[shard] as Cluster['shards'][0];
        for (const { port } of [one, two]) await sql(port, 'SELECT pg_reload_conf()');
      }
      await pause(300);
    }
    const sql = (port: number, text: string) =>
      program(cluster, 'psql', [
        '-XAtq',
        '-h',
        '127.0.0.1',
        '-p',
        `${port}`,
        '-U',
        'postgres',
        '-d',
        'postgres',
        '-c',
        text,
      ]);
    const login = (port: number, password: string, ...statements: string[]) =>
      program(
        cluster,
        'psql',
        [
          '-XAtq',
          '-h',
          '127.0.0.1',
          '-p',
          `${port}`,
          '-U',
          'asker',
          '-d',
          'postgres',
          ...statements.flatMap((one) => ['-c', one]),
        ],
        { more: { PGPASSWORD: password } },
      );

    beforeAll(async () => {
      for (const {
        primary: { port },
      } of cluster.shards) {
        await sql(port, `CREATE ROLE asker LOGIN PASSWORD '${secret}'; GRANT SELECT ON shard TO asker`);
      }
    });

    const both = [`${where} /* @0 */`, `${where} /* @1 */`, `${where} /* @1 @read */`];
    it.each(['scram-sha-256', 'password'])(
      '%s: the client’s own answers open its session',
      async (method) => {
        await demand([method, 'trust']);
        expect(await login(routed.port, secret, ...both)).toEqual({
          code: 0,
          stdout: '0|f\n1|f\n1|t\n',
          stderr: '',
        });
        const wrong = await login(routed.port, 'wrong', ...both);
        expect([wrong.code, wrong.stderr]).toEqual([
          2,
          expect.stringContaining('password authentication failed for user "asker"'),
        ]);
      },
    );

    it('what a client says instead of a password is not held against a server', async () => {
      for (const method of ['scram-sha-256', 'password', 'md5']) {
        await demand([method, method]);
        for (const said of [
          query('SELECT 1'),
          typed('p', Buffer.alloc(0)),
          typed('p', Buffer.from('SCRAM-SHA-256\0')),
          typed('p', Buffer.alloc(60_000, 'x')),
          typed('p', Buffer.alloc(70_000)),
          Buffer.from('p\0\0\0\0'),
          Buffer.alloc(0),
        ]) {
          const raw = await Raw.open(routed.port);
          raw.send(startup({ user: 'asker', database: 'postgres' }), said);
          if (said.length === 0) raw.socket.end();
          expect(await raw.ended(), said.toString('latin1', 0, 20)).toMatch(/^R E:(08P01|28P01|28000)$|^R?$/);
        }
        for (const { primary } of routed.router.shards.list) expect(primary.isUp).toBe(true);
      }
    });

    it('what stands behind a password is a statement, which is asked about', async () => {
      await demand(['password', 'trust']);
      const raw = await Raw.open(routed.port);
      raw.send(
        startup({ user: 'asker', database: 'postgres' }),
        typed('p', Buffer.from(`${secret}\0`)),
        query('SELECT 1 /* @blocked */'),
      );
      await raw.answers();
      expect(await raw.said()).toBe('E:42501 Z:I');
      raw.end();
    });

    it('a password in the clear serves every server', async () => {
      await demand(['password', 'password']);
      expect((await login(routed.port, secret, ...both)).stdout).toBe('0|f\n1|f\n1|t\n');
    });

    it('SCRAM can’t be used twice: the router says so, or has a password of its own', async () => {
      await demand(['scram-sha-256', 'scram-sha-256']);
      const { stdout, stderr } = await login(routed.port, secret, ...both);
      expect(stdout).toBe('0|f\n');
      expect(stderr).toContain('asks for a SCRAM password of user "asker", which the router doesn\'t have');
      expect(stderr).toContain('[[users]]');
      const other = await startRouter(cluster, { users: [{ name: 'asker', password: secret }] });
      expect(await login(other.port, secret, ...both)).toEqual({
        code: 0,
        stdout: '0|f\n1|f\n1|t\n',
        stderr: '',
      });
      await other.close();
      const mistaken = await startRouter(cluster, { users: [{ name: 'asker', password: 'wrong' }] });
      expect((await login(mistaken.port, secret, ...both)).stderr).toContain(
        'password authentication failed',
      );
      await mistaken.close();
    });

    it('md5 too', async () => {
      for (const {
        primary: { port },
      } of cluster.shards) {
        await sql(port, `SET password_encryption = 'md5'; ALTER ROLE asker PASSWORD '${secret}'`);
      }
      await pause(300); // for the replicas
      await demand(['md5', 'md5']);
      expect((await login(routed.port, secret, both[0] as string)).stdout).toBe('0|f\n');
      const other = await startRouter(cluster, { users: [{ name: 'asker', password: secret }] });
      expect((await login(other.port, secret, ...both)).stdout).toBe('0|f\n1|f\n1|t\n');
      await other.close();
    });
  });
});
