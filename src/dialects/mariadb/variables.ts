/** A plugin's configuration as its system variables: defaults first, then what was configured, checked. */

import type { ConfigTable, ConfigValue } from '../../config/value.js';
import type { ErrorCode, Problem } from '../../errors.js';
import { nearest } from '../../messages/nearest.js';
import { shown } from '../../messages/shown.js';
import type { NativeDeclaration, NativeVariable } from '../../native/mariadb.js';

/** What a variable will hold. */
export interface Assignment {
  address: bigint;
  value: boolean | bigint | number | string | null;
}

const type = { boolean: 1, int: 2, long: 3, longlong: 4, text: 5, choice: 6, set: 7, double: 8 } as const;
const typeNames = [
  '',
  'a boolean',
  'an integer',
  'an integer',
  'an integer',
  'a text',
  'one of',
  'a list of',
  'a number',
];

/**
 * MariaDB applies the defaults before a plugin's init, so that is needed even where nothing is configured:
 * simple_password_check would accept "a". Where a file declares several plugins, the values of each stand in
 * a table of its name.
 */
export function assign(
  declarations: readonly NativeDeclaration[],
  config: ConfigTable,
  plugin: string,
): { assignments: Assignment[]; problems: Problem[] } {
  const assignments: Assignment[] = [];
  const problems: Problem[] = [];
  const several = declarations.length > 1;
  if (several)
    problems.push(
      ...unknown(
        Object.keys(config),
        declarations.map(({ name }) => name),
        plugin,
        '',
      ),
    );
  for (const { name, variables } of declarations) {
    const values = several ? tableOf(config[name]) : config;
    const prefix = several ? `${name}.` : '';
    if (!values) {
      problems.push(bad('MORTISE_ERR_CONFIG_TYPE', plugin, name, 'a table', config[name]));
      continue;
    }
    problems.push(
      ...unknown(
        Object.keys(values),
        variables.map(({ name }) => name),
        plugin,
        prefix,
      ),
    );
    for (const variable of variables) {
      const { address, standard } = variable;
      const given = Object.hasOwn(values, variable.name) ? values[variable.name] : undefined;
      if (given === undefined) {
        if (!variable.perSession) assignments.push({ address, value: standard ?? null });
        continue;
      }
      const checked = check(variable, given);
      if ('code' in checked) {
        problems.push(bad(checked.code, plugin, prefix + variable.name, checked.expected, given));
      } else assignments.push({ address, value: checked.value });
    }
  }
  return { assignments, problems };
}

type Checked = { value: Assignment['value'] } | { code: ErrorCode; expected: string };

function check(variable: NativeVariable, given: ConfigValue): Checked {
  const wrongType: Checked = { code: 'MORTISE_ERR_CONFIG_TYPE', expected: expectedOf(variable) };
  const outside: Checked = { code: 'MORTISE_ERR_CONFIG_VALUE', expected: expectedOf(variable) };
  if (variable.perSession) return { ...wrongType, expected: 'nothing: it belongs to a session of a server' };
  switch (variable.type) {
    case type.boolean:
      return typeof given === 'boolean' ? { value: given } : wrongType;
    case type.int:
    case type.long:
    case type.longlong: {
      if (typeof given !== 'bigint' && !Number.isSafeInteger(given)) return wrongType;
      const value = BigInt(given as number | bigint);
      const { min, max } = rangeOf(variable);
      const block = variable.block ?? 1n;
      return value >= min && value <= max && (block <= 1n || value % block === 0n) ? { value } : outside;
    }
    case type.text:
      if (typeof given !== 'string') return wrongType;
      return given.includes('\0') ? outside : { value: given };
    case type.choice: {
      if (typeof given !== 'string') return wrongType;
      const index = indexOf(variable, given);
      return index < 0 ? outside : { value: BigInt(index) };
    }
    case type.set: {
      if (!Array.isArray(given) || !given.every((item) => typeof item === 'string')) return wrongType;
      const indices = given.map((item) => indexOf(variable, item as string));
      if (indices.some((index) => index < 0)) return outside;
      return { value: indices.reduce((bits, index) => bits | (1n << BigInt(index)), 0n) };
    }
    case type.double: {
      if (typeof given !== 'number' || !Number.isFinite(given)) return wrongType;
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = variable;
      return given >= Number(min) && given <= Number(max) ? { value: given } : outside;
    }
    default:
      return { ...wrongType, expected: `nothing: its type ${variable.type} is unknown` };
  }
}

/** As MariaDB has it, a greatest value of 0 means none; then the type's own holds. */
function rangeOf({ type: kind, min, max }: NativeVariable): { min: bigint; max: bigint } {
  const low = BigInt(min ?? 0);
  const high = BigInt(max ?? 0);
  const bits = kind === type.int ? 31n : 63n;
  return { min: low, max: high === 0n && low >= 0n ? (1n << bits) - 1n : high };
}

/** Names are compared as MariaDB does, whatever their case. */
function indexOf({ names = [] }: NativeVariable, name: string): number {
  return names.findIndex((one) => one.toLowerCase() === name.toLowerCase());
}

function expectedOf(variable: NativeVariable): string {
  const { type: kind, names = [], block = 1n } = variable;
  const base = typeNames[kind] ?? 'nothing';
  if (kind === type.choice || kind === type.set) return `${base} ${names.join(', ')}`;
  if (kind === type.double) return `${base} from ${variable.min} to ${variable.max}`;
  if (kind === type.boolean || kind === type.text) return base;
  const { min, max } = rangeOf(variable);
  return `${base} from ${min} to ${max}${block > 1n ? `, in steps of ${block}` : ''}`;
}

function unknown(
  keys: readonly string[],
  known: readonly string[],
  plugin: string,
  prefix: string,
): Problem[] {
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => {
      // As a server's option file has it: with the plugin's name in front.
      const bare = key.replaceAll('-', '_').replace(`${plugin}_`, '');
      const near = known.includes(bare) ? bare : nearest(bare, known);
      return {
        code: 'MORTISE_ERR_CONFIG_KEY',
        message: `${plugin} has no variable ${prefix}${key}`,
        subject: plugin,
        where: `config.${prefix}${key}`,
        expected: known.length > 0 ? `one of ${known.join(', ')}` : 'no keys: it has no variables',
        found: key,
        remedy: near ? `Did you mean ${near}?` : 'Take the key out.',
      };
    });
}

function bad(
  code: ErrorCode,
  plugin: string,
  key: string,
  expected: string,
  found: ConfigValue | undefined,
): Problem {
  return {
    code,
    message: `${key} must be ${expected}`,
    subject: plugin,
    where: `config.${key}`,
    expected,
    found: found === undefined ? 'nothing' : shown(found),
    remedy: `Correct ${key} in the plugin's configuration.`,
  };
}

function tableOf(value: ConfigValue | undefined): ConfigTable | undefined {
  if (value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}
