/** The options of a database, as they stand in a file: nested tables, and values that the environment has. */
import type { ConfigValue } from '../../../config/value.js';

/** What a driver can be told. A boolean is told as text. */
export type OptionValue = string | number | bigint | Uint8Array;
export type Options = Readonly<Record<string, OptionValue>>;

/** Something that no option can be, and where it stands. */
export interface BadOption {
  where: string;
  message: string;
  expected: string;
  found: string;
  remedy: string;
}

const reference = /\{\{(.*?)\}\}/gs;
const variable = /^\s*env_var\(\s*([A-Za-z_]\w*)\s*\)\s*$/;

/**
 * `adbc.x.y = 1` in TOML is a table in a table: their names are joined again. `{{ env_var(NAME) }}` in a text stands
 * for the environment's value.
 */
export function flatOptions(
  given: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): { options: Options; bad: BadOption[] } {
  const options: Record<string, OptionValue> = {};
  const bad: BadOption[] = [];
  const take = (value: ConfigValue | unknown, where: string): void => {
    if (typeof value === 'boolean') options[where] = String(value);
    else if (typeof value === 'bigint' || value instanceof Uint8Array) options[where] = value;
    else if (typeof value === 'number' && Number.isFinite(value)) options[where] = value;
    else if (typeof value === 'string' && !value.includes('\0')) {
      const { text, problem } = substituted(value, where, env);
      if (problem) bad.push(problem);
      else options[where] = text;
    } else if (isTable(value)) {
      for (const [key, item] of Object.entries(value)) take(item, where ? `${where}.${key}` : key);
    } else if (value !== undefined) {
      const found = Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value;
      bad.push({
        where,
        message: `the option ${where} is neither text, number nor boolean`,
        expected: 'a text without a zero byte, a number or a boolean',
        found,
        remedy: 'Write a text, a number or a boolean.',
      });
    }
  };
  take(given, '');
  return { options, bad };
}

function isTable(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Never says the value: it may be a password. */
function substituted(
  text: string,
  where: string,
  env: NodeJS.ProcessEnv,
): { text: string; problem?: BadOption } {
  let problem: BadOption | undefined;
  const replaced = text.replace(reference, (whole, inner: string) => {
    const name = variable.exec(inner)?.[1];
    const value = name === undefined ? undefined : env[name];
    if (value !== undefined) return value;
    problem ??= {
      where,
      message:
        name === undefined
          ? `the option ${where} has ${whole}, which is not a reference to a variable`
          : `the option ${where} needs the environment variable ${name}, which is not set`,
      expected: name === undefined ? '{{ env_var(NAME) }}' : `a value of ${name}`,
      found: name === undefined ? whole : 'none',
      remedy: name === undefined ? 'Only variables can be named.' : `Set ${name} where the host starts.`,
    };
    return '';
  });
  return { text: replaced, problem };
}
