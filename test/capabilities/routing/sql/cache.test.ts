/** A text is parsed once, when a plugin first asks, and what was made stays while a query reads it. */
import { describe, expect, it } from 'vitest';
import { parsedOf } from '../../../native/sql/parser.js';
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

describe('texts that differ in literals only', () => {
  const textOf = (id: number) => `SELECT * FROM t WHERE id = -${id} AND name = 'n''${id}' LIMIT ${id}`;
  const probe = "SELECT * FROM t WHERE id = -12341000 AND name = 'mortise literal 1001' LIMIT 12341002";
  const watched = () => counting((sql) => parsedOf(sql).json);

  it('are parsed no more once two of them were', async () => {
    const { parser, texts } = watched();
    const { host, ask } = await asking({ parser });
    for (let id = 1; id <= 50; id++) ask('outcome', textOf(id));
    expect(texts).toEqual([textOf(1), textOf(2), probe]);
    const fresh = await asking({ parser });
    expect(host.routing.summary(textOf(40))).toEqual(fresh.host.routing.summary(textOf(40)));
    expect(host.routing.summary(textOf(40)).statements[0]).toMatchObject({
      sql: textOf(40),
      blocks: [{ comparisons: [{ value: '-40' }, { value: "n'40" }] }],
    });
  });

  it('are parsed when what is learned says something else than the parser', async () => {
    const { parser, texts } = counting(
      (sql) => parsedOf(sql === textOf(2) ? sql.replace('id = -2', 'id = 2') : sql).json,
    );
    const { ask } = await asking({ parser });
    for (let id = 1; id <= 5; id++) ask('outcome', textOf(id));
    expect(texts).toEqual([textOf(1), textOf(2), probe, textOf(3), textOf(4), textOf(5)]);
  });

  it('are learned again for another parser, and after one that failed', async () => {
    let broken = false;
    const { parser, texts } = counting((sql) => {
      if (broken && sql === probe) throw new Error('broken');
      return parsedOf(sql).json;
    });
    const { ask } = await asking({ parser });
    broken = true;
    for (let id = 1; id <= 3; id++) ask('outcome', textOf(id));
    broken = false;
    for (let id = 4; id <= 6; id++) ask('outcome', textOf(id));
    const all = [textOf(1), textOf(2), probe, textOf(3), probe, textOf(4), probe];
    expect(texts).toEqual(all);
  });

  it('are bounded: shapes that are not used are dropped', async () => {
    const { parser, texts } = watched();
    const { ask } = await asking({ parser, routing: { shards, sqlCacheTexts: 16 } });
    for (let id = 1; id <= 1000; id++) {
      ask('outcome', `SELECT column${id} FROM t WHERE id = ${id}`);
      ask('outcome', textOf(id));
    }
    expect(texts).toHaveLength(1000 + 3);
    ask('outcome', 'SELECT column1 FROM t WHERE id = 2');
    ask('outcome', 'SELECT column1 FROM t WHERE id = 3');
    expect(texts).toHaveLength(1000 + 3 + 3);
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
