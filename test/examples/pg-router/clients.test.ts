/** Programs and libraries that people use: psql, pgbench, npm's pg and postgres; and TLS. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { titled } from '../../rust/cargo.js';
import {
  type ClientClass,
  type Cluster,
  connected,
  loadPg,
  missing,
  program,
  psql,
  type Routed,
  startCluster,
  startRouter,
} from './parts.js';

type Sql = ((strings: TemplateStringsArray, ...values: unknown[]) => Promise<Record<string, unknown>[]>) & {
  unsafe(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  begin<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  end(): Promise<void>;
};
const Pg = await loadPg();
const name = 'postgres';
const postgres = await (import(name) as Promise<{ default: (options: object) => Sql }>).then(
  (module) => module.default,
  () => undefined,
);
const lacking = [...missing, ...(Pg && postgres ? [] : ['npm’s pg and postgres'])];

describe.skipIf(lacking.length > 0)(titled('clients of examples/pg-router', lacking), () => {
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

  it('ten connections prepare 25 statements each, and every parameter comes back and was seen', async () => {
    routed.lines.length = 0;
    const each = Array.from({ length: 10 }, async (_, connection) => {
      const client = await connected(Pg as ClientClass, routed.port);
      for (let statement = 0; statement < 25; statement++) {
        const parameter = connection * 25 + statement;
        const text = `SELECT t.id, number FROM (SELECT $1::text AS id) t, shard WHERE t.id = $1 /* @tell @param ${statement} */`;
        for (let turn = 0; turn < 2; turn++) {
          const { rows } = await client.query({ name: `s${statement}`, text, values: [`${parameter}`] });
          expect(rows).toEqual([{ id: `${parameter}`, number: parameter % 2 }]);
        }
      }
      await client.end();
    });
    await Promise.all(each);
    await new Promise((done) => setTimeout(done, 200));
    const hex = (text: string) => `text ${text.length} ${Buffer.from(text).toString('hex')}`;
    const expected = Array.from({ length: 250 }, (_, parameter) => hex(`${parameter}`)).flatMap((line) => [
      line,
      line,
    ]);
    expect([...routed.lines].sort()).toEqual(expected.sort());
  });

  it('npm’s postgres: parameters, transactions, many at once', async () => {
    const sql = (postgres as (options: object) => Sql)({
      host: '127.0.0.1',
      port: routed.port,
      user: 'postgres',
      database: 'postgres',
      max: 3,
    });
    const number = (n: number) => sql`SELECT number, ${n}::int AS given FROM shard /* @param */`;
    // postgres describes a statement before it binds it: the parameter's type is the server's.
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => number(n)));
    expect(answers.map(([row]) => row)).toEqual(
      Array.from({ length: 60 }, (_, n) => ({ number: n % 2, given: n })),
    );
    for (const shard of [1, 0]) {
      const found = await sql.begin(async (own) => {
        await own.unsafe(`CREATE TABLE made_${shard} AS SELECT 1 AS n /* @${shard} */`);
        return own.unsafe(`SELECT number FROM shard, made_${shard} WHERE n = $1 /* @${shard} */`, [1]);
      });
      expect([...found]).toEqual([{ number: shard }]);
    }
    await expect(sql.begin((own) => own.unsafe('SELECT 1 /* @blocked */'))).rejects.toThrow(
      'blocked by the plugin chooser',
    );
    await sql.end();
  });

  it('npm’s pg: many at once in a transaction, and an error within', async () => {
    const client = await connected(Pg as ClientClass, routed.port);
    const rows = (text: string, values?: unknown[]) =>
      client.query(text, values).then(
        (result) => result.rows,
        (error: Error) => error.message,
      );
    const all = await Promise.all([
      rows('BEGIN'),
      rows('SELECT number FROM shard WHERE $1 = 1 /* @param */', [1]),
      rows('SELECT 1 / 0 /* @1 */'),
      rows('SELECT 1 /* @1 */'),
      rows('ROLLBACK'),
      rows('SELECT number FROM shard /* @0 */'),
    ]);
    expect(all).toEqual([
      [],
      [{ number: 1 }],
      'division by zero',
      expect.stringContaining('transaction is aborted'),
      [],
      [{ number: 0 }],
    ]);
    await client.end();
  });

  it.each(['simple', 'extended', 'prepared'])(
    'pgbench -M %s: transactions on both shards',
    async (protocol) => {
      for (const shard of [0, 1]) {
        await psql(
          cluster,
          routed.port,
          `CREATE TABLE IF NOT EXISTS bench AS SELECT g AS id, 0 AS n FROM generate_series(1, 100) g /* @${shard} */`,
        );
      }
      const folder = mkdtempSync(join(tmpdir(), 'pg-router-bench-'));
      const script = join(folder, 'script.sql');
      const transaction = (shard: number) =>
        `BEGIN;\nUPDATE bench SET n = n + 1 WHERE id = :id /* @${shard} */;\nSELECT n FROM bench WHERE id = :id /* @${shard} @read */;\nEND;\n`;
      writeFileSync(
        script,
        `\\set id random(1, 100)\n${transaction(0)}${transaction(1)}SELECT n FROM bench WHERE id = :id /* @all */;\n`,
      );
      const { code, stdout, stderr } = await program(cluster, 'pgbench', [
        '-n',
        '-h',
        '127.0.0.1',
        '-p',
        `${routed.port}`,
        '-U',
        'postgres',
        '-M',
        protocol,
        '-c',
        '4',
        '-t',
        '50',
        '-f',
        script,
        'postgres',
      ]);
      rmSync(folder, { recursive: true });
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
      expect(stdout).toContain('200/200');
      const { stdout: sums } = await psql(
        cluster,
        routed.port,
        'SELECT sum(n) FROM bench /* @0 */',
        'SELECT sum(n) FROM bench /* @1 */',
        'UPDATE bench SET n = 0 /* @all */',
      );
      expect(sums).toBe('200\n200\n');
    },
  );

  const noOpenssl = opensslMissing();
  describe.skipIf(noOpenssl.length > 0)(titled('TLS', noOpenssl), () => {
    it('is terminated with the given certificate, else refused cleanly', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'pg-router-tls-'));
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-keyout',
          key,
          '-out',
          cert,
          '-subj',
          '/CN=localhost',
          '-days',
          '2',
        ],
        { stdio: 'ignore' },
      );
      const tls = { key: readFileSync(key), cert: readFileSync(cert) };
      const secure = await startRouter(cluster, { router: { tls } });
      const run = (port: number, sslmode: string) =>
        program(cluster, 'psql', [
          '-XAtq',
          '-c',
          'SELECT number FROM shard /* @1 */',
          '-c',
          '\\conninfo',
          `host=127.0.0.1 port=${port} user=postgres dbname=postgres sslmode=${sslmode} sslrootcert=${cert}`,
        ]);
      const required = await run(secure.port, 'require');
      expect([required.code, required.stdout]).toEqual([
        0,
        expect.stringMatching(/^1\n[\s\S]*SSL connection \(protocol: TLSv1\.3/),
      ]);
      expect((await run(secure.port, 'verify-ca')).code).toBe(0);
      expect((await run(secure.port, 'disable')).stdout).toMatch(/^1\n/);
      const big = await program(cluster, 'psql', [
        '-XAtq',
        '-c',
        "SELECT repeat('x', 1000) FROM generate_series(1, 20000) /* @all */",
        `host=127.0.0.1 port=${secure.port} user=postgres dbname=postgres sslmode=require`,
      ]);
      expect(big.stdout.length).toBe(2 * 20_000 * 1_001);
      await secure.close();
      expect((await run(routed.port, 'prefer')).stdout).toMatch(/^1\n/);
      expect((await run(routed.port, 'require')).stderr).toContain('server does not support SSL');
      rmSync(folder, { recursive: true });
    });
  });
});

function opensslMissing(): string[] {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return [];
  } catch {
    return ['openssl'];
  }
}
