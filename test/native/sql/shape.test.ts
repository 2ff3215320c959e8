/** Texts that differ in their literals only: what one of their shape says, beside a summary that was made whole. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expected } from './expected.js';
import { features } from './features.js';
import { statements } from './generator.js';
import { numbers } from './numbers.js';
import { jsonOf, parsedOf } from './parser.js';
import { Summariser } from './summariser.js';

const missing = Summariser.missing;

/** What may look like a literal: this knows less of SQL than the code that it tests. */
const literals = /'(?:[^']|'')*'|(?<![\w$.])\d+(?:\.\d+)?/g;
const others = [
  ...[
    '0',
    '1',
    '7',
    '-1',
    '- 5',
    '+3',
    '00',
    '007',
    '2147483647',
    '2147483648',
    '-2147483648',
    '99999999999',
  ],
  ...['1234567890123456789012345678901234567890', '1.5', '-0.0', '0.0', '1.', '.5', '1e5', '1.5e-3', '0x1F'],
  ...[
    '0b11',
    '1_000',
    '12341001',
    '43211001.75',
    "'a'",
    "''",
    "'it''s'",
    "''''",
    "'1'",
    "'0'",
    "'-1'",
    "'\\'",
  ],
  ...[
    "'größe'",
    "E'a\\'b'",
    "e'\\n'",
    "B'101'",
    "X'1F'",
    "N'a'",
    "U&'\\0041'",
    '$$a$b$$',
    "$a$x'$a$",
    "'a'\n'b'",
  ],
  ...[
    "'--'",
    "'/*'",
    "'*/'",
    "';'",
    "'mortise literal 1001'",
    "'true'",
    'true',
    'NULL',
    'DEFAULT',
    '$1',
    '(2)',
  ],
  ...["'5'::int", '1.5::int', '99999999999::int', '5::text', "'x'::varchar(1)", "date '2020-01-01'", 'ALL'],
  ...[
    "interval '1' day",
    "float(20) '1'",
    "float(53) '1'",
    '/* 1 */ 2',
    '3 -- 4\n',
    '-(-5)',
    '- -6',
    '1 - 1',
  ],
];

const plainOnes = others.filter((one) => /^(?:-?[1-9]\d*|[1-9]\d*\.\d+|0|'(?:[^'\\ö\n]|'')*')$/.test(one));
/** Literals of the generator's that have no shape. */
const unplain = /E'\\\\ \\n\\''|U&'\\0041'|\$\$a\$b\$\$|'größe 😀'|B'0101'|X'1F'|-\.5e3/g;

/** Statements in which a literal says more than a value, or only seems to be one. */
const handmade = [
  'SELECT 1',
  'SELECT * FROM t WHERE a = 1 LIMIT 1',
  'SELECT * FROM t WHERE a = -1 AND b = - 2 AND c = -(3) OFFSET 4',
  "SELECT * FROM t WHERE a IN (1, 2, 3) AND b NOT IN ('x', 'y')",
  'SELECT * FROM t WHERE a IN (1, 2)',
  "SELECT * FROM t WHERE a = '1'::int AND b = 2::text AND c = 1.5::int AND d = 99999999999::int",
  "SELECT * FROM t WHERE a = date '2020-01-01' AND b = interval '1' day AND c = int4 '5'",
  "SELECT * FROM t WHERE a = float(24) '1' AND b = '1'::float(25)",
  'SELECT CAST(a AS float(1)) FROM t WHERE b = 2',
  "INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y') ON CONFLICT (a) DO UPDATE SET b = 'z' WHERE t.a = 3",
  "UPDATE t SET a = 1, (b, c) = ('x', 2) WHERE d = 'y' RETURNING 5",
  'DELETE FROM t WHERE a = 1 AND b BETWEEN 2 AND 3',
  'SELECT * FROM t WHERE a = 1 OR b = 2',
  'SELECT * FROM t LEFT JOIN u ON u.a = 1 WHERE t.b = 2 AND EXISTS (SELECT 3 FROM v WHERE c = 4)',
  'WITH x AS (SELECT * FROM t WHERE a = 1) SELECT * FROM x WHERE b = 2 UNION SELECT 3, 4 FETCH FIRST 5 ROWS ONLY',
  "MERGE INTO t USING u ON t.a = u.a AND t.b = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES ('x')",
  "VALUES (1, 'a'), (2, 'b')",
  'SELECT U&"d!0061t" UESCAPE \'!\' FROM t WHERE a = 1',
  'SELECT \'a\' AS "1", "x\'y" FROM t WHERE "\'" = \'b\' AND a1 = 2 AND b$1 = 3',
  "SELECT * FROM t WHERE a[1] = 2 AND (b).c = 3 AND d LIKE 'x%' ESCAPE '!' AND e = ANY (ARRAY[4, 5])",
  "SELECT extract('year' FROM a), count(1), b -> 'c' ->> 2 FROM t WHERE d @> '{}' AND e =-1 AND f @-1 AND g = +5",
  'EXPLAIN (ANALYZE 0) DELETE FROM t WHERE a = 1',
  "EXPLAIN (ANALYZE 'off') DELETE FROM t WHERE a = 1",
  'SELECT 1; DELETE FROM t WHERE a = 2;',
  '  SELECT 1 FROM t WHERE a = 2 ; ; ',
  "SELECT * FROM t WHERE a = 'x' /* ' */ AND b = 1 -- '\n AND c = 2",
  "SELECT * FROM t WHERE a = $1 AND b = 5 AND c = '$2' LIMIT $3",
  'SELECT \'mortise literal 1000\', 12341000 FROM "mortise literal 1000" WHERE a = 5',
  `SELECT * FROM t WHERE a IN (${Array.from({ length: 150 }, (_, at) => at + 1).join(', ')})`,
  `SELECT * FROM t WHERE a IN (${Array.from({ length: 250 }, (_, at) => at + 1).join(', ')})`,
];

describe.runIf(!missing)(missing ?? 'the shape of SQL, under sanitizers', () => {
  const native = new Summariser();
  beforeAll(() => native.build(), 600_000);
  afterAll(() => native.remove());

  /** How many have a shape of those that parse. */
  const compare = (texts: readonly string[]) => {
    const all = texts.flatMap((sql) => {
      const json = jsonOf(sql);
      return json === null ? [] : [{ sql, json }];
    });
    const probes = native.probes(all.map(({ sql }) => sql));
    const shaped = all.flatMap(({ sql, json }, at) => {
      const probe = probes[at];
      return typeof probe === 'string' ? [{ sql, json, probe }] : [];
    });
    const parsed = shaped.map(({ sql, probe }) => ({ sql, json: jsonOf(probe) ?? '' }));
    const made = native.summaries(parsed, 'shaped');
    const whole = native.summaries(shaped);
    const learned = shaped.flatMap(({ sql }, at) =>
      made[at] ? [{ sql, made: made[at], whole: whole[at] }] : [],
    );
    const wrong = learned.filter(({ made, whole }) => JSON.stringify(made) !== JSON.stringify(whole));
    expect(wrong.slice(0, 3)).toEqual([]);
    return { parsed: all.length, learned: learned.length };
  };

  /** Literals become others, of which `plain` percent at least have a shape. */
  const varied = (texts: readonly string[], plain: number, below: (below: number) => number) =>
    texts.map((sql) =>
      sql.replace(literals, () => {
        const from = below(100) < plain ? plainOnes : others;
        return from[below(from.length)] ?? '';
      }),
    );

  it('says the same for 10,000 statements by chance with other literals', { timeout: 300_000 }, () => {
    const seed = Number(process.env.MORTISE_SEED ?? 1);
    const texts = statements(seed, 10_000);
    // What keeps whole statements from having a shape.
    const simple = texts.map((sql) => sql.replace(/ \/\* ; \*\/ |-- x\n/g, ' ').replace(unplain, "'a'"));
    const below = numbers(seed);
    expect(compare(varied(texts, 50, below)).parsed).toBeGreaterThan(5_000);
    const { parsed, learned } = compare([
      ...simple,
      ...varied(simple, 100, below),
      ...varied(simple, 95, below),
    ]);
    expect(parsed).toBeGreaterThan(20_000);
    expect(learned).toBeGreaterThan(10_000);
  });

  it('says the same for each feature of the grammar, and for what a literal may change', {
    timeout: 120_000,
  }, () => {
    const texts = [...features, ...expected.map(([sql]) => sql), ...handmade];
    const below = numbers(3);
    const { learned } = compare([
      ...texts,
      ...Array.from({ length: 30 }, () => varied(texts, 60, below)).flat(),
    ]);
    expect(learned).toBeGreaterThan(500);
  });

  it('is one for texts that differ in values only', () => {
    const probes = (...texts: string[]) => new Set(native.probes(texts));
    expect(
      probes(
        "SELECT a FROM t WHERE b = 1 AND c = 'x'",
        "SELECT a FROM t WHERE b = 2147483647 AND c = 'it''s'",
      ),
    ).toEqual(new Set(["SELECT a FROM t WHERE b = 12341000 AND c = 'mortise literal 1001'"]));
    expect(
      probes('VALUES (1)', 'VALUES (1, 2)', 'VALUES (1.5)', 'VALUES (2147483648)', "VALUES ('1')").size,
    ).toBe(5);
  });

  it.each([
    'SELECT 1 /* a */',
    'SELECT 1 -- a',
    "SELECT E'a', 1",
    "SELECT 1, U&'a'",
    'SELECT 1, $$a$$',
    "SELECT 1, 'a'\n'b'",
    "SELECT 1, 'a\\b'",
    'SELECT 1, 2e5',
    'SELECT 1, 0x1F',
    'SELECT 1, 1_000',
    'SELECT 1, .5',
    'SELECT 1, 007',
    'SELECT 1::float(5)',
    'EXPLAIN (ANALYZE 1) SELECT 2',
    'SELECT 1; SELECT 2',
    'SELECT U&"d!0061t" UESCAPE \'!\'',
    'SELECT a FROM t',
    "SELECT 1, 'a",
  ])('is none of %s', (sql) => {
    expect(native.probes([sql])).toEqual([null]);
  });

  it('is not learned from JSON of something else', () => {
    const sql = 'SELECT a FROM t WHERE b = 5';
    const [probe] = native.probes([sql]) as [string];
    const learned = (json: string) => native.summaries([{ sql, json }], 'shaped')[0] !== null;
    const { json } = parsedOf(probe);
    expect(learned(json)).toBe(true);
    expect(learned('')).toBe(false);
    expect(learned('{"version":170004,"stmts":[]}')).toBe(false);
    // Its literal as a name, in part of a value, and as another kind.
    expect(learned(json.replace('"relname":"t"', '"relname":"t12341000"'))).toBe(false);
    expect(learned(json.replace('"ival":12341000', '"ival":112341000'))).toBe(false);
    expect(learned(json.replace('"ival":{"ival":12341000}', '"sval":{"sval":"12341000"}'))).toBe(false);
  });
});
