/** example-plugins/rust-pg-parser: the native parser beside the WebAssembly one. */
import { describe, expect, it } from 'vitest';
import { Routing } from '../../src/index.js';
import { asking } from '../capabilities/routing/sql/asking.js';
import { needs, type Parts, parts } from '../dialects/pgdog/parts.js';
import { open } from '../host/open.js';
import { features } from '../native/sql/features.js';
import { statements as generated } from '../native/sql/generator.js';
import { build } from '../support/plugins/build.js';
import { exportsOf } from './cargo.js';

describe.skipIf(!parts)(`a native parser as a plugin${needs}`, () => {
  const { parser } = parts ?? ({} as Parts);
  const user = () => build('sql.c');
  const statements = [
    'SELECT a FROM t WHERE b = 1',
    "INSERT INTO orders (id, note) VALUES (1, 'x'), ($1, $2)",
    'UPDATE t SET a = $1 FROM u WHERE t.id = u.id RETURNING t.*',
    'WITH x AS (SELECT 1) SELECT * FROM x ORDER BY 1 LIMIT 3 FOR UPDATE',
    "-- a comment\nSELECT 'ü'; DELETE FROM t",
    '',
    'SELECT 1 FROM FROM',
  ];

  const trouble = [
    "SELECT '\u0001\\\u2028<>\ud83d\ude00', U&'\\0041', E'\\n'",
    'SELECT 1 FROM FROM',
    'SELECT -0, 1e9, 2147483648',
  ];

  it('says what the other says', async () => {
    const native = await asking({ plugins: [user(), parser] });
    const other = await asking({ parser: 'pg_query', plugins: [user()] });
    for (const sql of statements) {
      for (const what of ['outcome', 'position']) expect(native.ask(what, sql)).toBe(other.ask(what, sql));
      // A line is logged only where there is one.
      const texts = native.ask('outcome', sql) === 0 ? ['normalise', 'fingerprint'] : ['message'];
      for (const what of texts) expect(await native.said(what, sql), sql).toBe(await other.said(what, sql));
    }
    expect(native.ask('tree bytes', 'SELECT 1')).toBeGreaterThan(10);
  });

  it('gives nodes that make the summary which the other’s JSON makes, for 1,000 statements and the grammar', {
    timeout: 120_000,
  }, async () => {
    const native = (await open({ plugins: [parser] })).capability(Routing);
    const other = (await open({ parser: 'pg_query' })).capability(Routing);
    for (const sql of [...features, ...generated(11, 1_000), ...trouble])
      expect({ sql, summary: native.summary(sql) }).toEqual({ sql, summary: other.summary(sql) });
  });

  it('is the host’s, whose version is its own', async () => {
    const host = await open({ plugins: [parser, build('sql.c', { define: { PARSER: '16-5.2.0' } })] });
    expect(host.plugins.get('rust_pg_parser').state).toBe('ready');
    expect(host.plugins.get('sql').error?.problems[0]?.message).toBe('plugin 16-5.2.0, host 17-6.2.1');
  });

  it.skipIf(process.platform !== 'linux')('exports what a plugin does, and nothing of libpg_query', () => {
    expect(Object.keys(exportsOf(parser)).sort()).toEqual([
      'module_host',
      'module_info',
      'module_provides_sql_parser',
      'module_register',
    ]);
  });
});
