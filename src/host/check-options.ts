/** Refuses options of Host.open that would be ignored, or fail later where nobody sees why. */
import { capabilities } from '../capabilities/index.js';
import {
  broken,
  callable,
  list,
  oneOf,
  type Rule,
  type Rules,
  release,
  table,
  text,
  texts,
  wrongType,
  yesOrNo,
} from '../config/rules.js';
import { MortiseError, type Problem } from '../errors.js';
import { severities } from '../services/built-in/log.js';
import { isImplemented } from '../services/serve/implement.js';

const string: Rule = { fits: (value) => typeof value === 'string', expected: 'a string' };

const milliseconds: Rule = {
  fits: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 2 ** 31,
  expected: 'milliseconds: an integer from 0 to 2,147,483,648',
};

const parserNames = oneOf('none', 'pg_query');
const parser: Rule = {
  ...parserNames,
  fits: (value) => parserNames.fits(value) || isParser(value),
  expected: `${parserNames.expected}, or a SqlParser`,
};

const optionRules: Rules = {
  plugins: list,
  config: text,
  search: texts,
  sources: table,
  parser,
  ...Object.fromEntries(capabilities.map(({ name }) => [name, table])),
  policy: table,
  lock: { fits: (value) => value === false || text.fits(value), expected: 'a path, or false' },
  strict: yesOrNo,
  observe: yesOrNo,
  files: table,
  services: list,
  serviceTimeoutMs: milliseconds,
  log: callable,
  announce: yesOrNo,
  onStep: callable,
  severity: oneOf(...severities),
  signals: yesOrNo,
  privateDirectory: text,
  cwd: text,
};

const classes = ['core', 'bundled', 'external'];
const sourcesRules: Rules = {
  core: texts,
  bundled: texts,
  external: texts,
  signed: {
    fits: (value) => Array.isArray(value) && value.every((one) => classes.includes(one)),
    expected: `a list of ${classes.join(', ')}`,
  },
  unsigned: texts,
  trust: texts,
  rootUrl: text,
  grafanaVersion: release,
};
const policyRules: Rules = { strictPermissions: yesOrNo, toolchain: text };
const directoryRules: Rules = { path: text, write: yesOrNo };

const pluginRules: Rules = {
  // An empty name, or one with a zero byte, is refused where it is looked for.
  name: string,
  aliases: texts,
  config: table,
  required: yesOrNo,
  dialect: text,
  isolation: oneOf('none'),
  asked: table,
};

const subject = 'Host.open';

function isParser(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { version, json, protobuf, fingerprint, normalise } = value as Record<string, unknown>;
  return typeof version === 'string' && [json, protobuf, fingerprint, normalise].every(callable.fits);
}

/** @throws MortiseError MORTISE_ERR_CONFIG_KEY, MORTISE_ERR_CONFIG_TYPE: all of them at once, in `problems` */
export function checkOptions(given: unknown): void {
  const [first, ...rest] = problemsOf(given);
  if (first) throw new MortiseError([first, ...rest]);
}

function problemsOf(given: unknown): Problem[] {
  const own = broken(given, optionRules, '', subject);
  if (!table.fits(given)) return own;
  const options = given as Record<string, unknown>;
  const inside = (key: string, rules: Rules) =>
    table.fits(options[key]) ? broken(options[key], rules, key, subject) : [];
  return [
    ...own,
    ...(list.fits(options.services) ? (options.services as unknown[]).flatMap(service) : []),
    ...(list.fits(options.plugins) ? (options.plugins as unknown[]).flatMap(plugin) : []),
    ...capabilities.flatMap(({ name, rules }) => (rules ? inside(name, rules) : [])),
    ...inside('policy', policyRules),
    ...inside('sources', sourcesRules),
    ...(table.fits(options.files) ? Object.entries(options.files as object).flatMap(directory) : []),
  ];
}

function plugin(request: unknown, index: number): Problem[] {
  if (typeof request === 'string') return [];
  const where = `plugins[${index}]`;
  const problems = broken(request, pluginRules, where, subject);
  const hasName = !table.fits(request) || (request as { name?: unknown }).name !== undefined;
  return hasName ? problems : [wrongType(undefined, string, `${where}.name`, subject), ...problems];
}

function service(given: unknown, index: number): Problem[] {
  const rule = { fits: isImplemented, expected: 'what implement() gives back' };
  return isImplemented(given) ? [] : [wrongType(given, rule, `services[${index}]`, subject)];
}

function directory([name, given]: [string, unknown]): Problem[] {
  const where = `files.${name}`;
  if (!table.fits(given)) return text.fits(given) ? [] : [wrongType(given, text, where, subject)];
  const problems = broken(given, directoryRules, where, subject);
  const hasPath = (given as { path?: unknown }).path !== undefined;
  return hasPath ? problems : [wrongType(undefined, text, `${where}.path`, subject), ...problems];
}
