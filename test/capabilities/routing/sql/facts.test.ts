/** What plugins read of a query's SQL, with the parser that the host has by default. */
import { describe, expect, it } from 'vitest';
import { asking } from './asking.js';

const outcome = { parsed: 0, syntaxError: 1, tooLong: 2, tooDeep: 3, noTree: 4 };
const access = { unknown: 0, read: 1, write: 2 };
const parser = 'pg_query';

describe('a text that is SQL', () => {
  it.each([
    ['SELECT * FROM orders WHERE tenant_id = $2', 1, access.read, 2],
    ['SELECT 1; UPDATE t SET a = $1', 2, access.write, 1],
    ['BEGIN', 1, access.unknown, 0],
    ['', 0, access.unknown, 0],
    [' ', 0, access.unknown, 0],
    ['-- a comment', 0, access.unknown, 0],
    [';', 0, access.unknown, 0],
    [`SELECT '${'é'.repeat(3000)}'`, 1, access.read, 0],
  ])('%.40s', async (sql, statements, reads, parameters) => {
    const { ask } = await asking({ parser });
    expect(ask('outcome', sql)).toBe(outcome.parsed);
    expect(ask('statements', sql)).toBe(statements);
    expect(ask('access', sql)).toBe(reads);
    expect(ask('parameters', sql)).toBe(parameters);
    expect(ask('tree outcome', sql)).toBe(outcome.parsed);
  });

  it('has a tree with an id of its own, the same each time', async () => {
    const { ask } = await asking({ parser });
    const [first, second] = ['SELECT 1', 'SELECT 2'].map((sql) => ask('tree id', sql));
    expect(second).not.toBe(first);
    expect(ask('tree id', 'SELECT 1')).toBe(first);
    expect(ask('tree bytes', 'SELECT 1')).toBeGreaterThan(20);
  });

  it('has the fingerprint of texts that differ in literals only, and a normal form', async () => {
    const { said } = await asking({ parser });
    expect(await said('fingerprint', 'SELECT a FROM t WHERE b = 1')).toBe(
      await said('fingerprint', 'select a  from t where b=77'),
    );
    expect(await said('fingerprint', 'SELECT 1')).toMatch(/^0 [0-9a-f]{15,16}$/);
    expect(await said('normalise', "SELECT 1, 'x'")).toBe('0 SELECT $1, $2');
    expect(await said('normalise', '')).toBe('0 ');
    expect(await said('table', 'SELECT 1 FROM "Orders"')).toBe('Orders');
  });
});

describe('a text without a tree', () => {
  it('has a syntax error: what and where, in bytes', async () => {
    const { ask, said } = await asking({ parser });
    expect(ask('outcome', 'SELEC 1')).toBe(outcome.syntaxError);
    expect(await said('message', 'SELEC 1')).toBe('syntax error at or near "SELEC"');
    expect(ask('position', "SELECT 'é', ,")).toBe(Buffer.from("SELECT 'é', ").length);
    expect(ask('tree outcome', 'SELEC 1')).toBe(outcome.syntaxError);
    expect(await said('fingerprint', 'SELEC 1')).toBe('1 0000000000000000');
    expect(await said('normalise', 'SELEC 1')).toBe('1 ');
    // Also when the tree is asked for first.
    expect(ask('tree bytes', 'SELEC 2')).toBe(0);
    expect(ask('outcome', 'SELEC 2')).toBe(outcome.syntaxError);
  });

  it('has a zero byte: parsers would see another statement than the server', async () => {
    const { ask, said } = await asking({ parser });
    expect(ask('outcome', 'SELECT 1\0; DROP TABLE t')).toBe(outcome.syntaxError);
    expect(ask('position', 'SELECT 1\0; DROP TABLE t')).toBe(8);
    expect(await said('message', 'SELECT 1\0')).toBe('a zero byte in the SQL');
  });

  it('is longer than the host parses', async () => {
    const { ask, said } = await asking({ parser, routing: { shards: 2 ** 32 - 1, maxSqlBytes: 100 } });
    const sql = (length: number) => `SELECT '${'x'.repeat(length - 9)}'`;
    expect(ask('outcome', sql(100))).toBe(outcome.parsed);
    expect(ask('outcome', sql(101))).toBe(outcome.tooLong);
    expect(await said('message', sql(101))).toBe('101 bytes of SQL, at most 100 are parsed');
    expect(ask('tree outcome', sql(101))).toBe(outcome.tooLong);
  });

  it.each([
    ['operators', (count: number) => `SELECT ${'1+'.repeat(count)}1`],
    ['parentheses', (count: number) => `SELECT ${'('.repeat(count)}1${')'.repeat(count)}`],
    ['NOT', (count: number) => `SELECT ${'NOT '.repeat(count)}true`],
    ['casts', (count: number) => `SELECT 1${'::int'.repeat(count)}`],
    ['UNION', (count: number) => `SELECT 1, 2${' UNION SELECT 1, 2'.repeat(count)}`],
  ])('nests more deeply than the host parses: %s', async (_, sql) => {
    const { ask, said } = await asking({ parser, routing: { shards: 2 ** 32 - 1, maxSqlBytes: 2 ** 20 } });
    expect(ask('outcome', sql(100))).toBe(outcome.parsed);
    for (const count of [10_000, 40_000]) expect(ask('outcome', sql(count))).toBe(outcome.tooDeep);
    expect(await said('message', sql(10_000))).toMatch(/^nested up to \d+ levels, at most 1000 are parsed$/);
    expect(ask('outcome', 'SELECT 1')).toBe(outcome.parsed);
  });

  it('is asked about on another thread than the query’s', async () => {
    const { ask } = await asking({ parser });
    expect(ask('outcome', 'SELECT 1')).toBe(outcome.parsed);
    expect(ask('thread', 'SELECT 1')).toBe(outcome.noTree);
  });

  it('goes to a host that parses nothing, of a plugin that can do without', async () => {
    const { ask, said } = await asking({}, { WANTS: true });
    expect(ask('outcome', 'SELECT 1')).toBe(outcome.noTree);
    expect(await said('message', 'SELECT 1')).toBe('the host has no parser');
  });
});

describe('a plugin that must see every tree', () => {
  const needsTrees = { FLAGS: 2 };

  it.each([
    ['SELEC 1', '42601', /^sql must see the syntax tree: syntax error at or near "SELEC"$/],
    [`SELECT '${'x'.repeat(70_000)}'`, '54001', /must see the syntax tree: 70009 bytes of SQL/],
    [`SELECT ${'1+'.repeat(5000)}1`, '54001', /must see the syntax tree: nested up to/],
    ['SELECT 1\0', '42601', /must see the syntax tree: a zero byte/],
  ])('isn’t asked about %.20s: it is blocked', async (sql, sqlstate, message) => {
    const { host } = await asking({ parser }, needsTrees);
    const decision = host.route({ sql, params: ['nothing'] });
    expect(decision).toMatchObject({ plugin: 'sql', shard: 'blocked', reason: { sqlstate } });
    expect(decision.reason?.message).toMatch(message);
    expect(host.route({ sql: 'SELECT 1', params: ['nothing'] })).toMatchObject({ plugin: 'sql', shard: 0 });
  });

  it('is refused by a host that parses nothing, with the setting that is missing', async () => {
    const { host } = await asking({}, { ...needsTrees, WANTS: true });
    const [problem] = host.plugins.get('sql').error?.problems ?? [];
    expect(problem?.code).toBe('MORTISE_ERR_PARSER_MISMATCH');
    expect(problem?.remedy).toContain('parser = "pg_query"');
  });
});
