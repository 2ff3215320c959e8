/** Functions around the client: their order, and what each of the built-in ones does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type CoreInstance, defineDataSource } from '../../../src/capabilities/querying/define.js';
import { frameOf } from '../../../src/capabilities/querying/frame/build.js';
import type { Frame } from '../../../src/capabilities/querying/frame/frame.js';
import type { Middleware } from '../../../src/capabilities/querying/middleware.js';
import { caching } from '../../../src/capabilities/querying/middlewares/caching.js';
import { type CallRecord, log, metrics } from '../../../src/capabilities/querying/middlewares/observing.js';
import { timeout } from '../../../src/capabilities/querying/middlewares/timeout.js';
import { tracing } from '../../../src/capabilities/querying/middlewares/tracing.js';
import type { QueryingOptions } from '../../../src/capabilities/querying/options.js';
import type { QueryAnswer, QueryRequest } from '../../../src/capabilities/querying/source.js';
import { Host } from '../../../src/index.js';

const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

const frame = frameOf({ columns: { n: [1] } });
const answer = (request: QueryRequest, frames: Iterable<Frame> | AsyncIterable<Frame> = [frame]) =>
  new Map(request.queries.map(({ refId }): [string, QueryAnswer] => [refId, { refId, frames }]));
async function* two() {
  yield frame;
  yield frame;
}

async function open(middlewares: Middleware[], query?: CoreInstance['query'], options: QueryingOptions = {}) {
  const source = defineDataSource({ name: 'test', query: query ?? ((request) => answer(request)) });
  const host = await Host.open({ querying: { core: [source], middlewares, ...options } });
  hosts.push(host);
  return host.querying;
}

const range = { from: 0, to: 1000 };
const ask = { plugin: 'test', queries: [{}], range };

it('the first of the list is the outermost', async () => {
  const order: string[] = [];
  const named =
    (name: string): Middleware =>
    async (call, next) => {
      order.push(`${name} ${call.method}`);
      const given = await next(call);
      order.push(`${name} over`);
      return given;
    };
  const querying = await open([named('a'), named('b')]);
  await querying.query(ask);
  expect(order).toEqual(['a query', 'b query', 'b over', 'a over']);
});

it('one may answer by itself, and throw', async () => {
  const stub: Middleware = async (call, next) => {
    if (call.method === 'checkHealth') return { status: 'ok', message: 'stub' } as never;
    if (call.method === 'query') throw new Error('not today');
    return next(call);
  };
  const querying = await open([stub]);
  expect(await querying.checkHealth(ask)).toEqual({ status: 'ok', message: 'stub' });
  expect((await querying.query(ask)).get('A')?.error?.message).toContain('not today');
});

describe('caching', () => {
  function counted(frames?: () => AsyncIterable<Frame>) {
    const state = { calls: 0 };
    const query = (request: QueryRequest) => {
      state.calls++;
      return answer(request, frames?.());
    };
    return { state, query };
  }

  it('gives an answer again until its time is over', async () => {
    const { state, query } = counted();
    const querying = await open([caching({ ms: 50 })], query);
    for (let count = 0; count < 3; count++)
      expect(await (await querying.query(ask)).need('A').rows()).toEqual([{ n: 1 }]);
    expect(state.calls).toBe(1);
    await sleep(60);
    await querying.query(ask);
    expect(state.calls).toBe(2);
  });

  it('tells queries, ranges, headers and data sources apart', async () => {
    const { state, query } = counted();
    const querying = await open([], query, { cacheMs: 10_000, sources: { b: { plugin: 'test' } } });
    const others = [
      { ...ask, queries: [{ json: { a: 1n as never } }] },
      { ...ask, range: { from: 0, to: 2 } },
      { ...ask, headers: { authorization: 'x' } },
      { ...ask, plugin: 'b' },
    ];
    for (const one of [ask, ...others, ask, ...others]) await querying.query(one);
    expect(state.calls).toBe(5);
  });

  it('keeps what comes in parts once it was read', async () => {
    const { state, query } = counted(two);
    const querying = await open([caching({ ms: 10_000 })], query);
    const first = await querying.query(ask);
    await querying.query(ask).then((results) => results.close());
    expect(state.calls).toBe(2);
    expect(await first.need('A').all()).toHaveLength(2);
    expect(await (await querying.query(ask)).need('A').all()).toHaveLength(2);
    expect(state.calls).toBe(2);
  });

  it('keeps no errors, and no more bytes than it may', async () => {
    let calls = 0;
    const failing = await open([caching({ ms: 10_000 })], () => {
      calls++;
      throw new Error('no');
    });
    for (let count = 0; count < 2; count++) await failing.query(ask);
    expect(calls).toBe(2);
    const { state, query } = counted();
    const small = await open([caching({ ms: 10_000, maxBytes: 10 })], query);
    for (let count = 0; count < 2; count++) await small.query(ask);
    expect(state.calls).toBe(2);
  });
});

it('timeout: some calls have less time', async () => {
  const middlewares = [timeout({ ms: 20, methods: ['query'] }), timeout({ ms: 1, plugins: ['other'] })];
  let reason: unknown;
  const querying = await open(middlewares, (_, { signal }) => {
    signal.addEventListener('abort', () => {
      reason = signal.reason;
    });
    return new Promise(() => {});
  });
  const result = (await querying.query(ask)).get('A');
  expect(result).toMatchObject({ status: 504, error: { code: 'MORTISE_ERR_QUERY_TIMEOUT' } });
  expect(reason).toMatchObject({ code: 'MORTISE_ERR_QUERY_TIMEOUT' });
});

describe('metrics and log', () => {
  it('hear of a call when its last frame was read', async () => {
    const records: CallRecord[] = [];
    const querying = await open([metrics((record) => records.push(record))], (request) =>
      answer(request, two()),
    );
    const results = await querying.query(ask);
    expect(records).toEqual([]);
    await results.need('A').all();
    expect(records).toMatchObject([
      { plugin: 'test', carrier: 'core', method: 'query', dataSource: 'test', status: 200, error: undefined },
    ]);
    await querying.checkHealth(ask);
    expect(records[1]).toMatchObject({ method: 'checkHealth', status: 200 });
  });

  it('say what failed, and who', async () => {
    const lines: string[] = [];
    const querying = await open([log((line) => lines.push(line))], () => {
      throw Object.assign(new Error('no route'), { code: 'ECONNREFUSED' });
    });
    await querying.query(ask);
    await querying.callResource({ plugin: 'test', path: 'x' }).catch(() => {});
    expect(lines).toEqual([
      expect.stringMatching(/^test query 500 \d+\.\d ms downstream MORTISE_ERR_QUERY_FAILED: .*no route$/),
      expect.stringMatching(/^test callResource 501 .* plugin MORTISE_ERR_QUERY_UNIMPLEMENTED/),
    ]);
  });
});

it('tracing: a span for each call, with its status', async () => {
  const spans: Record<string, unknown>[] = [];
  const tracer = {
    startActiveSpan: (name: string, { attributes }: { attributes: object }, run: (span: never) => never) => {
      const span: Record<string, unknown> = { name, ...attributes };
      spans.push(span);
      return run({
        setAttribute: (key: string, value: unknown) => {
          span[key] = value;
        },
        setStatus: ({ code }: { code: number }) => {
          span.code = code;
        },
        recordException: (error: Error) => {
          span.exception = error.name;
        },
        end: () => {
          span.isOver = true;
        },
      } as never);
    },
  };
  const querying = await open([tracing(tracer as never)], () => {
    throw new Error('no');
  });
  await querying.query(ask);
  expect(spans).toEqual([
    {
      name: 'mortise query',
      'mortise.plugin': 'test',
      'mortise.carrier': 'core',
      'mortise.data_source': 'test',
      'mortise.status': 500,
      'error.type': 'MORTISE_ERR_QUERY_FAILED',
      exception: 'MortiseError',
      code: 2,
      isOver: true,
    },
  ]);
  // The real interface, which does nothing until an application sets it up.
  const plain = await open([tracing()]);
  expect((await plain.query(ask)).get('A')?.status).toBe(200);
});

it('what may be given as an option is checked', async () => {
  for (const [querying, message] of [
    [{ middlewares: [5] }, 'querying.middlewares must be a list of functions'],
    [{ core: [{}] }, 'querying.core must be a list of what defineDataSource() gives back'],
    [{ sources: { a: {} } }, 'querying.sources must be'],
    [{ timeoutMs: -1 }, 'querying.timeoutMs must be an integer'],
  ] as const)
    await expect(Host.open({ querying } as never)).rejects.toThrow(message);
});
