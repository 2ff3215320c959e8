import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type ConfigTable,
  defineService,
  f32,
  f64,
  fail,
  fn,
  type HostOptions,
  type Implementation,
  i32,
  i64,
  implement,
  MortiseError,
  none,
  out,
  type Problem,
  safeInteger,
  status,
  statusWithMessage,
  text,
  u8,
} from '../../../src/index.js';
import { addon } from '../../../src/native/addon.js';
import { bindFunction } from '../../../src/native/functions.js';
import { expectComplete, open } from '../../host/open.js';
import { turn, until } from '../native/build.js';
import { buildC, scratch } from './typescript.build.js';

const Main = defineService('test.main', '1.0', {
  answer: fn({ value: i32 }, i32, { failure: -9 }),
  real: fn({ value: f64 }, f64),
  single: fn({ value: f32 }, f32, { failure: -2 }),
  say: fn({ what: text, given: out(safeInteger), half: out(f64) }, statusWithMessage),
  small: fn({ value: u8 }, u8, { failure: 200 }),
  far: fn({ a: i32, b: f64, c: i32, d: i32, e: f64, f: i32, g: i32, h: i32, sum: out(i64) }, status),
  note: fn({ value: i32 }, none),
});
type Functions = Implementation<typeof Main.functions>;
const good: Functions = {
  answer: ({ value }) => value + 1,
  real: ({ value }) => value * 2,
  single: ({ value }) => value * 2,
  say: ({ what }) => ({ given: what.length, half: 0.5 }),
  small: ({ value }) => value + 1,
  far: ({ a, b, c, d, e, f, g, h }) => ({ sum: a + b + c + d + e + f + g + h }),
  note() {},
};
const passed = '21 5 3 0 2 0.5 2 0 22 ';

const wordAt = (address: bigint) => addon().readWord(address, 8);
const withInt = { result: 'int32', parameters: ['uintptr_t', 'int32'] } as const;

const linux = process.platform === 'linux';
const { path, remove } = scratch();
let library: string;
beforeAll(() => {
  if (linux) library = buildC('typescript.caller.c', [Main], path);
}, 300_000);
afterAll(remove);

const isTable = (line: string) => line.startsWith('table ');
const isSeen = (line: string) => / /.test(line) && !/^table|MORTISE/.test(line);

/** Opens a host whose plugin calls everything in its init. */
async function run(
  functions: Partial<Functions>,
  {
    config = {},
    ...options
  }: Pick<HostOptions, 'strict' | 'serviceTimeoutMs'> & { config?: ConfigTable } = {},
) {
  const lines: string[] = [];
  const host = await open({
    ...options,
    plugins: [{ name: library, config }],
    services: [implement(Main, { ...good, ...functions })],
    severity: 'info',
    log: ({ message }) => lines.push(message),
  });
  const problems: Problem[] = [];
  host.on('problem', (problem) => problems.push(problem));
  await until(() => lines.some(isTable) && lines.some(isSeen));
  await turn();
  expect(host.plugins.get('caller').state).toBe('ready');
  const [, table, caller] = /^table (\S+) host (\S+)$/m.exec(lines.join('\n')) ?? [];
  /** What the plugin saw. */
  const saw = lines.find(isSeen);
  return { host, lines, problems, saw, table: BigInt(table as string), caller: Number(caller) };
}

describe.skipIf(!linux)('a service that is written in TypeScript', () => {
  it('answers', async () => {
    expect((await run({})).saw).toBe(passed);
  });

  const no = () => {
    throw new Error('no');
  };
  it('that throws: C sees the declared failure and zeroed outs, and the host tells', async () => {
    const { host, lines, saw } = await run({
      answer: no,
      real: no,
      single: no,
      say: no,
      small: no,
      far: no,
      note: no,
    });
    expect(saw).toBe('-9 nan -2 -1 0 0 200 -1 0 no');
    const told = lines.filter((line) => line.startsWith('MORTISE_ERR_SERVICE_THREW'));
    expect(told.map((line) => line.split(/ \(at |; expected /)[0])).toEqual(
      Object.keys(good).map((name) => `MORTISE_ERR_SERVICE_THREW: ${name} threw: no`),
    );
    expect(host.plugins.get('caller').checks.filter(({ id }) => id === 'running')).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', '1'],
    ['a number out of range', 2 ** 31],
    ['a fraction', 0.5],
    ['not a number', Number.NaN],
    ['a bigint', 1n],
    ['a promise', Promise.resolve(1)],
    ['an object', { value: 1 }],
  ])('that answers %s instead of an i32', async (_, answer) => {
    const { saw, lines } = await run({ answer: () => answer as never });
    expect(saw).toBe(passed.replace('21', '-9'));
    expect(lines.join()).toContain('MORTISE_ERR_SERVICE_RESULT: answer answered wrongly');
  });

  it.each([
    ['nothing', undefined],
    ['an array', []],
    ['without half', { given: 1 }],
    ['with a bigint', { given: 1n, half: 1 }],
    ['with a string', { given: 1, half: '1' }],
    ['as a promise', Promise.resolve({ given: 1, half: 1 })],
    [
      'that throws when it is read',
      {
        get given() {
          throw new Error('read');
        },
      },
    ],
  ])('that gives outs back %s', async (_, answer) => {
    const { saw, lines } = await run({ say: () => answer as never });
    expect(saw).toMatch(/^21 5 3 -1 0 0 2 0 22 \S/);
    expect(lines.join()).toMatch(/MORTISE_ERR_SERVICE_(RESULT|THREW)/);
  });

  it('that throws what is not an error, or runs out of stack', async () => {
    const deeper = (): number => deeper() + 1;
    const { saw, lines } = await run({
      real: () => {
        throw null;
      },
      answer: deeper,
      small: () => {
        throw { toString: no, toJSON: no };
      },
    });
    expect(saw).toBe('-9 nan 3 0 2 0.5 200 0 22 ');
    expect(lines.join('\n')).toMatch(/answer threw: Maximum call stack/);
  });

  it('that throws what throws when it is looked at', async () => {
    const bad = new Error('x');
    Object.defineProperty(bad, 'stack', { get: no });
    Object.defineProperty(bad, 'message', { get: no });
    const { saw, lines } = await run({
      say: () => {
        throw bad;
      },
      real: () => {
        throw Object.create(null, { toString: { value: no } });
      },
    });
    expect(saw).toBe('21 nan 3 -1 0 0 2 0 22 an error that cannot be shown');
    expect(lines.filter((line) => line.startsWith('MORTISE_ERR_SERVICE_THREW'))).toHaveLength(2);
  });

  it('that says no: C sees the failure and the reason, and nothing is wrong', async () => {
    const { saw, problems } = await run({
      answer: () => fail(),
      real: () => fail('not today'),
      say: ({ what }) => fail(`there is no ${what}`),
      far: () => fail(),
    });
    expect(saw).toBe('-9 nan 3 -1 0 0 2 -1 0 there is no hé');
    expect(problems).toEqual([]);
  });

  it('that answers with a promise that fails does not end the process', async () => {
    const rejected: unknown[] = [];
    process.once('unhandledRejection', (error) => rejected.push(error));
    const { saw } = await run({ note: (() => Promise.reject(new Error('later'))) as never });
    // Node.js looks for rejections that nobody handles at the end of each turn.
    await turn();
    expect([saw, rejected]).toEqual([passed, []]);
    process.removeAllListeners('unhandledRejection');
  });

  it('called wrongly: that is the caller’s, not the implementation’s', async () => {
    const { table, caller, problems } = await run({});
    const say = bindFunction(
      wordAt(table + 32n),
      {
        result: 'int32',
        parameters: ['uintptr_t', 'uintptr_t', 'uint64', 'uintptr_t', 'uintptr_t', 'uintptr_t'],
      },
      'say',
    );
    expect(say(caller, 0, 3, null, null, null)).toBe(-1);
    expect(say(0, 0, 0, null, null, null)).toBe(-1);
    expect(problems.map(({ code, subject }) => [code, subject])).toEqual([
      ['MORTISE_ERR_SERVICE_ARGUMENT', 'caller'],
      ['MORTISE_ERR_SERVICE_ARGUMENT', 'test.main'],
    ]);
    for (const problem of problems) expectComplete(problem);
  });

  it('a listener that throws reaches nobody’s call', async () => {
    const errors: unknown[] = [];
    const catchOne = (error: unknown) => errors.push(error);
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', catchOne);
    const { host, table, caller } = await run({});
    host.removeAllListeners('problem');
    const call = bindFunction(wordAt(table + 8n), withInt, 'call');
    host.on('problem', () => {
      throw new Error('mine');
    });
    expect(call(0, 1)).toBe(-9); // nobody calls: it fails
    await until(() => errors.length > 0);
    expect(errors).toEqual([new Error('mine')]);
    expect(call(caller, 1)).toBe(2);
  });
});

describe.skipIf(!linux)('on another thread', () => {
  const config = { thread: 1 };

  it('strict: refused at once, with plugin and function, and cannot deadlock', async () => {
    let calls = 0;
    const count = () => {
      calls++;
      return 1;
    };
    // The plugin's init joins its thread: without the refusal this would never come back.
    const { saw, problems, host } = await run({ answer: count, real: count }, { config, strict: true });
    expect(saw).toBe("-9 nan -2 -1 0 0 200 -1 0 called on another thread than the host's main thread");
    expect(calls).toBe(0);
    expect(problems.map(({ code, subject, where }) => [code, subject, where])).toEqual(
      Object.keys(good).map((name) => ['MORTISE_ERR_SERVICE_THREAD', 'caller', `test.main.${name}`]),
    );
    for (const problem of problems) expectComplete(problem);
    expect(host.plugins.get('caller').checks.filter(({ id }) => id === 'running')).toHaveLength(7);
  });

  it('not strict: a thread that init waits for gets a failure, and both sides are named', async () => {
    const { saw, problems } = await run({}, { config, serviceTimeoutMs: 100 });
    expect(saw).toMatch(
      /^-9 nan -2 -1 0 0 200 -1 0 nobody answered in time: the main thread was in module_init/,
    );
    // Reported when the main thread is back.
    await vi.waitFor(() => expect(problems).toHaveLength(Object.keys(good).length));
    for (const problem of problems) {
      expect(problem).toMatchObject({ code: 'MORTISE_ERR_SERVICE_UNANSWERED', subject: 'caller' });
      expect(problem.found).toContain('module_init of caller');
      expectComplete(problem);
    }
  });

  it('strict: a plugin that calls in a loop does not fill the log', async () => {
    const { host, table, caller, problems } = await run({}, { strict: true });
    const call = bindFunction(wordAt(table + 8n), withInt, 'call');
    const once = () => new Promise((done) => call.async(caller, 1, done));
    const end = Date.now() + 500;
    let calls = 0;
    for (; Date.now() < end; calls++) await once();
    await host.close();
    expect(problems.length).toBeGreaterThan(1);
    expect(problems.length).toBeLessThan(8);
    // None is lost.
    const told = problems
      .map(({ found }) => Number.parseInt(String(found), 10))
      .reduce((sum, count) => sum + count, 0);
    expect(told).toBe(calls);
  });

  it('not strict: answered by the main thread, when that is free', async () => {
    const { table, caller } = await run({});
    const call = bindFunction(wordAt(table + 8n), withInt, 'call');
    const answer = await new Promise((resolve, reject) =>
      call.async(caller, 41, (error, value) => (error ? reject(error) : resolve(value))),
    );
    expect(answer).toBe(42);
  });
});

describe.skipIf(!linux)('after close', () => {
  it('every call fails, on every thread, and is still there to be called', async () => {
    const { host, lines, table, caller } = await run({});
    const functions = (['int32', 'double'] as const).map((result, index) =>
      bindFunction(
        wordAt(table + BigInt(8 + index * 8)),
        { result, parameters: ['uintptr_t', result] },
        'call',
      ),
    );
    expect(functions.map((call) => call(caller, 1))).toEqual([2, 2]);
    await host.close();
    // Its own fini could still call. Lines come a little later than what they tell.
    await vi.waitFor(() => expect(lines.at(-1)).toBe('fini 2'), { timeout: 60_000 });
    expect(functions.map((call) => call(caller, 1))).toEqual([-9, Number.NaN]);
    const later = await new Promise((resolve) =>
      functions[0]?.async(caller, 1, (_, value) => resolve(value)),
    );
    expect(later).toBe(-9);
    // Another host's callbacks are others, even when its functions are used again.
    await run({});
    expect(functions.map((call) => call(caller, 1))).toEqual([-9, Number.NaN]);
  });

  it('hosts that open and close don’t use up what a process has', async () => {
    for (let round = 0; round < 60; round++) {
      const host = await open({ services: [implement(Main, good)] });
      await host.close();
    }
  });

  it('too many at a time are refused', async () => {
    const error = await (async () => {
      for (let round = 0; round < 60; round++) await open({ services: [implement(Main, good)] });
    })().catch((error: unknown) => error as MortiseError);
    expect(error).toBeInstanceOf(MortiseError);
    expect(error).toMatchObject({ code: 'MORTISE_ERR_SERVICE_OFFER' });
  });
});

describe.skipIf(!linux)('in a worker', () => {
  const source = (end: string, last: string) =>
    `
    import { parentPort } from 'node:worker_threads';
    import { defineService, f32, f64, fn, Host, i32, i64, implement, none, out, safeInteger, status, statusWithMessage, text, u8 } from 'mortise';
    const Main = defineService('test.main', '1.0', {
      answer: fn({ value: i32 }, i32, { failure: -9 }),
      real: fn({ value: f64 }, f64),
      single: fn({ value: f32 }, f32, { failure: -2 }),
      say: fn({ what: text, given: out(safeInteger), half: out(f64) }, statusWithMessage),
      small: fn({ value: u8 }, u8, { failure: 200 }),
      far: fn({ a: i32, b: f64, c: i32, d: i32, e: f64, f: i32, g: i32, h: i32, sum: out(i64) }, status),
      note: fn({ value: i32 }, none),
    });
    const host = await Host.open({
      plugins: [{ name: ${JSON.stringify('LIBRARY')}, required: true, config: { last: ${JSON.stringify('LAST')} } }],
      severity: 'info',
      log: ({ message }) => parentPort.postMessage(message),
      services: [implement(Main, {
        answer: ({ value }) => value + 1, real: ({ value }) => value, single: ({ value }) => value,
        say: () => ({ given: 1, half: 2 }), small: ({ value }) => value, far: ({ a }) => ({ sum: a }), note() {},
      })],
    });
    parentPort.postMessage('open');
    ${'END'}
  `
      .replace('END', end)
      .replace('LIBRARY', library)
      .replace('LAST', last);

  it.each([
    ['closes its host', 'await host.close();', 0, '2'],
    ['ends with an open host', '', 0, '2'],
    // No JavaScript runs any more when its plugins end.
    ['is terminated while its plugins run', 'setInterval(() => {}, 1000);', 1, '-9'],
  ])('that %s', async (_, end, code, last) => {
    // In the clone, where \`mortise\` is found.
    mkdirSync('.cache', { recursive: true });
    const file = resolve(mkdtempSync('.cache/worker-'), 'worker.mjs');
    const lastFile = resolve(dirname(file), 'last');
    writeFileSync(file, source(end, lastFile));
    const worker = new Worker(file);
    const said: string[] = [];
    worker.on('message', (message: string) => {
      said.push(message);
      if (message.startsWith('21 ') && code === 1) void worker.terminate();
    });
    const exit = await new Promise((done, reject) => worker.on('exit', done).on('error', reject));
    const lastAnswer = readFileSync(lastFile, 'utf8');
    rmSync(dirname(file), { recursive: true });
    expect(lastAnswer).toBe(last);
    expect(exit).toBe(code);
    expect(said).toContain('21 2.5 1.5 0 1 2 1 0 1 ');
  });
});

it('a service that is offered twice', async () => {
  const error = await open({ services: [implement(Main, good), implement(Main, good)] }).catch(
    (error: unknown) => error as MortiseError,
  );
  expect(error).toMatchObject({ code: 'MORTISE_ERR_SERVICE_OFFER', subject: 'test.main' });
});
