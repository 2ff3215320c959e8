/** Readers and writers in TypeScript, as they are registered. */
import {
  broken,
  callable,
  type Rule,
  type Rules,
  table,
  text,
  wrongType,
  yesOrNo,
} from '../../config/rules.js';
import { MortiseError } from '../../errors.js';
import { nearest } from '../../messages/nearest.js';
import type { Reader } from './readers.js';
import { interval, maxQueue } from './section.js';
import type { StreamOptions } from './stream.js';
import type { Writer } from './writers.js';

const name: Rule = {
  fits: (value) => text.fits(value) && Buffer.byteLength(value as string) <= 127,
  expected: 'a string of 1 to 127 bytes',
};
const readerRules: Rules = { name, interval, group: text, read: callable };
const writerRules: Rules = { name, write: callable, flush: callable };

/** @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK */
export function checkReader(reader: Reader): void {
  check(reader, readerRules, ['name', 'read'], 'a reader');
}

/** @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK */
export function checkWriter(writer: Writer): void {
  check(writer, writerRules, ['name', 'write'], 'a writer');
}

const limitMs: Rule = {
  fits: (value) => typeof value === 'number' && value >= 0,
  expected: 'milliseconds: a number that is not below 0',
};

/** @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK */
export function checkStream(options: StreamOptions): void {
  check(options, { maxQueue, keepsAlive: yesOrNo }, [], 'the options of a stream');
}

/** @throws MortiseError MORTISE_ERR_COLLECT_CALLBACK */
export function checkFlush(options: object): void {
  check(options, { limitMs }, [], 'the options of flush');
}

/** An object may have more that is its own, and of a class on its prototype: of other keys only those that are misspelt are refused. */
function check(given: unknown, rules: Rules, needed: readonly string[], subject: string): void {
  const isObject = typeof given === 'object' && given !== null;
  const values = (isObject ? given : {}) as Record<string, unknown>;
  const known = Object.fromEntries(Object.keys(rules).map((key) => [key, values[key]]));
  const missing = (key: string) => known[key] === undefined;
  const wrong = isObject
    ? [
        ...needed.filter(missing).map((key) => wrongType(undefined, rules[key] as Rule, key, subject)),
        ...broken(known, rules, '', subject),
        ...broken(misspelt(values, rules), rules, '', subject),
      ]
    : [{ ...wrongType(given, table, subject, subject), message: `${subject} must be an object` }];
  const [first, ...rest] = wrong.map((problem) => ({
    remedy: 'See docs/collecting.md for what it holds.',
    ...problem,
    code: 'MORTISE_ERR_COLLECT_CALLBACK' as const,
  }));
  if (first) throw new MortiseError([first, ...rest]);
}

/** `intervall`: not known, but nearly so. */
function misspelt(values: Record<string, unknown>, rules: Rules): Record<string, unknown> {
  const known = Object.keys(rules);
  const keys = Object.keys(values).filter((key) => !known.includes(key) && nearest(key, known));
  return Object.fromEntries(keys.map((key) => [key, values[key]]));
}
