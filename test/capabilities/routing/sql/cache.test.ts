/** A text is parsed once, when a plugin first asks, and what was made stays while a query reads it. */
import { describe, expect, it } from 'vitest';
import { asking, counting, SqlSyntaxError } from './asking.js';

const shards = 2 ** 32 - 1;

describe('a text is parsed', () => {
  it('once, however it comes', async () => {
    const { parser, texts } = counting();
    const { host, ask } = await asking({ parser });
    const prepared = host.prepare('SELECT 1');
    for (let round = 0; round < 3; round++) {
      ask('outcome', 'SELECT 1');
      prepared.route(['outcome']);
      host.route({ sql: 'SELECT 1', params: ['outcome', 'x'.repeat(1000), null, new Uint8Array(3)] });
    }
    expect(texts).toEqual(['SELECT 1']);
  });

  it('only when a plugin asks', async () => {
    const { parser, texts } = counting();
    const { host } = await asking({ parser });
    expect(host.route({ sql: 'SELECT 1' }).plugin).toBe(null);
    expect(texts).toEqual([]);
  });

  it('once also when it is not SQL; again when the parser failed', async () => {
    const { parser, texts } = counting((sql) => {
      throw sql === 'a' ? new SqlSyntaxError('no', 1) : new Error('broken');
    });
    const { ask, said } = await asking({ parser });
    expect(ask('outcome', 'a')).toBe(1);
    expect(ask('outcome', 'a')).toBe(1);
    expect(ask('outcome', 'b')).toBe(4);
    expect(await said('message', 'b')).toBe('the parser failed: Error: broken');
    expect(texts).toEqual(['a', 'b', 'b']);
  });
});

describe('what is kept', () => {
  it('is bounded by the number of texts; those that are used stay', async () => {
    const { parser, texts } = counting();
    const { ask } = await asking({ parser, routing: { shards, sqlCacheTexts: 8 } });
    for (let text = 0; text < 1000; text++) {
      ask('outcome', 'often');
      ask('outcome', `text ${text}`);
    }
    expect(texts.filter((text) => text === 'often')).toHaveLength(1);
    ask('outcome', 'text 0');
    expect(texts.filter((text) => text === 'text 0')).toHaveLength(2);
  });

  it('is bounded by its memory', async () => {
    const { parser, texts } = counting();
    const { ask } = await asking({
      parser,
      routing: { shards, sqlCacheBytes: 100_000, maxSqlBytes: 60_000 },
    });
    const text = (letter: string) => letter.repeat(50_000);
    for (const letter of 'abcabc') ask('outcome', text(letter));
    expect(texts.length).toBeGreaterThan(3);
    ask('outcome', text('c'));
    expect(texts.filter((sql) => sql[0] === 'c').length).toBeLessThan(3);
  });

  it('also of kept and prepared SQL, which finds it again', async () => {
    const { parser, texts } = counting();
    const { host } = await asking({ parser, routing: { shards, sqlCacheTexts: 2 } });
    const statements = ['a', 'b', 'c', 'd'].map((sql) => host.prepare(sql));
    for (let round = 0; round < 3; round++)
      for (const statement of statements) expect(statement.route(['outcome']).shard).toBe(0);
    expect(texts).toHaveLength(12);
  });

  it('stays while a query reads it, whatever is parsed meanwhile', async () => {
    let host: Awaited<ReturnType<typeof asking>>['host'] | undefined;
    let depth = 0;
    // A query within a query: while the outer one's tree is made, others are routed.
    const { parser } = counting((sql) => {
      if (depth < 3) {
        depth++;
        for (let text = 0; text < 20; text++)
          host?.route({ sql: `inner ${depth} ${text} of ${sql}`, params: ['tree'] });
        depth--;
      }
      return '{"version":170004,"stmts":[]}';
    });
    const opened = await asking({ parser, routing: { shards, sqlCacheTexts: 1, sqlCacheBytes: 1 } });
    host = opened.host;
    expect(opened.ask('tree bytes', 'outer')).toBe('tree of outer'.length);
    expect(opened.ask('outcome', 'outer')).toBe(0);
  });
});

describe('a parser that breaks its promises', () => {
  it.each([
    ['gives no JSON', '{"version":170004,"stmts":[{"stmt":'],
    ['gives other JSON', '[1, 2, 3]'],
    ['gives nothing', ''],
    ['gives a number', '12'],
  ])('%s', async (_, json) => {
    const { parser } = counting(() => json);
    const { ask, said } = await asking({ parser });
    expect(ask('outcome', 'SELECT 1')).toBe(4);
    expect(await said('message', 'SELECT 1')).toBe("the parser's JSON is not that of libpg_query");
  });

  it('gives something else than bytes', async () => {
    const { parser } = counting();
    const { ask } = await asking({ parser: { ...parser, json: () => 12 as never, fingerprint: () => 'x' } });
    expect(ask('outcome', 'SELECT 1')).toBe(4);
    expect(ask('fingerprint', 'SELECT 1')).toBe(0);
  });
});
