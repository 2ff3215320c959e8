/** The services through the safe API, in a plugin that a real host runs. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { directory } from '../host/open.js';
import { make, turn, until, watch } from '../services/native/build.js';
import { cargo, missingTools, newPlugin, scratchTarget, titled } from './cargo.js';

const missing = process.platform === 'linux' ? missingTools('cargo', 'cc') : ['Linux'];
const timeout = 1_800_000;
const library = join(scratchTarget, 'release/libkeeper.so');

describe.skipIf(missing.length > 0)(titled('services in Rust', missing), () => {
  beforeAll(async () => {
    const cwd = newPlugin('keeper');
    copyFileSync(join(import.meta.dirname, 'keeper.rs'), join(cwd, 'src/lib.rs'));
    const env = { CARGO_TARGET_DIR: scratchTarget, RUSTFLAGS: '-D warnings' };
    const { code, output } = await cargo(['build', '--release'], { cwd, env });
    expect(code, output).toBe(0);
    rmSync(cwd, { recursive: true });
  }, timeout);

  it('do what they say', { timeout }, async () => {
    const folder = directory();
    for (const name of ['rules', 'cache']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'rules/eu.txt'), 'rule');
    const { host, lines, problems, said } = await watch({
      plugins: [{ name: library }, { name: make('provider', { define: { OFFERS: 0 } }) }],
      cwd: folder,
      files: { rules: './rules', cache: { path: 'cache', write: true } },
      strict: true,
    });
    expect([...host.plugins].map(({ state }) => state)).toEqual(['ready', 'ready']);

    expect(lines[0]).toMatchObject({ plugin: 'keeper', severity: 'info', message: 'fields' });
    expect(Object.entries(lines[0]?.fields ?? {})).toEqual([
      ['plugin', 'keeper'],
      ['least', -(2n ** 63n)],
      ['share', 0.5],
      ['cold', true],
      ['a.b', 7],
    ]);
    await until(() => said().includes('keeper: dropped the timer') && said().join().includes('pool'));
    // The host itself tells of problems there too.
    const own = said().filter((line) => !line.includes('MORTISE_ERR'));
    expect(own.slice(1, 13)).toEqual([
      `keeper: state Some(7) 100000 ["large", "small"] None`,
      'keeper: a key has 1 to 255 bytes, not 0',
      'keeper: files [("log", 17), ("new", 4)]',
      'keeper: cache/new: File exists',
      'keeper: rules/x: the directory rules is only for reading',
      'keeper: rules/../../x: leads out of its directory',
      'keeper: dropped what is cancelled',
      'keeper: cancelled true, again false',
      'keeper: clock true true',
      'keeper: memory true [97, 98, 99, 0] true',
      'keeper: registry true',
      'keeper: a plugin subscribes on the main thread, after its register or init began',
    ]);
    expect(own.slice(13).sort()).toEqual([
      'keeper: Notice(Came test.answer 1.0, provider)',
      'keeper: a task panicked: on the main thread',
      'keeper: dropped the timer',
      'keeper: pool true, back true',
      'keeper: the timer tick 3, cancelled true',
    ]);
    expect(readFileSync(join(folder, 'cache/log'), 'utf8')).toBe('4 bytes, appended');
    expect(readFileSync(join(folder, 'cache/new'), 'utf8')).toBe('rule');

    expect(host.route({ sql: 'SELECT 1', shards: 2 })).toMatchObject({ plugin: 'keeper', shard: 1 });
    expect(host.route({ sql: 'panic', shards: 2 })).toMatchObject({ plugin: null });
    expect(host.metrics().map(({ help, ...metric }) => metric)).toMatchObject([
      { plugin: 'keeper', name: 'depth', kind: 'gauge', value: -1.5 },
      { plugin: 'keeper', name: 'queries', kind: 'counter', value: 2 },
      {
        plugin: 'keeper',
        name: 'rows',
        kind: 'histogram',
        count: 3,
        sum: 56,
        buckets: [{ count: 1 }, { count: 2 }, { count: 3 }],
      },
    ]);
    lines.length = 0;
    await host.stop('provider');
    await host.stop('keeper');
    await turn();
    expect(lines.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'error module_route panicked: at panic',
      'info Notice(Going test.answer 1.0, provider)',
      'error a subscription panicked: on notice',
      'info dropped what waits',
      'info Err("the host takes no more tasks of this plugin")',
      'error module_fini panicked: at the end',
    ]);
    // What it tried on purpose, and nothing more: no leak, no wrong thread, no lease that isn't given back.
    expect(problems.map(({ code, where }) => [code, where])).toEqual([
      ['MORTISE_ERR_SERVICE_LIMIT', 'mortise.state.put'],
      ['MORTISE_ERR_FILES_OUTSIDE', 'mortise.files.read'],
      ['MORTISE_ERR_SERVICE_LIMIT', 'mortise.memory.allocate'],
    ]);
  });
});
