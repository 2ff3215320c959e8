/** What collecting can be told: `[collecting]` of mortise.toml, and `collecting` among the options of Host.open. */
import { inCamelCase } from '../../config/camel-case.js';
import { integer, type Rule, type Rules, table, tableOf, text, texts, yesOrNo } from '../../config/rules.js';
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

const port = integer(0, 65_535);
const above0: Rule = {
  fits: (value) => typeof value === 'number' && value > 0,
  expected: 'a number above 0',
};
const prefix: Rule = { fits: (value) => typeof value === 'string', expected: 'a string' };
const exportInterval: Rule = {
  fits: (value) => typeof value === 'number' && value >= 0.1 && value <= longest,
  expected: `seconds: a number from 0.1 to ${longest}`,
};
const strings: Rule = {
  fits: (value) =>
    table.fits(value) && Object.values(value as object).every((one) => typeof one === 'string'),
  expected: 'a table of strings',
};

export const section: Capability['section'] = ({ z }) => {
  const whole = ({ expected }: Rule, max: number, least = 1) =>
    z.int(expected).min(least, expected).max(max, expected).optional();
  const seconds = z
    .number(interval.expected)
    .min(0.001, interval.expected)
    .max(longest, interval.expected)
    .optional();
  const string = z.string(text.expected).min(1, text.expected).refine(text.fits, text.expected);
  const named = {
    prefix: z.string().optional(),
    stale_intervals: z.number(above0.expected).gt(0, above0.expected).optional(),
  };
  const texts = z.record(z.string(), z.string(strings.expected), strings.expected).optional();
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
    prometheus: z
      .strictObject({ port: whole(port, 65_535, 0), host: string.optional(), ...named }, 'a table')
      .transform(inCamelCase)
      .optional(),
    open_telemetry: z
      .strictObject(
        {
          url: string.optional(),
          headers: texts,
          interval: z
            .number(exportInterval.expected)
            .min(0.1, exportInterval.expected)
            .max(longest, exportInterval.expected)
            .optional(),
          resource: texts,
          ...named,
        },
        'a table',
      )
      .transform(inCamelCase)
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
  prometheus: tableOf({ port, host: text, prefix, staleIntervals: above0 }),
  openTelemetry: tableOf({
    url: text,
    headers: strings,
    interval: exportInterval,
    resource: strings,
    prefix,
    staleIntervals: above0,
  }),
  start: yesOrNo,
};
