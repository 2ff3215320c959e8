/** The SDK's feature `tree`, in a plugin that is built with the bridge to PgDog's. */
import { describe, expect, it } from 'vitest';
import { cargo, needs, type Parts, parts } from '../dialects/pgdog/parts.js';
import { open } from '../host/open.js';

describe.skipIf(!parts)(`trees as Rust's types${needs}`, () => {
  const { joins, parser } = parts ?? ({} as Parts);
  const options = { routing: { shards: 8 } };

  it.each([
    ['the host’s own parser', { ...options, parser: 'pg_query' as const, plugins: [joins] }],
    ['the native one', { ...options, plugins: [joins, parser] }],
  ])('are read of what %s makes', async (_, given) => {
    const host = await open(given);
    expect(host.route({ sql: 'SELECT 1' }).shard).toBe(0);
    const sql = 'SELECT * FROM a JOIN b USING (x) WHERE a.y IN (SELECT z FROM c LEFT JOIN d ON true)';
    expect(host.route({ sql }).shard).toBe(2);
    expect(host.route({ sql: 'SELECT FROM FROM' }).reason?.message).toMatch(/^syntax error/);
  });

  it('the example of its documentation compiles and runs', { timeout: 1_800_000 }, async () => {
    const { code, output } = await cargo('test', '--release', '-p', 'mortise-joins', '--doc');
    expect(code, output).toBe(0);
    expect(output).toMatch(/1 passed/);
  });
});
