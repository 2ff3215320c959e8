/** What querying can be told: `[querying]` of mortise.toml, and `querying` among the options of Host.open. */
import { callable, integer, list, type Rule, type Rules, table, text } from '../../config/rules.js';
import type { Capability } from '../capability.js';
import { isCoreSource } from './define.js';

const max = 2 ** 31 - 1;
const timeoutMs = integer(0, max);
const concurrency = integer(1, 10_000);
const maxWaiting = integer(0, 1_000_000);
const cacheMs = integer(0, max);
const cacheMaxBytes = integer(1, 2 ** 40);

export const section: Capability['section'] = ({ z }) => {
  const whole = ({ expected }: Rule, least: number, most: number) =>
    z.int(expected).min(least, expected).max(most, expected).optional();
  const string = z.string(text.expected).min(1, text.expected);
  const source = z.strictObject({
    plugin: string,
    url: z.string().optional(),
    user: z.string().optional(),
    database: z.string().optional(),
    options: z.record(z.string(), z.unknown()).optional(),
    secrets: z.record(z.string(), z.union([z.string(), z.strictObject({ env: string })])).optional(),
  });
  return z.strictObject({
    core: z.array(string).optional(),
    timeout_ms: whole(timeoutMs, 0, max),
    concurrency: whole(concurrency, 1, 10_000),
    max_waiting: whole(maxWaiting, 0, 1_000_000),
    cache_ms: whole(cacheMs, 0, max),
    cache_max_bytes: whole(cacheMaxBytes, 1, 2 ** 40),
    sources: z.record(string, source).optional(),
  });
};

/** The same for options, whose keys are in camel case; and what only TypeScript can give. */
export const rules: Rules = {
  core: {
    fits: (value) => Array.isArray(value) && value.every((one) => text.fits(one) || isCoreSource(one)),
    expected: 'a list of what defineDataSource() gives back, or of modules that export it',
  },
  timeoutMs,
  concurrency,
  maxWaiting,
  cacheMs,
  cacheMaxBytes,
  sources: {
    fits: (value) =>
      table.fits(value) &&
      Object.values(value as object).every(
        (one) => table.fits(one) && text.fits((one as { plugin?: unknown }).plugin),
      ),
    expected: 'an object of data sources, each with its plugin',
  },
  context: callable,
  middlewares: {
    fits: (value) => list.fits(value) && (value as unknown[]).every(callable.fits),
    expected: 'a list of functions',
  },
};
