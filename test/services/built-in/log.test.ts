/** mortise.log: what plugins write reaches the host's log, in order, once, and nothing is lost silently. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Host, type HostOptions, type LogLine } from '../../../src/index.js';
import { toStderr } from '../../../src/services/built-in/log.js';
import { run } from '../../host/child.js';
import { build } from '../../support/plugins/build.js';

async function talking(options: HostOptions = {}, config = {}) {
  const lines: LogLine[] = [];
  const host = await Host.open({
    log: (line) => lines.push(line),
    ...options,
    plugins: [{ name: build('talker.c'), config }],
  });
  onTestFinished(() => host.close());
  /** The plugin logs `count` lines; the answer is whether the host keeps such lines. */
  const say = (count: number, severity = 1, size?: number) =>
    host.route({
      sql: '',
      params: [count, severity, size].filter((one) => one !== undefined).map(String),
      shards: 2,
    }).shard;
  return { host, lines, say, texts: () => lines.map(({ message }) => message) };
}

/** Until the event loop had its turn with what was logged. */
async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 1000 && !condition(); round++) await delay(2);
}

it('brings who, when, how severe and what', async () => {
  const before = Date.now();
  const { lines, say } = await talking();
  say(1, 3);
  expect(lines.filter(({ severity }) => severity === 'error')).toEqual([]); // later, in a batch
  await until(() => lines.length === 2);
  expect(lines).toEqual([
    { time: expect.any(Date), plugin: 'talker', severity: 'info', message: 'init' },
    { time: expect.any(Date), plugin: 'talker', severity: 'error', message: 'line 0' },
  ]);
  for (const { time } of lines) {
    // The coarse clock may lag by a tick.
    expect(time.getTime()).toBeGreaterThanOrEqual(before - 20);
    expect(time.getTime()).toBeLessThanOrEqual(Date.now() + 20);
  }
});

it('brings lines in the order of writing, before close() returns', async () => {
  const { host, say, texts } = await talking();
  say(100);
  await host.close();
  expect(texts()).toEqual(['init', ...Array.from({ length: 100 }, (_, index) => `line ${index}`), 'fini']);
});

it('brings what is logged in batch after batch', async () => {
  const { lines, say } = await talking();
  for (let batch = 1; batch <= 20; batch++) {
    say(100);
    await until(() => lines.length === 1 + batch * 100);
    expect(lines).toHaveLength(1 + batch * 100);
  }
});

describe('severity', () => {
  const severities = ['debug', 'info', 'warning', 'error'] as const;

  it.each(severities)('%s is the lowest that is kept', async (severity) => {
    const lowest = severities.indexOf(severity);
    const { host, lines, say } = await talking({ severity });
    const kept = severities.map((_, index) => say(1, index));
    expect(kept).toEqual(severities.map((_, index) => Number(index >= lowest)));
    // Also when a plugin writes without asking.
    for (const index of severities.keys()) say(1, index, 3);
    await host.close();
    expect(lines.filter(({ message }) => message === 'yyy').map((line) => line.severity)).toEqual(
      severities.slice(lowest),
    );
  });

  it('is info by default', async () => {
    const { host, say, texts } = await talking();
    say(1, 0);
    await host.close();
    expect(texts()).toEqual(['init', 'fini']);
  });

  it.each([4, 99, 2_000_000_000])('is error when it is none that there is: %i', async (severity) => {
    const { host, lines, say } = await talking();
    say(1, severity);
    await host.close();
    expect(lines[1]).toMatchObject({ severity: 'error', message: 'line 0' });
  });
});

describe('a line', () => {
  it.each([0, 1, 215, 216, 217, 1000, 4095, 4096])('arrives whole: %i bytes', async (size) => {
    const { host, say, texts } = await talking();
    say(3, 1, size);
    await host.close();
    expect(texts().slice(1, 4)).toEqual(Array(3).fill('y'.repeat(size)));
  });

  it.each([4097, 8192])('is cut at 4,096 bytes: %i', async (size) => {
    const { host, say, texts } = await talking();
    say(1, 1, size);
    await host.close();
    expect(texts()[1]).toBe('y'.repeat(4096));
  });
});

describe('a plugin that logs faster than the event loop takes it', () => {
  it('loses lines, and the host says how many', async () => {
    const { host, lines, say } = await talking();
    await until(() => lines.length === 1);
    say(40_000);
    await until(() => lines.some(({ plugin }) => plugin === 'mortise'));
    const kept = lines.filter(({ message }) => message.startsWith('line '));
    // The first ones are kept: what is there isn't overwritten.
    expect(kept.map(({ message }) => message)).toEqual(kept.map((_, index) => `line ${index}`));
    // A ring of 512 KiB.
    expect(kept.length).toBeGreaterThan(8_000);
    expect(lines.at(-1)).toEqual({
      time: expect.any(Date),
      plugin: 'mortise',
      severity: 'warning',
      message: `${40_000 - kept.length} lines were dropped: plugins logged faster than the event loop could take them`,
    });
    // And the log goes on.
    say(1);
    await host.close();
    expect(lines.slice(-2).map(({ message }) => message)).toEqual(['line 0', 'fini']);
  });

  it('loses only what is said to be lost, from its own thread too', async () => {
    const total = 200_000;
    const { host, lines } = await talking({}, { thread_lines: total });
    await delay(20);
    await host.close(); // joins the thread
    const dropped = lines
      .filter(({ plugin }) => plugin === 'mortise')
      .reduce((sum, { message }) => sum + Number.parseInt(message, 10), 0);
    const numbers = lines
      .filter(({ message }) => message.startsWith('thread '))
      .map(({ message }) => Number(message.slice('thread '.length)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    // init and fini may be among the lost.
    const others = lines.filter(({ message }) => message === 'init' || message === 'fini').length;
    expect(numbers.length + others + dropped).toBe(total + 2);
  });
});

it('wakes the event loop for a line of a plugin’s own thread', async () => {
  const { lines } = await talking({}, { thread_lines: 5 });
  await until(() => lines.length === 6);
  expect(lines.slice(1).map(({ message }) => message)).toEqual(
    [0, 1, 2, 3, 4].map((index) => `thread ${index}`),
  );
});

it('goes to stderr from warnings on when nobody asked for it, and keeps no process alive', async () => {
  const ended = await run(
    `const host = await Host.open(options);
    for (const severity of ['0', '1', '2', '3']) host.route({ sql: '', params: ['1', severity] });`,
    { plugins: [build('talker.c')] },
  );
  expect(ended).toMatchObject({ code: 0, stdout: '' });
  expect(ended.stderr.replaceAll(/^\S+Z /gm, '')).toBe(
    'warning talker: line 0\nerror talker: line 0\nwarning talker: fini\n',
  );
});

it('writes one clean line to stderr, whatever a plugin says', () => {
  const written: string[] = [];
  const write = vi
    .spyOn(process.stderr, 'write')
    .mockImplementation((text) => written.push(String(text)) > 0);
  onTestFinished(() => write.mockRestore());
  toStderr({
    time: new Date(0),
    plugin: 'a\x1b[2J',
    severity: 'error',
    message: 'one\ntwo\r\x1b[31m\u202e\x9b1m',
    fields: { 'k\n': 'v\n\x9b' },
  });
  expect(written).toEqual([
    '1970-01-01T00:00:00.000Z error a\\x1b[2J: one\\ntwo\\x0d\\x1b[31m\\u202e\\x9b1m k\\n="v\\n\\x9b"\n',
  ]);
});
