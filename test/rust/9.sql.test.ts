/** Syntax trees through the safe API, in a plugin that a real host runs. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/index.js';
import { open } from '../host/open.js';
import { cargo, missingTools, moduleInfoOf, newPlugin, scratchTarget, titled } from './cargo.js';

const missing = process.platform === 'linux' ? missingTools('cargo') : ['Linux'];
const timeout = 1_800_000;
const library = join(scratchTarget, 'release/libtrees.so');

const source = `
use mortise::prelude::*;
use mortise::sql::Kind;

mortise::plugin!(needs_trees);
mortise::require!(log, 1, 0);
mortise::require!(sql, 1, 0);

#[mortise::route]
fn route(context: &Context) -> Option<Route> {
    let sql = mortise::sql!();
    let summary = sql.summary(context);
    let tree = sql.tree(context);
    mortise::info!(
        tables = summary.tables().map(|table| table.name()).collect::<Vec<_>>().join(" "),
        fingerprint = sql.fingerprint(context).map_or(String::new(), |number| format!("{number:x}")),
        bytes = tree.bytes().map_or(0, <[u8]>::len), same = tree.id() == sql.tree(context).id();
        "{}", sql.normalise(context).unwrap_or("none")
    );
    if summary.blocks().any(|block| matches!(block.kind(), Kind::Update | Kind::Delete) && !block.has_where()) {
        return Some(Route::block().because("UPDATE or DELETE needs a WHERE"));
    }
    let tenant = summary.comparisons().find(|one| one.column() == "tenant_id" && one.is_certain())?;
    let tenant = tenant.value().as_i64(context)?;
    Some(Route::new(Shard::Direct(tenant as u64 % context.shards()), summary.access()))
}
`;

describe.skipIf(missing.length > 0)(titled('syntax trees in Rust', missing), () => {
  beforeAll(async () => {
    const cwd = newPlugin('trees');
    writeFileSync(join(cwd, 'src/lib.rs'), source);
    const env = { CARGO_TARGET_DIR: scratchTarget, RUSTFLAGS: '-D warnings' };
    const { code, output } = await cargo(['build', '--release'], { cwd, env });
    expect(code, output).toBe(0);
    rmSync(cwd, { recursive: true });
  }, timeout);

  it('are read, and decide', { timeout }, async () => {
    expect(moduleInfoOf(library)).toMatchObject({ flags: 2 });
    const lines: LogLine[] = [];
    const host = await open({
      plugins: [library],
      parser: 'pg_query',
      routing: { shards: 4 },
      severity: 'info',
      log: (line) => lines.push(line),
    });
    const plugin = 'trees';
    const read = { plugin, shard: 2, readWrite: 'read' };
    const byParameter = 'SELECT * FROM orders o JOIN items USING (id) WHERE o.tenant_id = $1';
    expect(host.route({ sql: byParameter, params: ['42'] })).toEqual(read);
    expect(host.route({ sql: 'SELECT 1 FROM orders WHERE tenant_id = 42' })).toEqual(read);
    expect(host.route({ sql: "SELECT 2 FROM orders WHERE tenant_id = '6'" })).toEqual(read);
    expect(host.route({ sql: 'INSERT INTO orders (id, tenant_id) VALUES (1, 3)' })).toEqual({
      plugin,
      shard: 3,
      readWrite: 'write',
    });
    expect(host.route({ sql: 'SELECT 1 WHERE tenant_id = 1 OR true' }).plugin).toBeNull();
    expect(host.route({ sql: 'DELETE FROM orders' })).toEqual({
      plugin,
      shard: 'blocked',
      readWrite: null,
      reason: { message: 'UPDATE or DELETE needs a WHERE', sqlstate: '42501' },
    });
    // It needs trees: what has none is blocked, and the plugin isn't asked.
    expect(host.route({ sql: 'SELEC 1' })).toMatchObject({ shard: 'blocked' });
    await host.close();
    expect(lines).toHaveLength(6);
    expect(lines.map(({ message }) => message).slice(1, 3)).toEqual([
      'SELECT $1 FROM orders WHERE tenant_id = $2',
      'SELECT $1 FROM orders WHERE tenant_id = $2',
    ]);
    const [joined, first, second] = lines.map(({ fields }) => fields);
    expect(joined).toMatchObject({ tables: 'orders items', same: true });
    expect(first?.fingerprint).toMatch(/^[0-9a-f]{15,16}$/);
    expect(second?.fingerprint).toBe(first?.fingerprint);
    expect(first?.bytes).toBeGreaterThan(20);
  });
});
