/** The summary as TypeScript has it. Its correctness is native code's: test/native/sql. */
import { expect, it } from 'vitest';
import { open } from '../../../host/open.js';

it('names what stands in SQL', async () => {
  const host = await open({ parser: 'pg_query' });
  const summary = host.routing.summary(
    `WITH gone AS (DELETE FROM lines WHERE order_id IN (1, 2) RETURNING *)
     SELECT count(*), s.mine(DISTINCT a ORDER BY a) FILTER (WHERE b), rank() OVER () FROM public.orders o, gone
     WHERE o.tenant_id = $1 AND o.state = ANY($2) ORDER BY 1 LIMIT 5`,
  );
  expect(summary).toMatchObject({ outcome: 'parsed', message: '', access: 'write', parameterCount: 2 });
  const [statement] = summary.statements;
  expect(statement).toMatchObject({ kind: 'select', access: 'write', node: 'SelectStmt' });
  const [outer, inner] = statement?.blocks ?? [];
  expect(outer).toMatchObject({ kind: 'select', parent: undefined });
  expect([...(outer?.clauses ?? [])]).toEqual(['where', 'limit', 'order by', 'window', 'with']);
  const orders = { use: 'read', catalog: '', schema: 'public', name: 'orders', alias: 'o' };
  expect(outer?.tables).toEqual([orders]);
  expect(outer?.functions).toEqual([
    { schema: '', name: 'count', clauses: new Set(['star']) },
    { schema: 's', name: 'mine', clauses: new Set(['distinct', 'order by', 'filter']) },
    { schema: '', name: 'rank', clauses: new Set(['over']) },
  ]);
  const compared = { table: orders, qualifier: 'o', operation: '=', place: 'where', isCertain: true };
  expect(outer?.comparisons).toMatchObject([
    { ...compared, column: 'tenant_id', type: 'parameter', parameter: 1, array: undefined },
    { ...compared, column: 'state', type: 'parameter', parameter: 2, array: 'any' },
  ]);
  expect(inner).toMatchObject({ kind: 'delete', parent: 0, tables: [{ use: 'write', name: 'lines' }] });
  const groups = inner?.comparisons.map(({ value, type, group }) => ({ value, type, group }));
  expect(groups).toMatchObject([
    { value: '1', type: 'integer' },
    { value: '2', type: 'integer' },
  ]);
  expect(groups?.[0]?.group).toBe(groups?.[1]?.group);
});

it('is made once for a text, until there is another parser', async () => {
  const host = await open({ parser: 'pg_query' });
  const first = host.routing.summary('SELECT 1');
  expect(host.routing.summary('SELECT 1')).toBe(first);
  expect(host.routing.summary('SELECT 2')).not.toBe(first);
  for (let text = 0; text < 300; text++) host.routing.summary(`SELECT ${text}`);
  expect(host.routing.summary('SELECT 1')).toEqual(first);
  const long = `SELECT '${'x'.repeat(5_000)}'`;
  expect(host.routing.summary(long)).not.toBe(host.routing.summary(long));
});

it('says why there is none', async () => {
  const none = { statements: [], parameterCount: 0, access: null };
  const host = await open({ parser: 'pg_query' });
  const error = { ...none, outcome: 'syntax error', message: 'syntax error at or near "SELEC"', position: 0 };
  expect(host.routing.summary('SELEC')).toEqual(error);
  expect(host.routing.summary('')).toEqual({ ...none, outcome: 'parsed', message: '', position: 0 });
  const other = await open();
  expect(other.routing.summary('SELECT 1')).toMatchObject({ ...none, outcome: 'no tree' });
  expect(() => host.routing.summary(1 as never)).toThrow('has no SQL');
  await host.close();
  expect(() => host.routing.summary('SELECT 1')).toThrow('closed');
});

it('is bounded, however many texts are asked about', async () => {
  const host = await open({ parser: 'pg_query', routing: { sqlCacheTexts: 10 } });
  for (let text = 0; text < 2000; text++)
    expect(host.routing.summary(`SELECT ${text}`).statements).toHaveLength(1);
});
