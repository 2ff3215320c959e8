/** Odd configurations. A plugin may refuse each of them; it may not crash, hang or leave anything running. */
import type { ConfigTable, ConfigValue } from '../../config/value.js';
import { stepsOf } from '../../dialects/mortise/config-paths.js';
import { shown } from '../../messages/shown.js';
import type { HostileCheck } from './names.js';

export interface Odd {
  /** What is odd about it: `deny = -1`. */
  name: string;
  config: ConfigTable;
}

const unknown: ConfigTable = {
  mortise_test_unknown: true,
  'a.b "c"': { '': [1, 'two', { three: 3 }] },
  __proto: 'x',
  ключ: '\u{10ffff}',
};

/** What a key may be when whoever writes the file is wrong about its type. */
const wrong: readonly ConfigValue[] = [
  ...[true, 0, -1, 1.5, 2 ** 53 - 1, -(2n ** 63n), 2n ** 63n - 1n, 1e308, -0.0],
  ...['', ' ', 'off', '-1', '\u{10ffff}\n\t"'],
  ...[[], [[]], ['', ''], [-1, 1.5], [{}], {}, { '': '' }],
];

/** Plugins are asked for at most this many keys, so that a check has an end. */
const maxKeys = 100;

/**
 * @param base the configuration that the plugin is known to start with
 * @param asked the keys that it asked for
 */
export function oddConfigurations(check: HostileCheck, base: ConfigTable, asked: readonly string[]): Odd[] {
  const keys = [...new Set([...asked, ...Object.keys(base).map(quoted)])].slice(0, maxKeys);
  const each = (values: readonly (readonly [name: string, value: ConfigValue])[]): Odd[] =>
    keys.flatMap((key) =>
      values.map(([name, value]) => ({
        name: `${key} = ${name}`,
        config: withValue(base, stepsOf(key), value) as ConfigTable,
      })),
    );
  switch (check) {
    case 'config-empty':
      return [{ name: 'no configuration', config: {} }];
    case 'config-unknown':
      return [
        { name: 'unknown keys', config: { ...base, ...unknown } },
        { name: 'unknown keys alone', config: unknown },
        { name: '10,000 unknown keys', config: { ...base, ...manyKeys() } },
      ];
    case 'config-types':
      return each(wrong.map((value) => [shown(value), value]));
    case 'config-huge':
      return each([
        ['a text of 1 MB', 'x'.repeat(1_000_000)],
        ['a list of 10,000 numbers', Array.from({ length: 10_000 }, (_, index) => index)],
        ['a list of 10,000 texts', Array.from({ length: 10_000 }, (_, index) => `item ${index}`)],
        ['a table of 10,000 keys', manyKeys()],
      ]);
    case 'config-deep': {
      const deep = (wrap: (value: ConfigValue) => ConfigValue) => {
        let value: ConfigValue = 1;
        for (let level = 0; level < 60; level++) value = wrap(value);
        return value;
      };
      const values = [
        ['60 tables', deep((value) => ({ deeper: value }))],
        ['60 lists', deep((value) => [value])],
      ] as const;
      return [
        ...each(values),
        ...values.map(([name, value]) => ({
          name: `an unknown key with ${name}`,
          config: { ...base, mortise_test_unknown: value },
        })),
      ];
    }
    default:
      return [];
  }
}

const manyKeys = (): ConfigTable =>
  Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`mortise_test_${index}`, index]));

const quoted = (key: string) => (/^[\w-]+$/.test(key) ? key : `"${key.replace(/["\\]/g, '\\$&')}"`);

/** A copy with another value at this place; what is on the way there and fits stays. */
function withValue(
  around: ConfigValue | undefined,
  [step, ...rest]: readonly string[],
  value: ConfigValue,
): ConfigValue {
  if (step === undefined) return value;
  if (/^\d+$/.test(step)) {
    const list = Array.isArray(around) ? [...around] : [];
    const index = Math.min(Number(step), list.length);
    list[index] = withValue(list[index], rest, value);
    return list;
  }
  const isTable = typeof around === 'object' && !Array.isArray(around);
  const table = isTable ? (around as ConfigTable) : {};
  return { ...table, [step]: withValue(table[step], rest, value) };
}
