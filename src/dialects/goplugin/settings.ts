/** What mortise.toml says of a program: the options of `launch` that are its own, with keys as there. */
import {
  broken,
  integer,
  list,
  type Rule,
  type Rules,
  table,
  text,
  texts,
  wrongType,
  yesOrNo,
} from '../../config/rules.js';
import type { ConfigTable } from '../../config/value.js';
import type { Problem } from '../../errors.js';
import type { KeepOptions } from './keep.js';

const max = 2 ** 31 - 1;
/** Numbers of TOML are bigints when they are large. */
const count = integer(1, max);
const variables: Rule = {
  fits: (value) =>
    table.fits(value) && Object.values(value as object).every((one) => typeof one === 'string'),
  expected: 'a table of strings',
};

const rules: Rules = {
  cookie: variables,
  versions: {
    ...list,
    fits: (value) => Array.isArray(value) && value.length > 0 && value.every(integer(0, max).fits),
    expected: 'a list of integers',
  },
  args: texts,
  cwd: text,
  env: variables,
  pass_env: texts,
  tls: yesOrNo,
  start_ms: count,
  call_ms: count,
  noise_lines: integer(0, max),
  max_message_bytes: count,
  metadata: variables,
  socket_directory: text,
  restart: table,
};
const restartRules: Rules = {
  first_ms: count,
  factor: integer(1, 100),
  max_ms: count,
  max_ends: count,
  within_ms: count,
};

type Settings = Omit<KeepOptions, 'path' | 'log' | 'sha256' | 'heard'>;

/** Undefined when there are problems. */
export function settingsOf(
  config: ConfigTable,
  subject: string,
): { settings?: Settings; problems: Problem[] } {
  const problems = broken(config, rules, 'config', subject);
  if (table.fits(config.restart)) {
    problems.push(...broken(config.restart, restartRules, 'config.restart', subject));
  }
  if (config.cookie === undefined) problems.push(wrongType(undefined, variables, 'config.cookie', subject));
  if (problems.length > 0) {
    const remedy = 'Write what docs/programs.md says of it: config = { cookie = { NAME = "value" } }.';
    return { problems: problems.map((problem) => ({ ...problem, remedy: problem.remedy ?? remedy })) };
  }
  const { restart, ...rest } = config;
  const settings = {
    ...camel(rest),
    ...(restart !== undefined && { restart: camel(restart as ConfigTable) }),
  };
  return { settings: settings as unknown as Settings, problems };
}

/** `start_ms` as `startMs`. */
function camel(from: ConfigTable): ConfigTable {
  const name = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [name(key), value]));
}
