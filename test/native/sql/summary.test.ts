/** The compact summary of SQL beside one that is made independently from the same tree. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { damage, foreign } from './damaged.js';
import { expected } from './expected.js';
import { features } from './features.js';
import { statements } from './generator.js';
import { doubling, long, nested } from './nested.js';
import { nodesOf, type TreeNode } from './nodes.js';
import { numbers } from './numbers.js';
import { oracle } from './oracle.js';
import { alternative, type Native, outlineOf, render } from './outline.js';
import { parsedOf } from './parser.js';
import { Summariser } from './summariser.js';
import { depthOf } from './tree.js';

const missing = Summariser.missing;

describe.runIf(!missing)(missing ?? 'the summary of SQL, under sanitizers', () => {
  const native = new Summariser();
  beforeAll(() => native.build(), 600_000);
  afterAll(() => native.remove());

  const compare = (texts: readonly string[]) => {
    const pairs = texts.map((sql) => ({ sql, ...parsedOf(sql) }));
    const summaries = native.summaries(pairs);
    pairs.forEach(({ sql, tree }, at) => {
      const summary = summaries[at];
      expect(summary && { sql, ...outlineOf(summary) }).toEqual({ sql, ...oracle(sql, tree) });
    });
  };

  it('is that of the oracle for each feature of the grammar', () => compare(features));

  it('is that of the oracle for 1,500 statements by chance', { timeout: 60_000 }, () => {
    compare(statements(Number(process.env.MORTISE_SEED ?? 1), 1_500));
  });

  it('is the same from nodes in a row, for each feature and 1,500 statements by chance', {
    timeout: 60_000,
  }, () => {
    const pairs = [...features, ...statements(Number(process.env.MORTISE_SEED ?? 2), 1_500)].map((sql) => {
      const { json } = parsedOf(sql);
      return { sql, json, nodes: nodesOf(json) };
    });
    const fromJson = native.summaries(pairs);
    native.fromNodes(pairs).forEach((summary, at) => {
      expect(summary && { sql: pairs[at]?.sql, summary }).toEqual({
        sql: pairs[at]?.sql,
        summary: fromJson[at],
      });
    });
  });

  it('takes damaged nodes', { timeout: 60_000 }, () => {
    const below = numbers(9);
    const texts = [...features, ...statements(6, 300)].filter((sql) => sql.length < 2_000);
    const pairs = Array.from({ length: 5_000 }, (_, at) => {
      const sql = texts[at % texts.length] ?? '';
      const nodes = nodesOf(parsedOf(sql).json);
      for (let times = 1 + below(3); times > 0; times--) {
        const node = nodes[below(nodes.length)] as TreeNode;
        const other = nodes[below(nodes.length)] as TreeNode;
        const damages = [
          () => (node.end = other.end + below(3) - 1),
          () => (node.kind = below(9)),
          () => (node.name = other.name),
          () => (node.text = other.text),
        ];
        damages[below(damages.length)]?.();
      }
      return { sql, nodes };
    });
    const summaries = native.fromNodes(pairs);
    summaries.forEach(expectWhole);
    expect(summaries.filter((one) => one === null).length).toBeGreaterThan(500);
    expect(summaries.filter((one) => one !== null).length).toBeGreaterThan(500);
  });

  it.each(expected)('of %s', (sql, lines) => {
    const [summary] = native.summaries([{ sql, ...parsedOf(sql) }]);
    expect(summary && render(outlineOf(summary))).toBe(lines.trim().replace(/^ {4}/gm, ''));
  });

  it('of a NOT IN or a BETWEEN has groups that hold one by one', () => {
    const sql = 'SELECT 1 FROM t WHERE a NOT IN (1, 2) AND b BETWEEN 3 AND 4 AND c IN (5, 6)';
    const [summary] = native.summaries([{ sql, ...parsedOf(sql) }]);
    expect(summary?.comparisons.map((one) => one.group)).toEqual([0, 1, 3, 4, 5, 5]);
    expect(summary?.comparisons.map((one) => (one.flags & alternative) !== 0)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it("takes no JSON that is not libpg_query's, and no time for what is nested 100,000 deep", {
    timeout: 60_000,
  }, () => {
    const summaries = native.summaries(foreign.map(([json]) => ({ sql: 'SELECT 1', json })));
    const wrong = foreign.filter(([, isPossible], at) => isPossible !== (summaries[at] !== null));
    expect(wrong.map(([json]) => json.slice(0, 200))).toEqual([]);
  });

  it('takes damaged JSON', { timeout: 120_000 }, () => {
    const below = numbers(7);
    const texts = [...features, ...statements(5, 300)].filter((sql) => sql.length < 2_000);
    const pairs = Array.from({ length: 8_000 }, (_, at) => {
      const sql = texts[at % texts.length] ?? '';
      return { sql, json: damage(parsedOf(sql).json, below) };
    });
    const summaries = native.summaries(pairs);
    summaries.forEach(expectWhole);
    // Both happen, or the damage is none.
    expect(summaries.filter((one) => one === null).length).toBeGreaterThan(1_000);
    expect(summaries.filter((one) => one !== null).length).toBeGreaterThan(1_000);
  });

  it('copies bytes as they are, valid UTF-8 or not', () => {
    const json = Buffer.concat([
      Buffer.from('{"stmts":[{"stmt":{"TruncateStmt":{"relations":[{"RangeVar":{"relname":"a'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}}]}}}]}'),
    ]);
    const [summary] = native.summaries([{ sql: 'TRUNCATE a', json }]);
    expect(summary?.tables).toHaveLength(1);
  });

  describe('bounds before parsing', () => {
    const all = () => [...nested(150), ...nested(7), ...features, ...statements(3, 1_000)];

    it('are never less than how deep the tree is', { timeout: 60_000 }, () => {
      const texts = all();
      const bounds = native.bounds(texts);
      const wrong = texts.filter((sql, at) => (bounds[at]?.depth ?? 0) < depthOf(parsedOf(sql).tree.stmts));
      expect(wrong).toEqual([]);
    });

    it('are small for what is only long', () => {
      for (const { depth } of native.bounds(long)) expect(depth).toBeLessThan(100);
    });

    it('count what the tree repeats as often as it does', () => {
      // What makes most of JSON: 150 bytes of it for "1+".
      const most = 75;
      const wide = `UPDATE t SET (${'a,'.repeat(200)}b) = (SELECT ${'1+'.repeat(200)}1)`;
      const texts = [...[2, 4, 6, 8].map(doubling), wide, `SELECT ${'1+'.repeat(500)}1`];
      const bounds = native.bounds(texts);
      const wrong = texts.filter((sql, at) => (bounds[at]?.bytes ?? 0) * most < parsedOf(sql).json.length);
      expect(wrong).toEqual([]);
      expect(native.bounds([doubling(1_000)])[0]?.bytes).toBeGreaterThan(1e9);
    });

    it('repeat nothing where the tree does not', () => {
      const texts = [...features, ...long].filter((sql) => !/SET.*\) = /.test(sql));
      expect(native.bounds(texts).map(({ bytes }) => bytes)).toEqual(
        texts.map((sql) => Buffer.byteLength(sql)),
      );
    });

    it('take any text', () => {
      const below = numbers(11);
      const pieces = [
        "'",
        '"',
        '$$',
        '$a$',
        '/*',
        '*/',
        '--',
        '\n',
        "E'",
        '\\',
        '(',
        ')',
        '[',
        ']',
        'case',
        'end',
        'between',
        'and',
        ',',
        ';',
        '.',
        '1',
        '\0',
        '\u{1f600}',
      ];
      const texts = Array.from({ length: 5_000 }, () =>
        Array.from({ length: below(30) }, () => pieces[below(pieces.length)]).join(below(2) === 0 ? '' : ' '),
      );
      for (const deep of ['(', '[', 'case ', '/*', '$a', '"', "'"]) texts.push(deep.repeat(100_000));
      expect(native.bounds(texts)).toHaveLength(texts.length);
    });
  });
});

/** Every place in a list is in that list. */
function expectWhole(summary: Native | null): void {
  if (summary === null) return;
  const isIn = (index: number, list: readonly unknown[], mayBeNone = false) =>
    (index >= 0 && index < list.length) || (mayBeNone && index === -1);
  const { statements, blocks, tables, functions, comparisons } = summary;
  const wrong = [
    ...statements.filter((one) => one.firstBlock + one.blockCount > blocks.length),
    ...blocks.filter((one) => !isIn(one.statement, statements) || !isIn(one.parent, blocks, true)),
    ...[...tables, ...functions].filter((one) => !isIn(one.block, blocks)),
    ...comparisons.filter((one) => !isIn(one.block, blocks) || !isIn(one.table, tables, true)),
  ];
  expect(wrong).toEqual([]);
}
