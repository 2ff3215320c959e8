/** A plugin that provides sql.parser takes the place of the host's own parser. */
import { describe, expect, it } from 'vitest';
import { verify } from '../../../../src/index.js';
import { open } from '../../../host/open.js';
import { build } from '../../../support/plugins/build.js';
import { asking } from './asking.js';

const parser = () => build('sql-parser.c');
const user = (define = {}) => build('sql.c', { define });

describe('a parser that a plugin provides', () => {
  it('is the host’s, which needs no other', async () => {
    const { ask, said } = await asking({ plugins: [user(), parser()] });
    expect(ask('outcome', 'ok')).toBe(0);
    expect(await said('normalise', 'ok')).toBe('0 normal');
    expect(await said('fingerprint', 'ok')).toBe('0 0000000000001234');
    expect(ask('tree bytes', 'ok')).toBe('tree!'.length);
  });

  it('decides which plugins fit: by its major of PostgreSQL', async () => {
    const host = await open({
      parser: 'pg_query',
      plugins: [user({ PARSER: '17-6.1.0' }), build('sql-parser.c', { define: { PARSER: '16-5.2.0' } })],
    });
    const [problem] = host.plugins.get('sql').error?.problems ?? [];
    expect(problem).toMatchObject({ code: 'MORTISE_ERR_PARSER_MISMATCH', found: '17-6.1.0' });
    expect(problem?.message).toBe('plugin 17-6.1.0, host 16-5.2.0');
    expect(host.plugins.get('own_parser').state).toBe('ready');
  });

  it.each([
    ['syntax', 1, 'not so', 2],
    ['never', 4, 'the parser gave nothing', 0],
    ['garbage', 4, "the parser's JSON is not that of libpg_query", 0],
    // Cut by the log, at 1,023 bytes.
    ['long', 4, `the parser failed: ${'x'.repeat(1004)}`, 0],
    ['both', 4, 'the parser failed: ', 0],
  ])('says of %s why there is no tree', async (sql, outcome, message, position) => {
    const { ask, said } = await asking({ plugins: [user(), parser()] });
    expect(ask('outcome', sql)).toBe(outcome);
    expect(await said('message', sql)).toBe(message);
    expect(ask('position', sql)).toBe(position);
    expect(ask('outcome', 'twice')).toBe(0);
  });

  describe('that gives nodes in a row', () => {
    const nodes = (define = {}) => build('sql-parser.c', { define: { NODES: true, ...define } });

    it('is asked for no JSON', async () => {
      const { ask, said } = await asking({ plugins: [user(), nodes()] });
      // Its JSON has no statement.
      expect(ask('statements', 'TRUNCATE a')).toBe(1);
      expect(await said('table', 'TRUNCATE a')).toBe('a');
    });

    it('has none where its table ends before them: one of sql.parser 1.0', async () => {
      const { ask } = await asking({ plugins: [user(), nodes({ SIZE: 40 })] });
      expect(ask('statements', 'TRUNCATE a')).toBe(0);
    });

    it.each(['half', 'cut', 'odd', 'none'])('has no tree of %s', async (sql) => {
      const { ask, said } = await asking({ plugins: [user(), nodes()] });
      expect(ask('outcome', sql)).toBe(4);
      expect(await said('message', sql)).toBe("the parser's nodes are not those of libpg_query");
    });

    it('says where a text is not SQL', async () => {
      const { ask } = await asking({ plugins: [user(), nodes()] });
      expect(ask('outcome', 'syntax')).toBe(1);
      expect(ask('position', 'syntax')).toBe(2);
    });
  });

  it('goes when its plugin stops: the host’s own is used again, and what it made is forgotten', async () => {
    const { host, ask, said } = await asking({ parser: 'pg_query', plugins: [user(), parser()] });
    expect(await said('normalise', 'SELECT 1')).toBe('0 normal');
    const prepared = host.prepare('SELECT 1');
    prepared.route(['outcome']);
    await host.stop('own_parser');
    expect(await said('normalise', 'SELECT 1')).toBe('0 SELECT $1');
    expect(prepared.route(['statements']).shard).toBe(1);
    expect(ask('outcome', 'syntax')).toBe(1);
  });

  it('goes, and there is none', async () => {
    const { host, ask } = await asking({ plugins: [user(), parser()] });
    expect(ask('outcome', 'ok')).toBe(0);
    await host.stop('own_parser');
    expect(ask('outcome', 'ok')).toBe(4);
  });
});

it('a parser is checked by itself too: it needs no other', async () => {
  const report = await verify([parser()]);
  const [check] = report[0]?.checks.filter(({ id }) => id === 'parser') ?? [];
  expect(check).toMatchObject({ status: 'ok', message: 'parses SQL itself, as 17-9.9.9' });
});

describe('the version rule', () => {
  it.each([
    ['17-6.1.0', 'ready'],
    ['17-6.2.1', 'ready'],
    ['17', 'ready'],
    ['16-5.2.0', 'rejected'],
    ['170-1', 'rejected'],
  ])('a plugin that reads trees of %s is %s on a host with 17-6.1.0', async (version, state) => {
    const host = await open({ parser: 'pg_query', plugins: [user({ PARSER: version })] });
    expect(host.plugins.get('sql').state).toBe(state);
  });

  it('says both versions and what to do', async () => {
    const host = await open({ parser: 'pg_query', plugins: [user({ PARSER: '16-5.2.0' })] });
    const [problem] = host.plugins.get('sql').error?.problems ?? [];
    expect(problem).toMatchObject({
      code: 'MORTISE_ERR_PARSER_MISMATCH',
      message: 'plugin 16-5.2.0, host 17-6.1.0',
      expected: 'a parser of PostgreSQL 17, as 17-6.1.0',
      found: '16-5.2.0',
    });
  });

  it('a plugin that needs mortise.sql is refused by a host that parses nothing', async () => {
    const host = await open({ plugins: [user()] });
    const [problem] = host.plugins.get('sql').error?.problems ?? [];
    expect(problem).toMatchObject({ code: 'MORTISE_ERR_PARSER_MISMATCH', found: 'needs mortise.sql' });
    expect(problem?.remedy).toContain('parser = "pg_query"');
  });
});
