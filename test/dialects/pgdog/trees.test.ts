/** Unmodified plugins on PgDog's crate, asked by a host about real statements. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Host, Parameter } from '../../../src/index.js';
import { directory, open } from '../../host/open.js';
import { needs, type Parts, parts } from './parts.js';

const config = { pg_query: '6.2.1' };

describe.skipIf(!parts || process.platform !== 'linux')(`a plugin on PgDog's crate${needs}`, () => {
  const { tenant, answers, earlier } = parts ?? ({} as Parts);
  const host = (name: string, options = {}): Promise<Host> =>
    open({ parser: 'pg_query', plugins: [{ name, config }], ...options });

  function binary(number: bigint): Uint8Array {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(number);
    return bytes;
  }

  it.each<[string, string, Parameter[], number | 'blocked' | null]>([
    ['a literal in the tree', 'SELECT * FROM orders WHERE open AND tenant_id = 41', [], 1],
    ['a parameter as text', 'UPDATE orders SET a = 1 WHERE tenant_id = $1', ['42'], 2],
    ['a parameter as binary', 'DELETE FROM orders WHERE tenant_id = $2', ['x', binary(43n)], 3],
    ['a parameter that is null', 'SELECT 1 FROM orders WHERE tenant_id = $1', [null], null],
    ['a parameter that is not there', 'SELECT 1 FROM orders WHERE tenant_id = $3', ['1'], null],
    ['no tenant', 'SELECT 1 FROM orders WHERE id = 1', [], null],
    ['an INSERT without columns', 'INSERT INTO orders VALUES (1)', [], 'blocked'],
    ['an INSERT with columns', 'INSERT INTO orders (id) VALUES (1)', [], null],
  ])('reads %s', async (_name, sql, params, shard) => {
    const asked = await host(tenant);
    const decision = asked.route({ sql, params, shards: 4 });
    expect(decision).toMatchObject({ shard, plugin: shard === null ? null : 'pgdog_tenant' });
    expect(decision.errors).toBeUndefined();
    if (shard === 'blocked') {
      expect(decision.reason).toEqual({ message: 'blocked by the plugin pgdog_tenant', sqlstate: '42501' });
    }
  });

  it('answers every shard with every access', async () => {
    const asked = await host(answers);
    const shards = { 'direct 3': 3, all: 'all', unknown: null, blocked: 'blocked' };
    for (const [word, shard] of Object.entries(shards)) {
      for (const [access, readWrite] of Object.entries({ read: 'read', write: 'write', any: null })) {
        const decision = asked.route({ sql: 'SELECT $1', params: [`${word} ${access}`], shards: 4 });
        expect(decision).toMatchObject({ shard, readWrite: shard === 'blocked' ? null : readWrite });
        expect(decision.errors).toBeUndefined();
      }
    }
  });

  it('sees parameters of every kind, many of them, and none', async () => {
    const asked = await host(answers);
    const ask = (...params: Parameter[]) => asked.route({ sql: 'SELECT 1', params, shards: 2 ** 31 }).shard;
    expect(ask('nulls', null, 'x', null)).toBe(2);
    expect(ask('bytes', '', new Uint8Array(0), new Uint8Array(1000), 'x'.repeat(100_000))).toBe(101_005);
    expect(ask('bytes', ...Array.from({ length: 1000 }, () => 'ab'))).toBe(2005);
    expect(ask()).toBeNull();
    expect(ask(new Uint8Array([1]))).toBeNull();
    expect(ask('flags')).toBe(8);
  });

  it('can copy a tree, and make its text again', async () => {
    const asked = await host(answers);
    const sql = 'SELECT a, b FROM t WHERE c = 1';
    for (let time = 0; time < 3; time++)
      expect(asked.route({ sql, params: ['deparse'], shards: 1000 }).shard).toBe(sql.length);
  });

  it('keeps its state between calls', async () => {
    const asked = await host(answers);
    const count = () => asked.route({ sql: 'SELECT $1', params: ['count'], shards: 1000 }).shard;
    expect([count(), count(), count()]).toEqual([1, 2, 3]);
  });

  it('on 0.1.6 is asked without parameters', async () => {
    const asked = await host(earlier, { routing: { hasReplicas: true, shards: 3 } });
    expect(asked.route({ sql: 'SELECT $1', params: ['x', null] })).toMatchObject({
      shard: null,
      readWrite: 'read',
    });
    expect(asked.route({ sql: 'DELETE FROM t' })).toMatchObject({ shard: 'all', readWrite: 'write' });
  });

  it.each([
    ['', 'an empty text'],
    [' ; -- nothing', 'a comment'],
  ])('isn’t asked about %j', async (sql) => {
    const { decision, asked } = (await host(answers)).explain({ sql, params: ['blocked'] });
    expect(decision.plugin).toBeNull();
    expect(asked[0]?.said).toBe('passed');
  });

  it.each([
    ['a syntax error', 'SELEC 1', '42601'],
    ['more than is parsed', `SELECT ${'1 + '.repeat(2000)} 1`, '54001'],
    ['more than the bridge decodes', `SELECT ${'1 + '.repeat(300)} 1`, '54001'],
    ['a zero', 'SELECT 1\0', undefined],
  ])('isn’t passed by %s', async (_name, sql, sqlstate) => {
    const asked = await host(answers);
    const { shard, reason } = asked.route({ sql, params: ['direct 0'] });
    expect(shard).toBe('blocked');
    expect(reason?.message).toContain('pgdog_answers must see the syntax tree: ');
    if (sqlstate) expect(reason?.sqlstate).toBe(sqlstate);
    expect(asked.route({ sql: `SELECT ${'1 + '.repeat(100)} 1`, params: ['direct 0'] }).shard).toBe(0);
  });

  it('is refused by a host that parses nothing', async () => {
    const { plugins } = await open({ plugins: [{ name: tenant, config }] });
    const [plugin] = plugins;
    expect(plugin?.state).toBe('rejected');
    expect(plugin?.error?.problems[0]).toMatchObject({ code: 'MORTISE_ERR_PARSER_MISMATCH' });
  });

  /** What a program prints that asks `answers` something. */
  function inChild(wish: string, env: Record<string, string> = {}) {
    const script = `
      import { Host } from ${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)};
      const host = await Host.open({
        announce: false, parser: 'pg_query',
        plugins: [{ name: ${JSON.stringify(answers)}, config: { pg_query: '6.2.1' } }],
      });
      host.route({ sql: 'SELECT 1', params: [${JSON.stringify(wish)}] });
      console.log('still here');`;
    const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], options);
  }

  it('prints to the process’s own output', () => {
    const { stdout, status } = inChild('print');
    expect(status).toBe(0);
    expect(stdout).toBe('printed by a plugin\nstill here\n');
  });

  it('ends the process when it panics', () => {
    const { stdout, stderr, signal } = inChild('panic');
    expect(signal).toBe('SIGABRT');
    expect(stderr).toContain('as asked');
    expect(stdout).toBe('');
  });

  it('ends the process when it panics as it starts, which is all that its init can do', () => {
    const { stdout, stderr, signal } = inChild('count', { PGDOG_ANSWERS_NO_START: '1' });
    expect(signal).toBe('SIGABRT');
    expect(stderr).toContain('no start, as asked');
    expect(stdout).toBe('');
  });

  it('is one of its own for each thread’s host, and counts for that alone', {
    timeout: 300_000,
  }, async () => {
    const entry = new URL('../../../dist/index.js', import.meta.url).href;
    const script = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.entry).then(async ({ Host }) => {
        const host = await Host.open({
          announce: false, parser: 'pg_query', routing: { shards: 2 ** 32 - 1 },
          plugins: [{ name: workerData.name, config: { pg_query: '6.2.1' } }],
        });
        const counts = [];
        for (let time = 0; time < 500; time++)
          counts.push(host.route({ sql: 'SELECT $1', params: ['count'] }).shard);
        await host.close();
        parentPort.postMessage(counts);
      });`;
    const counts = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const worker = new Worker(script, { eval: true, workerData: { entry, name: answers } });
        const [given] = (await once(worker, 'message')) as [number[]];
        await worker.terminate();
        return given;
      }),
    );
    const expected = Array.from({ length: 500 }, (_, at) => at + 1);
    for (const own of counts) expect(own).toEqual(expected);
  });

  it('is listed, and explained on the command line', () => {
    const folder = directory();
    const file = join(folder, 'mortise.toml');
    writeFileSync(
      file,
      `[host]\nparser = "pg_query"\n[routing]\nshards = 4\n[[plugins]]\nname = ${JSON.stringify(tenant)}\nconfig = { pg_query = "6.2.1" }\n`,
    );
    const mortise = (...args: string[]) =>
      spawnSync(process.execPath, ['dist/cli.js', ...args, '-c', file], { encoding: 'utf8' }).stdout;
    expect(mortise('list')).toMatch(/ready +pgdog_tenant +1\.2\.3 +pgdog .*needs mortise\.sql/);
    expect(mortise('list')).toContain('MORTISE_WARN_UNCONTAINED');
    const sql = 'SELECT 1 FROM orders WHERE tenant_id = 7';
    expect(mortise('route', '--explain', '--sql', sql)).toMatch(/pgdog_tenant .*decided/);
  });
});
