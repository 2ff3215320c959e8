/** What the configuration says of a driver, and of the database that it opens. */
import { broken, integer, list, type Rules, table, text } from '../../config/rules.js';
import type { ConfigTable } from '../../config/value.js';
import type { Problem } from '../../errors.js';
import { type Level, levels } from './find/places.js';

export interface Settings {
  /** The init to call, where it isn't the usual one. */
  entry?: string;
  /** The driver manifest that led to it. */
  manifest?: string;
  /** Which groups of directories manifests and profiles are looked for in. Default: all. */
  find?: Level[];
  /** A connection profile: its name or its path. */
  profile?: string;
  /** The database's, in the driver's words. */
  options?: ConfigTable;
  /** Set on each connection. */
  connectionOptions?: ConfigTable;
  /** How many connections may be open. Default 4. */
  connections?: number;
  /** How long a query waits for a connection, in milliseconds. Default 30,000. */
  waitMs?: number;
  /** How long closing waits for open results until it cancels them, in milliseconds. Default 10,000. */
  closeMs?: number;
}

const maxMs = 2 ** 31 - 1;

const rules: Rules = {
  entry: text,
  manifest: text,
  find: {
    ...list,
    fits: (value) =>
      Array.isArray(value) && value.every((one) => (levels as readonly unknown[]).includes(one)),
    expected: `a list of ${levels.map((level) => `"${level}"`).join(', ')}`,
  },
  profile: text,
  options: table,
  connection_options: table,
  connections: integer(1, 1000),
  wait_ms: integer(0, maxMs),
  close_ms: integer(0, maxMs),
};

/** Undefined when there are problems. */
export function settingsOf(
  config: ConfigTable,
  subject: string,
): { settings?: Settings; problems: Problem[] } {
  const problems = broken(config, rules, 'config', subject).map((problem) => ({
    ...problem,
    remedy: problem.remedy ?? 'Write what docs/adbc.md says of it: config = { options = { uri = "…" } }.',
  }));
  if (problems.length > 0) return { problems };
  const { connection_options, wait_ms, close_ms, ...rest } = config;
  const settings = { ...rest, connectionOptions: connection_options, waitMs: wait_ms, closeMs: close_ms };
  return { settings: settings as Settings, problems };
}
