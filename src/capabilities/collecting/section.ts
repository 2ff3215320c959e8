/** What collecting can be told: `[collecting]` of mortise.toml, and `collecting` among the options of Host.open. */
import { integer, type Rule, type Rules, text, texts, yesOrNo } from '../../config/rules.js';
import type { Capability } from '../capability.js';

const longest = 86_400;
export const interval: Rule = {
  fits: (value) => typeof value === 'number' && value >= 0.001 && value <= longest,
  expected: `seconds: a number from 0.001 to ${longest}`,
};
const readThreads = integer(1, 256);
const timeout = integer(1, 1_000_000);
export const maxQueue = integer(1, 100_000_000);
const bufferMaxBytes = integer(1, 1_000_000_000_000);
const bufferMaxAge: Rule = {
  fits: (value) => typeof value === 'number' && value >= 1 && value <= 1e9,
  expected: 'seconds: a number from 1 to 1000000000',
};

export const section: Capability['section'] = ({ z }) => {
  const whole = ({ expected }: Rule, max: number) =>
    z.int(expected).min(1, expected).max(max, expected).optional();
  const seconds = z
    .number(interval.expected)
    .min(0.001, interval.expected)
    .max(longest, interval.expected)
    .optional();
  const string = z.string(text.expected).min(1, text.expected);
  return z.strictObject({
    hostname: string.max(127, text.expected).optional(),
    interval: seconds,
    read_threads: whole(readThreads, 256),
    timeout: whole(timeout, 1_000_000),
    max_queue: whole(maxQueue, 100_000_000),
    max_read_interval: seconds,
    types_db: z.array(string).optional(),
    buffer: string.optional(),
    buffer_max_bytes: whole(bufferMaxBytes, 1_000_000_000_000),
    buffer_max_age: z
      .number(bufferMaxAge.expected)
      .min(1, bufferMaxAge.expected)
      .max(1e9, bufferMaxAge.expected)
      .optional(),
    start: z.boolean().optional(),
  });
};

/** The same for options, whose keys are in camel case. */
export const rules: Rules = {
  hostname: {
    fits: (value) => text.fits(value) && Buffer.byteLength(value as string) <= 127,
    expected: `${text.expected}, at most 127 bytes`,
  },
  interval,
  readThreads,
  timeout,
  maxQueue,
  maxReadInterval: interval,
  typesDb: texts,
  buffer: text,
  bufferMaxBytes,
  bufferMaxAge,
  start: yesOrNo,
};
