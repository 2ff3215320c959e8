/** Readers in TypeScript: on their intervals, on demand, failing, slow. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import {
  openTelemetryWriter,
  type Problem,
  prometheusWriter,
  type Reader,
  type Report,
} from '../../../src/index.js';
import { open, thrown } from '../../host/open.js';
import { collected, until } from './wait.js';

const options = { collecting: { hostname: 'here', interval: 0.05 } };

it('runs on its interval, and what it gives arrives with its name, type and time', async () => {
  const { collecting } = await open(options);
  const values = collecting.values();
  const before = Date.now();
  let count = 0;
  collecting.addReader({
    name: 'room',
    interval: 0.02,
    read: () => ({ type: 'gauge', typeInstance: 'warmth', pluginInstance: 'a', values: 20 + count++ }),
  });
  const [first, second, third] = await collected(values, 3);
  expect([first, second, third].map((sample) => sample?.values)).toEqual([[20], [21], [22]]);
  expect(first).toMatchObject({ interval: 0.02, rates: [20], metadata: undefined });
  expect(first?.series).toEqual({
    number: expect.any(Number),
    id: 'here/room-a/gauge-warmth',
    host: 'here',
    plugin: 'room',
    pluginInstance: 'a',
    type: 'gauge',
    typeInstance: 'warmth',
    sources: [{ name: 'value', kind: 'gauge', min: undefined, max: undefined }],
  });
  expect(second?.series).toBe(first?.series);
  const at = first?.time.getTime() as number;
  expect(at).toBeGreaterThanOrEqual(before - 1);
  expect(at).toBeLessThanOrEqual(Date.now() + 1);
});

it('gives several reports, promises, generators and nothing', async () => {
  const { collecting } = await open({ collecting: { ...options.collecting, start: false } });
  const values = collecting.values();
  const report = (plugin: string): Report => ({ plugin, type: 'count', values: 1 });
  collecting.addReader({ name: 'list', read: () => [report('a'), report('b')] });
  collecting.addReader({ name: 'later', read: async () => report('c') });
  collecting.addReader({
    name: 'generator',
    *read() {
      yield report('d');
    },
  });
  collecting.addReader({
    name: 'own',
    read: () => {
      collecting.dispatch(report('e'));
    },
  });
  expect(await collecting.read()).toEqual([]);
  const plugins = (await collected(values, 5)).map(({ series }) => series.plugin);
  expect(plugins.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('has rates of what counts, and metadata as it was attached', async () => {
  const { collecting } = await open(options);
  const values = collecting.values();
  const time = Date.now() - 10_000;
  const metadata = { unit: 'B', exact: true, factor: 2.5 };
  for (const [index, number] of [2n ** 60n, 2n ** 60n + 256n].entries()) {
    const report = { plugin: 'p', type: 'counter', values: number, time: time + index * 1000, metadata };
    expect(collecting.dispatch(report)).toBe(true);
  }
  const [first, second] = await collected(values, 2);
  expect(first?.rates).toEqual([Number.NaN]);
  expect(second?.rates[0]).toBeCloseTo(256, 3);
  expect(second).toMatchObject({ values: [2 ** 60 + 256], metadata, time: new Date(time + 1000) });
});

it('is told when it throws, backs off, and comes back', async () => {
  const host = await open({ collecting: { interval: 0.02 } });
  const problems: Problem[] = [];
  host.on('problem', (problem) => problems.push(problem));
  let fails = true;
  host.collecting.addReader({
    name: 'shaky',
    read: () => {
      if (fails) throw new Error('no sensor');
    },
  });
  const state = () => host.collecting.readers.find(({ name }) => name === 'shaky');
  await until(() => (state()?.effectiveInterval ?? 0) >= 0.08);
  expect(state()).toMatchObject({ plugin: 'mortise', interval: 0.02 });
  expect(state()?.failures).toBeGreaterThanOrEqual(2);
  expect(problems[0]).toMatchObject({
    code: 'MORTISE_ERR_COLLECT_READER',
    message: 'the reader shaky threw: no sensor',
    subject: 'shaky',
  });
  const told = problems.filter(({ code }) => code.startsWith('MORTISE_WARN_COLLECT_READ'));
  expect(told).toEqual([]); // the error says it
  fails = false;
  await until(() => state()?.effectiveInterval === 0.02);
});

it('counts a report that is not valid as a failure, and says what is wrong', async () => {
  const host = await open({ collecting: { start: false } });
  const problems: Problem[] = [];
  host.on('problem', (problem) => problems.push(problem));
  host.collecting.addReader({ name: 'wrong', read: () => ({ type: 'nonsense', values: 1 }) });
  expect(await host.collecting.read('wrong')).toEqual(['wrong']);
  expect(problems[0]).toMatchObject({ code: 'MORTISE_ERR_COLLECT_READER', where: 'type', found: 'nonsense' });
  expect(problems[0]?.message).toMatch(/^the reader wrong threw: type must be [^\n]*$/);
  expect(host.collecting.readers[0]).toMatchObject({ runs: 1, failures: 1 });
});

it('is not asked again while it runs', async () => {
  const { collecting } = await open({ collecting: { interval: 0.02 } });
  let running = 0;
  let most = 0;
  collecting.addReader({
    name: 'slow',
    async read() {
      most = Math.max(most, ++running);
      await sleep(150);
      running--;
    },
  });
  await until(() => (collecting.readers[0]?.runs ?? 0) >= 2);
  expect(most).toBe(1);
  expect(collecting.readers[0]?.skipped).toBeGreaterThan(1);
  expect(collecting.readers[0]?.lastDurationMs).toBeGreaterThan(140);
});

it('is refused by a name that is taken, and can be removed', async () => {
  const { collecting } = await open(options);
  const reader = { name: 'one', read: () => {} };
  collecting.addReader(reader);
  expect(() => collecting.addReader(reader)).toThrow('MORTISE_ERR_COLLECT_NAME_TAKEN');
  expect(await collecting.removeReader('one')).toBe(true);
  expect(await collecting.removeReader('one')).toBe(false);
  collecting.addReader(reader);
  await expect(collecting.read('two')).rejects.toThrow(
    'MORTISE_ERR_COLLECT_CALLBACK: there is no reader two',
  );
});

it.each([
  ['name is missing', { read: () => {} }],
  ['read is missing', { name: 'x' }],
  ['name must be a string of 1 to 127 bytes', { name: '', read: () => {} }],
  ['read must be a function', { name: 'x', read: 1 }],
  ['interval must be seconds: a number from 0.001 to 86400', { name: 'x', read: () => {}, interval: 0 }],
  ['a reader must be an object', undefined],
  ['unknown key "intervall"', { name: 'x', read: () => {}, intervall: 1 }],
])('refuses what isn’t one: %s', async (message, reader) => {
  const { collecting } = await open({});
  expect(() => collecting.addReader(reader as never)).toThrow(`MORTISE_ERR_COLLECT_CALLBACK: ${message}`);
});

it.each([
  ['plugin must be a string of at most 127 bytes', { type: 'gauge', values: 1 }],
  ['values must be a number, a bigint, or a list of them', { plugin: 'p', type: 'gauge' }],
  ['gauge has 1 value, and 2 came', { plugin: 'p', type: 'gauge', values: [1, 2] }],
  ['values must fit gauge: value is a gauge', { plugin: 'p', type: 'gauge', values: ['1'] }],
  ['values must fit counter: value is a counter', { plugin: 'p', type: 'counter', values: -1 }],
  ['values must fit derive: value is a derive', { plugin: 'p', type: 'derive', values: Number.NaN }],
  ['values must fit derive: value is a derive', { plugin: 'p', type: 'derive', values: 2n ** 64n }],
  ['type must be a type that a types.db', { plugin: 'p', type: 'none', values: 1 }],
  ['plugin must be a string of at most 127 bytes', { plugin: 'p'.repeat(200), type: 'gauge', values: 1 }],
  ['time must be a date', { plugin: 'p', type: 'gauge', values: 1, time: new Date(Number.NaN) }],
  ['interval must be seconds above 0', { plugin: 'p', type: 'gauge', values: 1, interval: -1 }],
  ['unknown key "typ" in a report', { plugin: 'p', type: 'gauge', values: 1, typ: 1 }],
  ['plugin must be a string without control', { plugin: 'a\nb', type: 'gauge', values: 1 }],
  ['host must be a string without control', { plugin: 'p', host: '\x1b[2J', type: 'gauge', values: 1 }],
  ['metadata must be names', { plugin: 'p', type: 'gauge', values: 1, metadata: { 'a\n': 1 } }],
  [
    'metadata.a must be at most',
    { plugin: 'p', type: 'gauge', values: 1, metadata: { a: 'é'.repeat(2049) } },
  ],
  ['metadata must be at most 256', { plugin: 'p', type: 'gauge', values: 1, metadata: { a: {} } }],
  ['a report must be an object', null],
  ['a report must be an object', [{ plugin: 'p', type: 'gauge', values: 1 }]],
])('dispatch refuses what isn’t valid: %s', async (message, report) => {
  const { collecting } = await open({});
  expect(() => collecting.dispatch(report as never)).toThrow(`MORTISE_ERR_COLLECT_REPORT: ${message}`);
});

it('takes a reader with state of its own', async () => {
  const { collecting } = await open({});
  collecting.addReader({ name: 'x', read: () => {}, sensor: 4 } as Reader);
  expect(collecting.readers.map(({ name }) => name)).toEqual(['x']);
});

it('says the interval of one that fails without the noise of its binary fraction', async () => {
  const { collecting } = await open({ collecting: { interval: 0.1 } });
  const fails = () => {
    throw new Error('no bus');
  };
  collecting.addReader({ name: 'x', read: fails });
  await until(() => (collecting.readers[0]?.effectiveInterval ?? 0) > 0.3);
  expect([0.4, 0.8, 1.6]).toContain(collecting.readers[0]?.effectiveInterval);
});

it.each([
  ['prometheusWriter', () => prometheusWriter({ prefx: 'a' } as object)],
  ['openTelemetryWriter', () => openTelemetryWriter({ prefx: 'a' } as object)],
])('refuses misspelt options of %s', (subject, make) => {
  expect(thrown(make)).toMatchObject({
    code: 'MORTISE_ERR_CONFIG_KEY',
    subject,
    remedy: 'Did you mean "prefix"?',
  });
});

it('says a types.db that is not there in words', async () => {
  const refused = open({ collecting: { typesDb: ['/nowhere/types.db'] } });
  await expect(refused).rejects.toMatchObject({
    code: 'MORTISE_ERR_CONFIG_MISSING',
    message: expect.stringContaining("/nowhere/types.db can't be read: there is no such file"),
  });
});

it('logs place, expectation and remedy of what was refused', async () => {
  const lines: string[] = [];
  const { collecting } = await open({
    log: ({ message }) => lines.push(message),
    collecting: { start: false },
  });
  collecting.addReader({ name: 'wrong', read: () => ({ type: 'gauge', values: 1, interval: -1 }) });
  await collecting.read('wrong');
  expect(lines).toEqual([
    'MORTISE_ERR_COLLECT_READER: the reader wrong threw: interval must be seconds above 0. ' +
      'See docs/collecting.md for what a report holds.',
  ]);
});

it('answers false for a time that is not after the last one', async () => {
  const { collecting } = await open({});
  const report = { plugin: 'p', type: 'gauge', values: 1, time: Date.now() };
  expect([collecting.dispatch(report), collecting.dispatch(report)]).toEqual([true, false]);
  expect(collecting.counts).toMatchObject({ dispatched: 1, outOfOrder: 1, series: 1 });
});

it('is read on demand though it is due and nobody has served it', async () => {
  const { collecting } = await open({ collecting: { interval: 0.02 } });
  collecting.addReader({ name: 'due', read: () => {} });
  await until(() => (collecting.readers[0]?.runs ?? 0) >= 2);
  const end = performance.now() + 100;
  while (performance.now() < end);
  expect(await Promise.race([collecting.read('due'), sleep(5000, 'nothing within 5 s')])).toEqual([]);
});

it('is removed when its run has ended, and gives nothing afterwards', async () => {
  const { collecting } = await open({ collecting: { interval: 0.02 } });
  const values = collecting.values();
  let isRunning = false;
  collecting.addReader({
    name: 'slow',
    async read() {
      isRunning = true;
      await sleep(200);
      isRunning = false;
      return { type: 'gauge', values: 1 };
    },
  });
  await until(() => isRunning);
  expect(await collecting.removeReader('slow')).toBe(true);
  expect([isRunning, values.waiting]).toEqual([false, 0]);
});

it('can remove itself while it runs', async () => {
  const { collecting } = await open({ collecting: { interval: 0.02 } });
  let removed: boolean | undefined;
  collecting.addReader({
    name: 'once',
    async read() {
      removed = await collecting.removeReader('once');
    },
  });
  await until(() => removed !== undefined);
  expect([removed, collecting.readers]).toEqual([true, []]);
});

it('keeps metadata that is called __proto__', async () => {
  const { collecting } = await open({ collecting: {} });
  const values = collecting.values();
  const metadata = JSON.parse('{"__proto__":"x","a":"y"}');
  collecting.dispatch({ plugin: 'p', type: 'gauge', values: 1, metadata });
  const { value } = await values.next();
  expect(Object.entries(value?.metadata ?? {})).toEqual([
    ['__proto__', 'x'],
    ['a', 'y'],
  ]);
});
