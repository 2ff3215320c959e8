/** The example answers from several kinds of data sources through one route, and holds under load. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tableFromIPC } from '@uwdata/flechette';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drivers, lacks, needs } from '../dialects/adbc/parts.js';
import { builtPrograms } from '../dialects/goplugin/built.js';
import { describeWith } from '../dialects/goplugin/programs.js';

interface App {
  listen(options: { host: string; port: number }): Promise<string>;
  close(): Promise<void>;
}

/** It has no types. */
type Cannon = (options: object) => Promise<{
  errors: number;
  non2xx: number;
  requests: { total: number };
}>;
const autocannon = createRequire(import.meta.url)('autocannon') as Cannon;

const program = builtPrograms['csv-datasource'];
const example = resolve('examples/query-service');
const folder = mkdtempSync(join(tmpdir(), 'mortise-query-service-'));
let app: App;
let url: string;

beforeAll(async () => {
  const config = join(folder, 'mortise.toml');
  const text = readFileSync(join(example, 'mortise.toml'), 'utf8')
    .replace('"sources.js"', JSON.stringify(join(example, 'sources.js')))
    .replace('name = "sqlite"', `name = ${JSON.stringify(drivers.sqlite ?? 'sqlite')}`)
    .replace('file:shop.db', `file:${join(folder, 'shop.db')}`);
  writeFileSync(join(folder, 'one.csv'), 'one,word\n1,x\n');
  const asProgram = `
[[plugins]]
name = ${JSON.stringify(program)}
[plugins.config.settings]
root = ${JSON.stringify(folder)}
[querying.sources.files]
plugin = "csv-datasource"
`;
  writeFileSync(config, program ? text + asProgram : text);
  const { buildServer } = (await import(pathToFileURL(join(example, 'server.js')).href)) as {
    buildServer: (options: object) => Promise<App>;
  };
  app = await buildServer({ config, cacheMs: 600_000, timeoutMs: 60_000 });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
}, 60_000);
afterAll(async () => {
  await app?.close();
  rmSync(folder, { recursive: true });
});

async function post(body: object, accept = 'application/json'): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept };
  return fetch(`${url}/query`, { method: 'POST', headers, body: JSON.stringify(body) });
}

it('asks what is written in JavaScript', async () => {
  const queries = [{ refId: 'm', fact: 'memory' }, { fact: 'load' }];
  const { results } = (await (await post({ source: 'self', queries })).json()) as { results: never };
  expect(results).toMatchObject({
    m: { status: 200, frames: [{ columns: { name: ['rss', 'heap', 'machine'] } }] },
    B: { status: 200, frames: [{ columns: { minutes: [1, 5, 15] } }] },
  });
  const health = await fetch(`${url}/health/self`);
  expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok' }]);
});

it('says what failed, and who', async () => {
  const wrong = await (await post({ source: 'self', queries: [{ fact: 'mood' }] })).json();
  expect(wrong).toMatchObject({
    results: { A: { status: 400, error: { code: 'MORTISE_ERR_QUERY_FAILED', source: 'plugin' } } },
  });
  const unknown = await (await post({ source: 'nobody', queries: [{}] })).json();
  expect(unknown).toMatchObject({
    results: { A: { status: 404, error: { code: 'MORTISE_ERR_QUERY_SOURCE' } } },
  });
  expect((await post({ queries: [] })).status).toBe(400);
});

describe.skipIf(lacks('sqlite'))(`an ADBC driver${needs('sqlite')}`, () => {
  it('answers through the same route, as JSON and as Arrow', async () => {
    const queries = [{ sql: "SELECT 1 AS one, 'x' AS word, 1152921504606846977 AS big" }];
    const json = await (await post({ source: 'shop', queries })).json();
    expect(json).toMatchObject({
      results: { A: { frames: [{ columns: { one: [1], word: ['x'], big: ['1152921504606846977'] } }] } },
    });
    const bytes = await post({ source: 'shop', queries }, 'application/vnd.apache.arrow.file');
    const table = tableFromIPC(new Uint8Array(await bytes.arrayBuffer()), { useBigInt: true });
    expect(table.toArray()).toEqual([{ one: 1n, word: 'x', big: 1152921504606846977n }]);
  });

  it('is read no further than it is shown', async () => {
    const sql =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000000) SELECT i FROM n';
    const response = (await (await post({ source: 'shop', queries: [{ sql }] })).json()) as {
      results: { A: { frames: { columns: { i: number[] } }[] } };
    };
    const rows = response.results.A.frames.reduce((sum, { columns }) => sum + columns.i.length, 0);
    expect(rows).toBeGreaterThanOrEqual(10_000);
    expect(rows).toBeLessThan(1_000_000);
  });
});

describeWith('csv-datasource', 'a program in Go', () => {
  it('answers through the same route, and says what it lacks', async () => {
    const json = await (await post({ source: 'files', queries: [{ file: 'one.csv' }] })).json();
    expect(json).toMatchObject({
      results: { A: { status: 200, frames: [{ columns: { one: [1], word: ['x'] } }] } },
    });
    const none = await (await post({ source: 'files', queries: [{ file: 'none.csv' }] })).json();
    expect(none).toMatchObject({ results: { A: { error: { source: 'plugin' } } } });
  });
});

it('holds under load, and answers out of its cache', async () => {
  // What the process uses has changed by the end: only the cache says the same again.
  const range = { from: 0, to: 1000 };
  const memory = async () => (await post({ source: 'self', queries: [{ fact: 'memory' }], range })).json();
  const before = await memory();
  const { errors, non2xx, requests } = await autocannon({
    url: `${url}/query`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'self', queries: [{ fact: 'load' }] }),
    connections: 16,
    amount: 1000,
    timeout: 60,
  });
  expect([errors, non2xx]).toEqual([0, 0]);
  expect(requests.total).toBe(1000);
  expect(await memory()).toEqual(before);
}, 120_000);
