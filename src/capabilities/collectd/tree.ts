/**
 * Tables of a mortise.toml as what a collectd.conf would say in their place: docs/collectd.md has the mapping. Keys in
 * angle brackets can't be options of collectd's: those are words.
 */
import type { ConfigValue } from '../../config/value.js';
import type { CollectdItem } from '../../native/collectd-config.js';

/** A block's own values: `Instance = { "<>" = "eth0", Verbose = true }` is `<Instance "eth0">`. */
export const ownValues = '<>';

/** Hears what can't be said in a collectd.conf. */
export type Refuse = (where: string, expected: string, value: ConfigValue) => void;

/** A scalar is a line with one value; a list of scalars one with several; a table a block; any other list repeats the key. */
export function itemsOf(key: string, value: ConfigValue, where: string, refuse: Refuse): CollectdItem[] {
  if (!/^\w+$/.test(key)) {
    refuse(where, 'a key of letters, digits and underscores', value);
    return [];
  }
  if (!Array.isArray(value)) return [line(key, value, where, refuse)];
  if (value.length > 0 && value.every(isScalar)) return [item(key, value.map(scalar))];
  return value.map((one, index) => line(key, one, `${where}[${index}]`, refuse));
}

function line(key: string, value: ConfigValue, where: string, refuse: Refuse): CollectdItem {
  if (isScalar(value)) return item(key, [scalar(value)]);
  if ((value as unknown) instanceof Date) {
    refuse(where, 'a boolean, number, string, list or table (write dates as strings)', value);
    return item(key, []);
  }
  if (Array.isArray(value)) return item(key, valuesOf(value, where, refuse));
  const own = value[ownValues];
  const children = Object.entries(value).filter(([name]) => name !== ownValues);
  return item(
    key,
    own === undefined ? [] : valuesOf(Array.isArray(own) ? own : [own], `${where}.${ownValues}`, refuse),
    children.flatMap(([name, child]) => itemsOf(name, child, `${where}.${name}`, refuse)),
  );
}

function valuesOf(values: ConfigValue[], where: string, refuse: Refuse): CollectdItem['values'] {
  if (values.length > 0 && values.every(isScalar)) return values.map(scalar);
  refuse(where, 'strings, numbers and booleans, at least one', values);
  return [];
}

/** One that stands in no file. */
export function item(
  key: string,
  values: CollectdItem['values'],
  children: CollectdItem[] = [],
): CollectdItem {
  return { key, values, children, file: '', line: 0 };
}

type Scalar = string | number | bigint | boolean;
const isScalar = (value: ConfigValue): value is Scalar => typeof value !== 'object';
const scalar = (value: Scalar) => (typeof value === 'bigint' ? Number(value) : value);
