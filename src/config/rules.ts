/**
 * What options may hold, in plain code: a host opens without the schema library of mortise.toml, which takes longer to
 * load than the rest. A test holds the two together.
 */
import type { Problem } from '../errors.js';
import { nearest } from '../messages/nearest.js';
import { shown } from '../messages/shown.js';

/** Whether a value fits, and what fits as the end of "it must be …". */
export interface Rule {
  fits(value: unknown): boolean;
  expected: string;
  /** When only these fit. */
  words?: readonly string[];
  /** What the keys of a table may hold. */
  inside?: Rules;
}

/** What each key of a table may hold. Undefined always fits: it is as good as absent. */
export type Rules = Readonly<Record<string, Rule>>;

export const yesOrNo: Rule = { fits: (value) => typeof value === 'boolean', expected: 'true or false' };
export const text: Rule = {
  fits: (value) => typeof value === 'string' && value !== '' && !value.includes('\0'),
  expected: 'a string that is not empty, without a zero byte',
};
/** Of Grafana's versions. Its SDK reads them out of a text, and panics at other forms. */
export const releaseForm = /^\d+\.\d+\.\d+\S*$/;
export const release: Rule = {
  fits: (value) => typeof value === 'string' && !value.includes('\0') && releaseForm.test(value),
  expected: 'a version, such as "12.4.0"',
};
export const texts: Rule = {
  fits: (value) => Array.isArray(value) && value.every(text.fits),
  expected: 'a list of strings',
};
export const table: Rule = {
  fits: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  expected: 'an object',
};
export const tableOf = (inside: Rules): Rule => ({ ...table, inside });
export const list: Rule = { fits: Array.isArray, expected: 'a list' };
export const callable: Rule = { fits: (value) => typeof value === 'function', expected: 'a function' };

export function oneOf(...words: string[]): Rule {
  const expected = words.map((word) => JSON.stringify(word)).join(' or ');
  return { fits: (value) => words.includes(value as string), expected, words };
}

export function integer(least: number, max: number): Rule {
  return {
    fits: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= max,
    expected: `an integer from ${least} to ${max}`,
  };
}

/** @param where the path of `value`: "" or "plugins[0]" */
export function broken(value: unknown, rules: Rules, where: string, subject: string): Problem[] {
  if (!table.fits(value)) return [wrongType(value, table, where || 'the options', subject)];
  return Object.entries(value as object).flatMap(([key, found]): Problem[] => {
    const path = where ? `${where}.${key}` : key;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (!rule) return [unknownKey(key, Object.keys(rules), where, subject)];
    if (found === undefined) return [];
    if (!rule.fits(found)) return [wrongType(found, rule, path, subject)];
    return rule.inside ? broken(found, rule.inside, path, subject) : [];
  });
}

function unknownKey(key: string, known: readonly string[], where: string, subject: string): Problem {
  const meant = nearest(key, known);
  return {
    code: 'MORTISE_ERR_CONFIG_KEY',
    message: `unknown key "${key}"${where && ` in ${where}`}`,
    subject,
    where: where || undefined,
    expected: known.join(', '),
    found: key,
    remedy: meant ? `Did you mean "${meant}"?` : 'Remove it, or write one of the keys above.',
  };
}

export function wrongType(value: unknown, rule: Rule, where: string, subject: string): Problem {
  const isMissing = value === undefined;
  const meant = typeof value === 'string' && rule.words ? nearest(value, rule.words) : undefined;
  const wraps = (rule === texts || rule === list) && typeof value === 'string';
  return {
    code: 'MORTISE_ERR_CONFIG_TYPE',
    message: isMissing ? `${where} is missing` : `${where} must be ${rule.expected}`,
    subject,
    where,
    expected: rule.expected,
    found: isMissing ? 'nothing' : kindOrValue(value),
    remedy: meant
      ? `Did you mean "${meant}"?`
      : wraps
        ? `Write ${where}: [${JSON.stringify(value)}].`
        : undefined,
  };
}

function kindOrValue(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return shown(value);
}
