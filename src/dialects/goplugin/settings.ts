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
export const variables: Rule = {
  fits: (value) =>
    table.fits(value) && Object.values(value as object).every((one) => typeof one === 'string'),
  expected: 'a table of strings',
};

/** What every family of programs has. */
export const programRules: Rules = {
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
const rules: Rules = {
  cookie: variables,
  versions: {
    ...list,
    fits: (value) => Array.isArray(value) && value.length > 0 && value.every(integer(0, max).fits),
    expected: 'a list of integers',
  },
  ...programRules,
};
const restartRules: Rules = {
  first_ms: count,
  factor: integer(1, 100),
  max_ms: count,
  max_ends: count,
  within_ms: count,
};

export type ProgramSettings = Omit<KeepOptions, 'path' | 'log' | 'sha256' | 'heard'>;

/** Undefined when there are problems. */
export function settingsOf(
  config: ConfigTable,
  subject: string,
): { settings?: ProgramSettings; problems: Problem[] } {
  const problems = brokenSettings(config, {}, rules, subject);
  if (config.cookie === undefined) problems.push(wrongType(undefined, variables, 'config.cookie', subject));
  if (problems.length > 0) {
    const remedy = 'Write what docs/programs.md says of it: config = { cookie = { NAME = "value" } }.';
    return { problems: problems.map((problem) => ({ ...problem, remedy: problem.remedy ?? remedy })) };
  }
  return { settings: camelSettings(config) as unknown as ProgramSettings, problems };
}

/**
 * @param tables what the family's own tables in it hold, by key
 * @param rules `programRules` and the family's own
 */
export function brokenSettings(
  config: ConfigTable,
  tables: Readonly<Record<string, Rules>>,
  rules: Rules,
  subject: string,
): Problem[] {
  const problems = broken(config, rules, 'config', subject);
  for (const [key, own] of Object.entries({ ...tables, restart: restartRules })) {
    if (table.fits(config[key])) problems.push(...broken(config[key], own, `config.${key}`, subject));
  }
  return problems;
}

/** As `keep` takes them. */
export function camelSettings({ restart, ...rest }: ConfigTable): ConfigTable {
  return { ...camel(rest), ...(restart !== undefined && { restart: camel(restart as ConfigTable) }) };
}

/** `start_ms` as `startMs`. */
function camel(from: ConfigTable): ConfigTable {
  const name = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [name(key), value]));
}
