/** What a plugin is told, and what becomes of answers that Grafana's SDK doesn't give. */
import { resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Kept, keep } from '../../../src/dialects/goplugin/keep.js';
import { settingsOf } from '../../../src/dialects/grafana/settings.js';
import { GrafanaSource } from '../../../src/dialects/grafana/source.js';
import { AdmissionControl } from '../../../src/dialects/grafana/wire/admission_pb.js';
import { context, request, settings } from './calls.js';

const all: Kept[] = [];
afterAll(() => Promise.all(all.map((one) => one.stop(0))));

/** A plugin of the test's own that answers so. */
async function start(what: string): Promise<{ source: GrafanaSource; kept: Kept }> {
  const kept = await keep({
    ...{ path: process.execPath, args: [resolve('test/dialects/grafana/served.mjs'), what] },
    ...{ cookie: { grafana_plugin_type: 'datasource' }, versions: [2] },
  });
  all.push(kept);
  const { settings: read } = settingsOf({}, 'test');
  if (!read) throw new Error('no settings');
  return { kept, source: new GrafanaSource(kept, { id: 'odd', version: '1.2.3', grafana: read.grafana }) };
}

const ask = async (what: string) => (await start(what)).source.query(request({ A: { x: 1 } }), context());

it('tells the plugin all that its SDK would miss', async () => {
  const { source } = await start('echo');
  const asked = context({ headers: { cookie: ['a=b'], 'x-trace': ['1', '2'], connection: ['x-trace'] } });
  const answer = (await source.query(request({ A: { x: 1, datasource: { uid: 'mine' } } }), asked)).get('A');
  if (!answer || !('error' in answer)) throw new Error('no answer');
  const { queries, pluginContext, headers } = JSON.parse(answer.error.problems[0]?.message ?? '');
  expect(queries).toMatchObject([
    {
      ...{ refId: 'A', maxDataPoints: 1000, intervalMS: 1000 },
      timeRange: { fromEpochMS: 1767225600000, toEpochMS: 1767312000000 },
      json: { x: 1, refId: 'A', maxDataPoints: 1000, intervalMs: 1000, datasource: { uid: 'mine' } },
    },
  ]);
  expect(headers).toEqual({ Cookie: 'a=b' });
  expect(pluginContext).toMatchObject({
    ...{ orgId: 1, pluginId: 'odd', pluginVersion: '1.2.3', namespace: 'default' },
    userAgent: expect.stringMatching(/^Grafana\/\d+\.\d+\.\d+ \(\w+; \w+\)$/),
    grafanaConfig: expect.objectContaining({ GF_SQL_ROW_LIMIT: '1000000' }),
  });
});

it('tells it of the data source, the user and the organisation', async () => {
  const { source } = await start('echo');
  const dataSource = {
    ...settings,
    ...{ url: 'http://db', options: { big: 2n ** 60n, small: 5n }, secrets: { password: 'hidden' } },
  };
  const user = { login: 'a', name: 'Anne', email: 'a@example.org', role: 'Admin' };
  const health = await source.checkHealth(
    context({ dataSource, user, orgId: 7, headers: { 'x-trace': ['1', '2'] } }),
  );
  expect(health).toMatchObject({ status: 'ok', message: 'as I was asked' });
  expect(health.details).toMatchObject({
    ...{ orgId: 7, namespace: 'org-7', user, headers: { 'http_X-Trace': '1, 2' } },
    settings: {
      ...{ id: 1, uid: 'csv', name: 'CSV files', url: 'http://db', lastUpdatedMS: 1000 },
      decryptedSecureJsonData: { password: 'hidden' },
    },
    jsonData: { big: '1152921504606846976', small: 5 },
  });
});

it('what a plugin lacks is not a failure', async () => {
  const { source, kept } = await start('nothing');
  expect(await source.checkHealth(context())).toEqual({
    ...{ status: 'unknown', message: 'the plugin has no health check' },
  });
  expect(await source.collectMetrics(context())).toBe('');
  const none = { path: '', data: new Uint8Array() };
  const refused = { code: 'MORTISE_ERR_CALL_UNIMPLEMENTED' };
  await expect(source.subscribeStream(none, context())).rejects.toMatchObject(refused);
  await expect(source.publishStream(none, context())).rejects.toMatchObject(refused);
  await expect(source.runStream(none, context()).next()).rejects.toMatchObject(refused);
  await expect(kept.client(AdmissionControl).validateAdmission({})).rejects.toMatchObject(refused);
});

it.each(['adapter', 'echo'])('asks for parts once, when there are none (%s)', async (what) => {
  const { source } = await start(what);
  for (let count = 0; count < 3; count++) await source.query(request({ A: {}, B: {} }), context());
  const { details } = await source.checkHealth(context());
  expect(details).toMatchObject({ calls: { whole: 3, parts: what === 'adapter' ? 1 : 0 } });
});

it('takes no answer for an answer in another format, or a damaged one', async () => {
  for (const what of ['json', 'parts-json']) {
    const answer = (await ask(what)).get('A');
    const error = { code: 'MORTISE_ERR_GRAFANA_ANSWER', message: expect.stringContaining('JSON') };
    if (answer && 'error' in answer) expect(answer).toMatchObject({ error, status: 502, source: 'plugin' });
    else await expect(nextOf(answer?.frames)).rejects.toMatchObject(error);
  }
  expect((await ask('damaged')).get('A')).toMatchObject({
    ...{ error: { code: 'MORTISE_ERR_QUERY_FRAME' }, status: 502, source: 'plugin' },
  });
});

it('hands on what nobody asked for, and nothing, for the host to tell', async () => {
  expect([...(await ask('other')).keys()]).toEqual(['Z']);
  expect((await ask('nothing')).size).toBe(0);
  expect((await ask('empty')).get('A')).toEqual({ refId: 'A', frames: [], status: 200 });
});

it('says whose failure it is', async () => {
  const failure = (status: number, source: string, message: RegExp) => ({
    ...{ status, source, error: { code: 'MORTISE_ERR_CALL_FAILED' } },
    ...{ refId: 'A', error: { message: expect.stringMatching(message) } },
  });
  expect((await ask('status')).get('A')).toMatchObject(failure(404, 'plugin', /status 404/));
  expect((await ask('odd')).get('A')).toMatchObject(failure(500, 'plugin', /no status of HTTP/));
  expect((await ask('downstream')).get('A')).toMatchObject(failure(503, 'downstream', /away/));
  expect((await ask('details')).get('A')).toMatchObject(failure(502, 'downstream', /away/));
  expect((await ask('garbled')).get('A')).toMatchObject(failure(500, 'plugin', /away/));
});

it('parts may be empty, fail in their middle, or belong to another query', async () => {
  const went = (await ask('parts-status')).get('A');
  await expect(nextOf(went && 'frames' in went ? went.frames : undefined)).rejects.toMatchObject({
    ...{ code: 'MORTISE_ERR_CALL_FAILED', message: expect.stringContaining('went away') },
  });
  const other = (await ask('parts-other')).get('A');
  await expect(nextOf(other && 'frames' in other ? other.frames : undefined)).rejects.toMatchObject({
    code: 'MORTISE_ERR_GRAFANA_ANSWER',
  });
  const { source, kept } = await start('parts-status');
  await source.query(request({ A: {}, B: {} }), context());
  expect(kept.program?.inFlight).toBe(2);
});

it('headers between neighbours stay there, in both directions', async () => {
  const { source } = await start('echo');
  const call = async (path: string) => {
    const parts = [];
    const headers = {
      ...{ Connection: ['keep-alive, X-Private'], 'x-private': ['1'], 'user-agent': ['me'], te: ['x'] },
      ...{ 'set-cookie': ['a'], 'x-many': ['1', '2'], accept: ['*/*'] },
    };
    const asked = { method: 'POST', path, url: `${path}?a=1`, headers, body: Buffer.from('body') };
    for await (const part of source.callResource(asked, context())) parts.push(part);
    return parts;
  };
  const [first, ...rest] = await call('201');
  expect(first).toMatchObject({
    ...{ status: 201, headers: { 'x-kept': ['1', '2'], 'content-type': ['application/json'] } },
  });
  expect(Object.keys(first?.headers ?? {}).sort()).toEqual(['content-type', 'x-kept']);
  const told = JSON.parse(Buffer.from(first?.body ?? '').toString());
  expect(told).toMatchObject({ method: 'POST', url: '201?a=1', body: 'body' });
  expect(Object.keys(told.headers).sort()).toEqual(['Accept', 'X-Many']);
  expect(told.headers['X-Many']).toMatchObject({ values: ['1', '2'] });
  expect(rest).toEqual([{ body: expect.any(Uint8Array) }]);
  expect((await call('204'))[0]?.headers).toEqual({ 'x-kept': ['1', '2'] });
});

it('refuses settings that are none', () => {
  const { problems } = settingsOf(
    { settings: { 'a b': 1 }, grafana: { version: 'twelve', editon: 'x' }, cookie: {} },
    'test',
  );
  expect(problems.map(({ where, code }) => [where, code])).toEqual([
    ['config.settings', 'MORTISE_ERR_CONFIG_TYPE'],
    ['config', 'MORTISE_ERR_CONFIG_KEY'],
    ['config.grafana.version', 'MORTISE_ERR_CONFIG_TYPE'],
    ['config.grafana', 'MORTISE_ERR_CONFIG_KEY'],
  ]);
});

async function nextOf(frames: AsyncIterable<unknown> | Iterable<unknown> | undefined): Promise<void> {
  for await (const _ of frames ?? []) return;
}
