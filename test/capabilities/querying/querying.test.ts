/** One client: what sources are told, what comes back, and what ends a call. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type CoreDefinition,
  type CoreInstance,
  defineDataSource,
} from '../../../src/capabilities/querying/define.js';
import { frameOf } from '../../../src/capabilities/querying/frame/build.js';
import type { Frame } from '../../../src/capabilities/querying/frame/frame.js';
import { Instances } from '../../../src/capabilities/querying/instances.js';
import type { QueryingOptions } from '../../../src/capabilities/querying/options.js';
import type {
  CallContext,
  DataSourceSettings,
  QueryAnswer,
  QueryRequest,
} from '../../../src/capabilities/querying/source.js';
import { Host, MortiseError, type Problem } from '../../../src/index.js';
import { good } from '../../host/open.js';

const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

const frame = frameOf({ columns: { n: [1] } });
const answer = (request: QueryRequest, frames: Iterable<Frame> | AsyncIterable<Frame> = [frame]) =>
  new Map(request.queries.map(({ refId }): [string, QueryAnswer] => [refId, { refId, frames }]));

async function open(parts: Partial<CoreInstance> & Partial<CoreDefinition>, options: QueryingOptions = {}) {
  const source = defineDataSource({
    name: 'test',
    query: (request: QueryRequest) => answer(request),
    ...parts,
  });
  const problems: Problem[] = [];
  const host = await Host.open({ querying: { core: [source], ...options }, log: () => {} });
  host.on('problem', (problem) => problems.push(problem));
  hosts.push(host);
  return { host, problems, querying: host.querying };
}

const ask = { plugin: 'test', queries: [{}] };
async function textOf(parts: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all).toString();
}
const deadlineMs = 5000;
async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not come about');
    await sleep(5);
  }
}

describe('a source is told', () => {
  it('all that it may count on', async () => {
    const seen: [QueryRequest, CallContext][] = [];
    const { querying } = await open({
      query(request, context) {
        seen.push([request, context]);
        return answer(request);
      },
    });
    const before = Date.now();
    await querying.query({
      plugin: 'test',
      queries: [{}, { refId: 'x', json: { sql: 'SELECT 1' }, queryType: 't' }],
    });
    const [request, context] = seen[0] as [QueryRequest, CallContext];
    expect(request.queries).toEqual([
      { refId: 'A', json: {}, maxDataPoints: 1000, intervalMs: 1000, range: request.range },
      {
        refId: 'x',
        json: { sql: 'SELECT 1' },
        queryType: 't',
        maxDataPoints: 1000,
        intervalMs: 1000,
        range: request.range,
      },
    ]);
    expect(request.range.to.getTime()).toBeGreaterThanOrEqual(before);
    expect(request.range.to.getTime() - request.range.from.getTime()).toBe(3_600_000);
    expect(context.orgId).toBe(1);
    expect(context.headers).toEqual({});
    expect(context.dataSource).toMatchObject({
      uid: 'test',
      type: 'test',
      url: '',
      options: {},
      secrets: {},
    });
    expect(context.signal.aborted).toBe(false);
    expect(context.deadline).toBeGreaterThan(performance.now());
  });

  it('its settings, by the name of the data source', async () => {
    process.env.MORTISE_TEST_SECRET = 'hush';
    const sources = {
      prod: { plugin: 'test', url: 'http://prod', secrets: { key: { env: 'MORTISE_TEST_SECRET' } } },
    };
    const seen: CallContext[] = [];
    const query = (request: QueryRequest, context: CallContext) => {
      seen.push(context);
      return answer(request);
    };
    const { querying } = await open({ query }, { sources });
    await querying.query({
      ...ask,
      plugin: 'prod',
      headers: { 'X-Id': '1', Connection: 'x-hop', 'X-Hop': '2' },
    });
    await querying.query({ ...ask, plugin: 'prod' });
    expect(seen[0]?.dataSource).toMatchObject({
      uid: 'prod',
      type: 'test',
      url: 'http://prod',
      secrets: { key: 'hush' },
    });
    expect(seen[1]?.dataSource).toBe(seen[0]?.dataSource);
    expect(seen[0]?.headers).toEqual({ 'x-id': ['1'] });
    const { inspect } = await import('node:util');
    expect(inspect(seen[0]?.dataSource)).not.toContain('hush');
    expect(querying.sources).toEqual(['prod', 'test']);
  });

  it('who asks', async () => {
    const seen: CallContext[] = [];
    const user = { login: 'ada', name: 'Ada', email: 'ada@example.org', role: 'Admin' };
    const { querying } = await open(
      {
        query(request, context) {
          seen.push(context);
          return answer(request);
        },
      },
      {
        context: async ({ source, method }) => ({ user, orgId: 7, settings: { url: `${source} ${method}` } }),
      },
    );
    await querying.query(ask);
    expect(seen[0]).toMatchObject({ user, orgId: 7, dataSource: { url: 'test query' } });
  });

  it('a secret that is not there fails its calls', async () => {
    const sources = { a: { plugin: 'test', secrets: { key: { env: 'MORTISE_NO_SUCH' } } } };
    const { querying } = await open({}, { sources });
    const results = await querying.query({ ...ask, plugin: 'a' });
    expect(results.get('A')?.error).toMatchObject({
      code: 'MORTISE_ERR_QUERY_SETTINGS',
      where: 'secrets.key',
    });
  });
});

describe('a request that is not valid is refused', () => {
  it.each([
    [{ queries: [] }, 'queries must be a list of 1 to 1000'],
    [{ queries: [{ refId: 'A' }, { refId: 'A' }] }, 'queries[1].refId must be one that no other query has'],
    [{ queries: [{ refId: '' }] }, 'queries[0].refId'],
    [{ queries: [{ json: [] }] }, 'queries[0].json must be an object'],
    [{ queries: [null] }, 'queries[0] must be an object'],
    [{ queries: [{ maxDataPoints: 0 }] }, 'queries[0].maxDataPoints'],
    [{ queries: [{ intervalMs: -1 }] }, 'queries[0].intervalMs'],
    [{ queries: [{ queryType: 1 }] }, 'queries[0].queryType'],
    [{ queries: [{}], range: { from: 'now' } }, 'range.from must be a date'],
    [{ queries: [{}], range: { from: 2, to: 1 } }, 'range must be a range that starts before it ends'],
  ])('%j', async (given, message) => {
    const { querying } = await open({});
    await expect(querying.query({ plugin: 'test', ...given } as never)).rejects.toMatchObject({
      code: 'MORTISE_ERR_QUERY_REQUEST',
      message: expect.stringContaining(message),
    });
  });
});

describe('what fails is data', () => {
  const failing = (error: unknown) => open({ query: () => Promise.reject(error) });

  it.each([
    ['an error', new Error('no luck'), { code: 'MORTISE_ERR_QUERY_FAILED', status: 500, source: 'plugin' }],
    ['a text', 'no luck', { status: 500 }],
    ['one with a status', Object.assign(new Error('no luck'), { status: 418 }), { status: 418 }],
    ['a connection', Object.assign(new Error('no luck'), { code: 'ECONNREFUSED' }), { source: 'downstream' }],
    ['fetch', new TypeError('no luck', { cause: { code: 'ENOTFOUND' } }), { source: 'downstream' }],
    [
      'one that says so',
      Object.assign(new Error('no luck'), { source: 'downstream' }),
      { source: 'downstream' },
    ],
  ])('%s', async (_, error, expected) => {
    const { querying } = await failing(error);
    const results = await querying.query({ plugin: 'test', queries: [{}, {}] });
    expect([...results.keys()]).toEqual(['A', 'B']);
    const { error: found, status, source } = results.get('B') ?? {};
    expect({ code: found?.code, status, source }).toMatchObject(expected);
    expect(found).toBeInstanceOf(MortiseError);
    expect(found?.message).toContain('no luck');
    expect(() => results.need('A')).toThrow('no luck');
  });

  it('of one query alone', async () => {
    const error = new MortiseError({ code: 'MORTISE_ERR_QUERY_FAILED', message: 'no table' });
    const { querying } = await open({
      query: () =>
        new Map<string, QueryAnswer>([
          ['A', { refId: 'A', frames: [frame] }],
          ['B', { refId: 'B', error, status: 400, source: 'downstream' }],
        ]),
    });
    const results = await querying.query({ plugin: 'test', queries: [{}, {}] });
    expect(results.get('A')).toMatchObject({ status: 200 });
    expect(await results.need('A').rows()).toEqual([{ n: 1 }]);
    expect(results.get('B')).toMatchObject({
      status: 400,
      source: 'downstream',
      error: { message: expect.stringContaining('no table') },
    });
  });

  it('a name that nobody has', async () => {
    const { querying } = await open({}, { sources: { lost: { plugin: 'gone' } } });
    const codes = [];
    for (const plugin of ['nobody', 'lost', '__proto__'])
      codes.push((await querying.query({ ...ask, plugin })).get('A'));
    for (const result of codes)
      expect(result).toMatchObject({ status: 404, error: { code: 'MORTISE_ERR_QUERY_SOURCE' } });
  });
});

it('a plugin that is not ready, and one that is no data source, are said to be', async () => {
  const plugins = ['no_such_plugin', good()];
  const host = await Host.open({ plugins, log: () => {}, querying: {} });
  hosts.push(host);
  const [, ready] = host.plugins;
  expect(ready?.state).toBe('ready');
  const error = async (plugin: string) => (await host.querying.query({ ...ask, plugin })).get('A');
  expect(await error('no_such_plugin')).toMatchObject({
    status: 503,
    error: { code: 'MORTISE_ERR_QUERY_UNAVAILABLE', found: 'rejected' },
  });
  expect(await error(ready?.id ?? '')).toMatchObject({
    status: 501,
    error: { code: 'MORTISE_ERR_QUERY_UNIMPLEMENTED' },
  });
  await host.decommission(ready?.name ?? '');
  expect(await error(ready?.name ?? '')).toMatchObject({
    status: 410,
    error: { code: 'MORTISE_ERR_PLUGIN_DECOMMISSIONED' },
  });
});

describe('an answer that was not asked', () => {
  it.each([
    ['nothing', undefined],
    ['JSON', { A: { frames: [] } }],
    ['another', new Map([['A', { json: [] }]])],
    ['half', new Map()],
  ])('%s', async (_, given) => {
    const { querying } = await open({ query: () => given as never });
    const result = (await querying.query(ask)).get('A');
    expect(result).toMatchObject({
      status: 502,
      source: 'plugin',
      error: { code: 'MORTISE_ERR_QUERY_ANSWER' },
    });
  });

  it('is dropped, and told, when it came beside the right one', async () => {
    const { querying, problems } = await open({
      query: (request) => new Map([...answer(request), ['Z', { refId: 'Z', frames: [] }]]),
    });
    const results = await querying.query(ask);
    expect([...results.keys()]).toEqual(['A']);
    await until(() => problems.length > 0);
    expect(problems).toMatchObject([
      { code: 'MORTISE_ERR_QUERY_ANSWER', subject: 'test', found: expect.stringContaining('Z') },
    ]);
  });

  it('is no frame', async () => {
    const { querying } = await open({ query: (request) => answer(request, [{ rows: [] } as never]) });
    const results = await querying.query(ask);
    await expect(results.need('A').all()).rejects.toMatchObject({ code: 'MORTISE_ERR_QUERY_ANSWER' });
  });
});

describe('frames in parts', () => {
  function endless() {
    const state = { given: 0, isEnded: false };
    async function* frames() {
      try {
        for (;;) {
          state.given++;
          yield frame;
        }
      } finally {
        state.isEnded = true;
      }
    }
    return { state, query: (request: QueryRequest) => answer(request, frames()) };
  }

  it('come as they are read, and end when the reader stops', async () => {
    const { state, query } = endless();
    const { querying } = await open({ query });
    const results = await querying.query(ask);
    expect(state.given).toBe(0);
    let read = 0;
    for await (const _ of results.need('A')) if (++read === 3) break;
    expect(state.given).toBe(3);
    await until(() => state.isEnded);
  });

  it('end with the host', async () => {
    const { state, query } = endless();
    const { host, querying } = await open({ query });
    const results = await querying.query(ask);
    const reading = (async () => {
      for await (const _ of results.need('A')) if (state.given === 5) void host.close();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'MORTISE_ERR_HOST_CLOSED' });
    await until(() => state.isEnded);
    await expect(querying.query(ask)).rejects.toMatchObject({ code: 'MORTISE_ERR_HOST_CLOSED' });
  });

  it('end with the host while the reader does something else, who hears it next', async () => {
    const { state, query } = endless();
    const { host, querying } = await open({ query });
    const reader = (await querying.query(ask)).need('A')[Symbol.asyncIterator]();
    await reader.next();
    await host.close();
    await until(() => state.isEnded);
    await expect(reader.next()).rejects.toMatchObject({ code: 'MORTISE_ERR_HOST_CLOSED' });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('end when the signal aborts, with its reason as the cause', async () => {
    const { state, query } = endless();
    const { querying } = await open({ query });
    const stop = new AbortController();
    const results = await querying.query({ ...ask, signal: stop.signal });
    const reason = new Error('enough');
    const reading = (async () => {
      for await (const _ of results.need('A')) if (state.given === 2) stop.abort(reason);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'MORTISE_ERR_QUERY_CANCELED',
      isCanceled: true,
      cause: reason,
    });
    await until(() => state.isEnded);
  });

  it('fail in their middle', async () => {
    async function* frames() {
      yield frame;
      throw new Error('lost');
    }
    const { querying } = await open({ query: (request) => answer(request, frames()) });
    const reader = (await querying.query(ask)).need('A')[Symbol.asyncIterator]();
    expect(await reader.next()).toMatchObject({ done: false });
    await expect(reader.next()).rejects.toMatchObject({ code: 'MORTISE_ERR_QUERY_FAILED' });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('are joined', async () => {
    const { querying } = await open({
      async query(request) {
        return answer(
          request,
          (async function* () {
            yield frame;
            yield frame;
          })(),
        );
      },
    });
    expect((await (await querying.query(ask)).need('A').joined())?.rows()).toEqual([{ n: 1 }, { n: 1 }]);
  });
});

describe('a call ends', () => {
  const never = () => new Promise<never>(() => {});

  it('at its deadline, in the source too', async () => {
    let aborted: unknown;
    const { querying } = await open(
      {
        query(_, { signal }) {
          signal.addEventListener('abort', () => {
            aborted = signal.reason;
          });
          return never();
        },
      },
      { timeoutMs: 20 },
    );
    const result = (await querying.query(ask)).get('A');
    expect(result).toMatchObject({
      status: 504,
      error: { code: 'MORTISE_ERR_QUERY_TIMEOUT', isTimeout: true },
    });
    expect(aborted).toMatchObject({ code: 'MORTISE_ERR_QUERY_TIMEOUT' });
  });

  it('at once, when its signal has aborted', async () => {
    let calls = 0;
    const { querying } = await open({
      query(request) {
        calls++;
        return answer(request);
      },
    });
    const result = (await querying.query({ ...ask, signal: AbortSignal.abort('why') })).get('A');
    expect(result).toMatchObject({
      status: 499,
      error: { code: 'MORTISE_ERR_QUERY_CANCELED', cause: 'why' },
    });
    expect(calls).toBe(0);
  });

  it('with the host', async () => {
    const { host, querying } = await open({ query: never });
    const asked = querying.query(ask);
    await host.close();
    expect((await asked).get('A')).toMatchObject({ status: 503, error: { code: 'MORTISE_ERR_HOST_CLOSED' } });
  });

  it('each part of it has its time', async () => {
    async function* frames() {
      yield frame;
      await never();
    }
    const { querying } = await open({ query: (request) => answer(request, frames()) }, { timeoutMs: 40 });
    const reader = (await querying.query(ask)).need('A')[Symbol.asyncIterator]();
    await sleep(80);
    expect(await reader.next()).toMatchObject({ done: false });
    await sleep(80);
    await expect(reader.next()).rejects.toMatchObject({ code: 'MORTISE_ERR_QUERY_TIMEOUT' });
  });
});

describe('calls of one plugin at once', () => {
  it('are limited; the others wait, and too many fail', async () => {
    let [running, most] = [0, 0];
    const { querying } = await open(
      {
        async query(request) {
          most = Math.max(most, ++running);
          await sleep(20);
          running--;
          return answer(request);
        },
      },
      { concurrency: 2, maxWaiting: 3 },
    );
    const all = await Promise.all(Array.from({ length: 7 }, () => querying.query(ask)));
    const codes = all.map((results) => results.get('A')?.error?.code ?? 'ok');
    expect(codes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'MORTISE_ERR_QUERY_BUSY', 'MORTISE_ERR_QUERY_BUSY']);
    expect(all[6]?.get('A')?.status).toBe(429);
    expect(most).toBe(2);
  });

  it('one that gives up while it waits leaves its place', async () => {
    let release = () => {};
    const { querying } = await open(
      {
        query: (request) =>
          new Promise((resolve) => {
            release = () => resolve(answer(request));
          }),
      },
      { concurrency: 1 },
    );
    const first = querying.query(ask);
    const second = await querying.query({ ...ask, timeoutMs: 20 });
    expect(second.get('A')?.status).toBe(504);
    const third = querying.query(ask);
    release();
    expect((await first).get('A')?.status).toBe(200);
    await sleep(5);
    release();
    expect((await third).get('A')?.status).toBe(200);
  });

  it('a result that is still read counts', async () => {
    async function* frames() {
      yield frame;
      yield frame;
    }
    const { querying } = await open({ query: (request) => answer(request, frames()) }, { concurrency: 1 });
    const first = await querying.query(ask);
    expect((await querying.query({ ...ask, timeoutMs: 20 })).get('A')?.status).toBe(504);
    await first.close();
    expect((await querying.query(ask)).get('A')?.status).toBe(200);
  });
});

describe('instances', () => {
  it('are kept for each data source, and rebuilt when its settings change', async () => {
    const log: string[] = [];
    let url = 'one';
    const { host, querying } = await open(
      {
        open: async (settings: DataSourceSettings) => {
          log.push(`open ${settings.uid} ${settings.url}`);
          return {
            query: (request) => answer(request),
            close: () => void log.push(`close ${settings.uid} ${settings.url}`),
          };
        },
      },
      { context: () => ({ settings: { url } }), sources: { other: { plugin: 'test' } } },
    );
    await querying.query(ask);
    await querying.query(ask);
    await querying.query({ ...ask, plugin: 'other' });
    url = 'two';
    await querying.query(ask);
    await until(() => log.length === 4);
    expect(log).toEqual(['open test one', 'open other one', 'open test two', 'close test one']);
    await host.close();
    expect(log.slice(4).sort()).toEqual(['close other one', 'close test two']);
  });

  it('one that never closes is waited for no longer than the limit', async () => {
    const instances = new Instances(
      () => ({}),
      () => new Promise<void>(() => {}),
    );
    await instances.use({ uid: 'a' } as DataSourceSettings);
    const lent = await instances.use({ uid: 'b' } as DataSourceSettings);
    lent.release();
    await instances.close(50);
  });

  it('one that cannot be made fails its calls, and is tried again', async () => {
    let tries = 0;
    const { querying } = await open({
      open: async () => {
        if (++tries === 1) throw new Error('not yet');
        return { query: (request) => answer(request) };
      },
    });
    expect((await querying.query(ask)).get('A')?.error?.message).toContain('not yet');
    expect((await querying.query(ask)).get('A')?.status).toBe(200);
  });
});

describe('the other methods', () => {
  it('health and metrics have answers of their own where a source has none', async () => {
    const { querying } = await open({});
    expect(await querying.checkHealth({ plugin: 'test' })).toMatchObject({ status: 'unknown' });
    expect(await querying.collectMetrics({ plugin: 'test' })).toBe('');
    for (const call of [
      querying.callResource({ plugin: 'test', path: 'x' }),
      querying.subscribeStream({ plugin: 'test', path: 'x' }),
      querying.publishStream({ plugin: 'test', path: 'x' }),
      querying.runStream({ plugin: 'test', path: 'x' }).next(),
      querying.open('test'),
    ])
      await expect(call).rejects.toMatchObject({ code: 'MORTISE_ERR_QUERY_UNIMPLEMENTED', status: 501 });
  });

  it('resources are streamed, without the headers of one hop', async () => {
    const seen: unknown[] = [];
    const { querying } = await open({
      checkHealth: () => ({ status: 'ok', message: 'fine' }),
      async *callResource(request) {
        seen.push(request);
        yield {
          status: 201,
          headers: { 'Set-Cookie': ['a'], Connection: ['close, X-Hop'], 'x-hop': ['1'], ETag: ['e'] },
        };
        yield { body: Buffer.from('he') };
        yield { body: Buffer.from('llo') };
      },
    });
    expect(await querying.checkHealth({ plugin: 'test' })).toEqual({ status: 'ok', message: 'fine' });
    const { status, headers, body } = await querying.callResource({
      plugin: 'test',
      path: 'tables/5?full=1',
      method: 'POST',
      body: 'x',
      headers: { Cookie: 'c', 'User-Agent': 'u', TE: 'trailers' },
    });
    expect([status, headers]).toEqual([201, { etag: ['e'], 'content-type': ['application/json'] }]);
    expect(await textOf(body)).toBe('hello');
    expect(seen).toMatchObject([
      { method: 'POST', path: 'tables/5', url: 'tables/5?full=1', headers: { cookie: ['c'] } },
    ]);
    expect(Object.keys((seen[0] as { headers: object }).headers)).toEqual(['cookie']);
  });

  it('streams send no more than is read', async () => {
    const state = { sent: 0, isEnded: false };
    const { querying } = await open({
      subscribeStream: () => ({ status: 'not-found' }),
      publishStream: ({ data }) => ({ status: 'ok', data }),
      async *runStream() {
        try {
          for (;;) yield { data: Buffer.from(String(++state.sent)) };
        } finally {
          state.isEnded = true;
        }
      },
    });
    expect(await querying.subscribeStream({ plugin: 'test', path: 'x' })).toEqual({ status: 'not-found' });
    const { data } = await querying.publishStream({ plugin: 'test', path: 'x', data: { a: 1 } });
    expect(Buffer.from(data as Uint8Array).toString()).toBe('{"a":1}');
    for await (const _ of querying.runStream({ plugin: 'test', path: 'x' })) if (state.sent === 4) break;
    expect(state.sent).toBe(4);
    await until(() => state.isEnded);
  });
});
