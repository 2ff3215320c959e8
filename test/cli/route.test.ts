import type { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { decision, explanation, failureDocument } from '../../src/cli/json/shapes.js';
import { call } from './call.js';
import { chain, directoryOf } from './plugins.js';

const here = () => directoryOf({ 'mortise.toml': chain });
const line = (query: unknown) => `${JSON.stringify(query)}\n`;

/** The decisions, in order. */
async function route(stdin: string | PassThrough, ...options: string[]) {
  const { code, stdout, stderr } = await call(['route', '--json', ...options], { stdin, cwd: here() });
  expect(stderr).toBe('');
  return {
    code,
    decisions: stdout
      .split('\n')
      .filter(Boolean)
      .map((text) => decision.parse(JSON.parse(text))),
  };
}

describe('one statement', () => {
  it('is decided by the first plugin that has an opinion', async () => {
    expect(await route('', '--sql', 'DROP TABLE users')).toMatchObject({
      code: 0,
      decisions: [
        {
          plugin: 'query_firewall',
          shard: 'blocked',
          reason: { message: 'not allowed here: drop table', sqlstate: '42501' },
        },
      ],
    });
    expect(await route('', '--sql', 'SELECT $1', '--param', '1', '--param', 'x')).toEqual({
      code: 0,
      decisions: [{ plugin: 'read_splitter', shard: 'all', readWrite: 'read' }],
    });
  });

  it('is one line for a person, and one more for the reason of a block', async () => {
    const { code, stdout, stderr } = await call(['route', '--sql', 'DROP  TABLE\nusers'], { cwd: here() });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^blocked +\S+ +query_firewall +DROP TABLE users\n {2}42501 {2}not allowed here: drop table\n$/,
    );
  });
});

describe('--explain', () => {
  it('prints each plugin, what it said and how long it took', async () => {
    const { code, stdout } = await call(['route', '--explain', '--sql', 'SELECT 1'], { cwd: here() });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^all shards .*\n {4}1 {2}query_firewall +passed +[\d.]+ (ns|µs|ms)\n(.*\n)* {4}\d {2}read_splitter +decided +[\d.]+ (ns|µs|ms)\n$/,
    );
    const blocked = await call(['route', '--explain', '--sql', 'DROP TABLE x'], { cwd: here() });
    expect(blocked.stdout).toMatch(/\n {4}\d {2}read_splitter +not asked\n$/);
  });

  it('says which statement it was, with a parser', async () => {
    const cwd = directoryOf({ 'mortise.toml': `${chain}\n[host]\nparser = "pg_query"\n` });
    const said = async (sql: string) => (await call(['route', '--explain', '--sql', sql], { cwd })).stdout;
    expect(await said('SELECT a FROM t WHERE b = 42')).toMatch(
      /\n {4}select {2}[0-9a-f]{16} {2}SELECT a FROM t WHERE b = \$1\n {4}1 {2}query_firewall/,
    );
    expect(await said('SELEC')).toMatch(/\n {4}syntax error: syntax error at or near "SELEC"\n {4}1 {2}/);
  });

  it('is a document of its own with --json, for bad lines too', async () => {
    const stdin = `${line({ sql: 'DROP TABLE x' })}{\n`;
    const { code, stdout } = await call(['route', '--explain', '--json'], { stdin, cwd: here() });
    expect(code).toBe(1);
    const [first, second] = stdout
      .trim()
      .split('\n')
      .map((text) => explanation.parse(JSON.parse(text)));
    expect(first?.decision.shard).toBe('blocked');
    expect(first?.asked.map(({ said }) => said)).toEqual(['decided', 'not asked']);
    expect(second).toMatchObject({ decision: { errors: [{ code: 'MORTISE_ERR_QUERY' }] }, asked: [] });
  });
});

describe('lines on stdin', () => {
  it('are answered in their order; a bad one has errors in its place', async () => {
    const { code, decisions } = await route(
      [
        line({ sql: 'SELECT 1' }),
        '{"sql": \n',
        line({ sql: 'DROP TABLE a' }),
        '\n',
        line({ sql: 7 }),
        line({ sql: 'SELECT $1', params: [42] }),
        line({ sql: 'UPDATE a SET b = 1 WHERE c = 2', params: [] }),
      ].join(''),
    );
    expect(code).toBe(1);
    expect(decisions.map(({ plugin, errors }) => plugin ?? errors?.map(({ code }) => code))).toEqual([
      'read_splitter',
      ['MORTISE_ERR_QUERY'],
      'query_firewall',
      ['MORTISE_ERR_QUERY'],
      ['MORTISE_ERR_PARAMETER'],
      'read_splitter',
    ]);
    expect(decisions.map(({ errors }) => errors?.[0]?.where).filter(Boolean)).toEqual([
      'line 2',
      expect.stringMatching(/^line 5/),
      'line 6, params[0]',
    ]);
  });

  it('may say more about the situation', async () => {
    const { decisions } = await route(
      line({ sql: 'SELECT 1', inTransaction: true }) + line({ sql: 'SELECT 1' }),
    );
    expect(decisions.map(({ readWrite }) => readWrite)).toEqual(['write', 'read']);
  });

  it('may be none', async () => {
    expect(await route('')).toEqual({ code: 0, decisions: [] });
  });

  it('are counted for a person, on stderr', async () => {
    const stdin = [{ sql: 'SELECT 1' }, { sql: 'SELECT 2' }, { sql: 'DROP TABLE a' }]
      .map(line)
      .concat('{')
      .join('');
    const { code, stdout, stderr } = await call(['route'], { stdin, cwd: here() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/MORTISE_ERR_QUERY {2}line 4: the line is not JSON/);
    expect(stderr).toBe('4 queries: 2 by read_splitter, 1 by query_firewall, 1 undecided, 1 with errors\n');
  });

  it('are answered one by one, before the next arrives', async () => {
    const { spawnCli } = await import('./spawn.js');
    const child = spawnCli(['route', '--json'], { cwd: here() });
    for (const sql of ['SELECT 1', 'DROP TABLE a']) {
      child.stdin.write(line({ sql }));
      decision.parse(JSON.parse(await child.nextLine()));
    }
    child.stdin.end();
    expect(await child.ended).toMatchObject({ code: 0 });
  });

  it('are read no faster than the answers are taken', async () => {
    const { spawnCli } = await import('./spawn.js');
    const child = spawnCli(['route', '--json'], { cwd: here(), isSilent: true });
    const query = line({ sql: 'SELECT 1' }).repeat(1000);
    let written = 0;
    const isFull = () =>
      new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), 2000);
        child.stdin.write(query, () => {
          clearTimeout(timer);
          resolve(false);
        });
      });
    while (!(await isFull())) {
      written += query.length;
      // Pipes and streams hold some; a program that reads all its input would hold everything.
      expect(written).toBeLessThan(8_000_000);
    }
    child.kill();
    await child.ended;
  });
});

it('cannot run without a configuration', async () => {
  const called = await call(['route', '--json', '--sql', 'x'], { cwd: directoryOf({}) });
  expect(called.code).toBe(2);
  expect(failureDocument.parse(called.json()).errors[0]?.code).toBe('MORTISE_ERR_CONFIG_MISSING');
});

it('goes on without a plugin that is not ready, says so on stderr, and exits with 1', async () => {
  const cwd = directoryOf({ 'mortise.toml': `${chain}\n[[plugins]]\nname = "./none.so"\n` });
  const { code, stdout, stderr } = await call(['route', '--json', '--sql', 'SELECT 1'], { cwd });
  expect(code).toBe(1);
  expect(decision.parse(JSON.parse(stdout)).plugin).toBe('read_splitter');
  expect(stderr).toContain('MORTISE_ERR_FILE_MISSING');
});

it('does not run without a plugin that is required', async () => {
  const cwd = directoryOf({ 'mortise.toml': `${chain}\n[[plugins]]\nname = "./none.so"\nrequired = true\n` });
  const called = await call(['route', '--json', '--sql', 'SELECT 1'], { cwd });
  expect(called.code).toBe(1);
  expect(failureDocument.parse(called.json()).errors.map(({ code }) => code)).toContain(
    'MORTISE_ERR_PLUGIN_REQUIRED',
  );
});
