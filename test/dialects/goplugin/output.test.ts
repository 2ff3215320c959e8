/** What a program writes: lines in bounded memory, log lines, last words. */
import { expect, it } from 'vitest';
import { LastWords } from '../../../src/dialects/goplugin/last-words.js';
import { Lines } from '../../../src/dialects/goplugin/lines.js';
import { parseLogLine } from '../../../src/dialects/goplugin/log.js';

function cut(chunks: string[], max?: number): [string, boolean][] {
  const heard: [string, boolean][] = [];
  const lines = new Lines((...line) => heard.push(line), max);
  for (const chunk of chunks) lines.push(Buffer.from(chunk));
  lines.end();
  return heard;
}

it('cuts chunks into lines', () => {
  expect(cut(['a\nb', 'c\r\n', '\n', 'rest'])).toEqual([
    ['a', false],
    ['bc', false],
    ['', false],
    ['rest', false],
  ]);
});

it('marks a line that is too long, leaves its rest out, and goes on', () => {
  expect(cut(['1234', '5678', '90\nnext\n'], 5)).toEqual([
    ['12345', true],
    ['next', false],
  ]);
  expect(cut(['12345\n'], 5)).toEqual([['12345', false]]);
});

it('a flood without an end of line keeps no more than one line', () => {
  const lines = new Lines(() => {}, 1000);
  for (let count = 0; count < 1000; count++) lines.push(Buffer.alloc(10_000, 'x'));
  expect(lines.rest.length).toBeLessThanOrEqual(1000);
});

it('reads hclog’s lines with their fields', () => {
  const line = {
    '@level': 'warn',
    '@message': 'slow',
    '@module': 'kv',
    '@timestamp': '2026-01-01T00:00:00Z',
    ms: 12,
    nested: { a: [1] },
  };
  expect(parseLogLine(JSON.stringify(line), 'stderr', 'debug')).toEqual({
    level: 'warn',
    message: 'slow',
    stream: 'stderr',
    module: 'kv',
    time: '2026-01-01T00:00:00Z',
    fields: { ms: 12, nested: { a: [1] } },
  });
});

it('takes the level of a line that says it, and the usual one of others', () => {
  const level = (text: string) => parseLogLine(text, 'stderr', 'debug').level;
  expect(
    ['[WARN] x', '2026-01-01T00:00:00Z [ERROR] x', '[x] y', 'x', '{"a":1}', '{broken'].map(level),
  ).toEqual([...['warn', 'error', 'debug', 'debug', 'debug', 'debug']]);
  expect(parseLogLine('[INFO]  hello', 'stderr', 'debug').message).toBe('hello');
});

it('knows why: its last error, or its last line when it ended by itself', () => {
  const words = new LastWords();
  const say = (text: string) => words.heard(parseLogLine(text, 'stderr', 'debug'));
  say('starting');
  expect([words.reason(true), words.reason(false)]).toEqual(['starting', undefined]);
  say('{"@level":"error","@message":"no storage","error":"disk full"}');
  say('{"@level":"debug","@message":"bye"}');
  say('');
  expect([words.reason(true), words.reason(false)]).toEqual([
    'no storage: disk full',
    'no storage: disk full',
  ]);
});

it('a line that claims too much for itself adds no fields to others', () => {
  const line = '{"@message":"x","__proto__":{"level":"error"},"@level":7}';
  expect(parseLogLine(line, 'stderr', 'debug')).toMatchObject({ level: 'debug', message: 'x' });
  expect(({} as { level?: string }).level).toBeUndefined();
});

it('keeps the last lines, and a panic with its trace', () => {
  const words = new LastWords();
  for (let count = 0; count < 100; count++) expect(words.add(`line ${count}`)).toBe(false);
  expect(words.panic).toBeUndefined();
  const trace = ['panic: boom', '', 'goroutine 1 [running]:', 'main.main()'];
  for (const line of trace) expect(words.add(line)).toBe(true);
  expect(words.add('{"@message":"another goroutine’s"}')).toBe(false);
  expect(words.panic).toBe(trace.join('\n'));
  expect(words.last).toHaveLength(20);
  for (let count = 0; count < 10_000; count++) words.add('x'.repeat(1000));
  expect(words.panic?.length).toBeLessThan(40_000);
});
