/** A driver as a data source: through `host.querying`, with settings from the configuration. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directory, open } from '../../host/open.js';
import { failure } from './databases.js';
import { drivers, lacks, needs } from './parts.js';

const many =
  'WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM r WHERE id < 200000) SELECT id, id AS x FROM r';

describe.skipIf(lacks('sqlite'))(`a driver as a data source${needs('sqlite')}`, () => {
  const configured = async () => {
    const folder = directory();
    const config = join(folder, 'mortise.toml');
    writeFileSync(
      config,
      `[[plugins]]\nname = '${drivers.sqlite}'\nconfig = { connections = 2 }\n[querying.sources.shop]\nplugin = 'sqlite'\nurl = '${join(folder, 'shop.db')}'\n`,
    );
    return open({ config });
  };

  it('answers each query with frames, or says why not', async () => {
    const host = await configured();
    const answers = await host.querying.query({
      plugin: 'shop',
      queries: [
        { json: { sql: 'SELECT ? + 1 AS next', parameters: [41] } },
        { json: { sql: 'SELECT FROM' } },
        { json: { text: 'no SQL' } },
        ...Array.from({ length: 5 }, () => ({ json: { sql: many } })),
      ],
    });
    const [frame] = await answers.need('A').all();
    expect([frame?.refId, frame?.rows()]).toEqual(['A', [{ next: 42n }]]);
    expect(answers.get('B')).toMatchObject({ status: 400, source: 'downstream' });
    expect(answers.get('C')).toMatchObject({ status: 400, error: { code: 'MORTISE_ERR_ADBC_PARAMETER' } });
    // More results than connections, none of them read yet.
    expect((await answers.need('H').joined())?.rowCount).toBe(200_000);
  });

  it('streams the result of one query', async () => {
    const host = await configured();
    const answers = await host.querying.query({ plugin: 'shop', queries: [{ json: { sql: many } }] });
    let [frames, rows] = [0, 0];
    for await (const frame of answers.need('A')) {
      frames++;
      rows += frame.rowCount;
    }
    expect(rows).toBe(200_000);
    expect(frames).toBeGreaterThan(1);
    const none = await host.querying.query({
      plugin: 'shop',
      queries: [{ json: { sql: 'SELECT 1 AS one WHERE 0' } }],
    });
    expect((await none.need('A').joined())?.fields.map(({ name }) => name)).toEqual(['one']);
  });

  it('opens a database anew when its settings have changed, and the earlier one is read on', async () => {
    const folder = directory();
    let file = 'a.db';
    const host = await open({
      plugins: [{ name: drivers.sqlite as string }],
      querying: { context: () => ({ uid: 'one', settings: { url: join(folder, file) } }) },
    });
    const ask = async (sql: string) =>
      (await host.querying.query({ plugin: 'sqlite', queries: [{ json: { sql } }] })).need('A');
    await (await ask('CREATE TABLE a (x INTEGER)')).all();
    const earlier = await ask(many);
    file = 'b.db';
    const tables = "SELECT count(*) AS n FROM sqlite_master WHERE name = 'a'";
    expect(await (await ask(tables)).rows()).toEqual([{ n: 0n }]);
    expect((await earlier.joined())?.rowCount).toBe(200_000);
    file = 'a.db';
    expect(await (await ask(tables)).rows()).toEqual([{ n: 1n }]);
  });

  it('says how it is, and opens a database by itself', async () => {
    const host = await configured();
    expect(await host.querying.checkHealth({ plugin: 'shop' })).toMatchObject({
      status: 'ok',
      message: expect.stringMatching(/^SQLite 3/),
    });
    const uri = join(directory(), 'y.db');
    const db = await host.querying.open('by itself', { driver: 'sqlite', options: { uri } });
    expect(db.name).toBe('by itself');
    const byScheme = await host.querying.open('by scheme', { options: { uri: `sqlite://${uri}` } });
    expect(byScheme.name).toBe('by scheme');
    for (const unknown of ['nothing:x', 'x.db'])
      expect(await failure(host.querying.open('by scheme', { options: { uri: unknown } }))).toMatchObject({
        code: 'MORTISE_ERR_QUERY_SOURCE',
        subject: 'by scheme',
      });
    expect(await db.run('CREATE TABLE t (id INTEGER)')).toBeDefined();
    await host.close();
    expect((await failure(db.rows('SELECT 1'))).code).toBe('MORTISE_ERR_ADBC_CLOSED');
  });

  it('whose database can’t be reached says so', async () => {
    const host = await open({
      plugins: [{ name: drivers.sqlite as string, config: { options: { uri: '/no/such/x.db' } } }],
    });
    expect(await host.querying.checkHealth({ plugin: 'sqlite' })).toMatchObject({ status: 'error' });
  });
});
