/**
 * What a plugin is told: blocks of a collectd.conf, or the `config` of mortise.toml, which becomes the same trees.
 * docs/collectd.md has the mapping. Keys in angle brackets can't be options of a plugin's: those are words.
 */
import type { ConfigTable, ConfigValue } from '../../config/value.js';
import type { Problem } from '../../errors.js';
import { nearest } from '../../messages/nearest.js';
import { shown } from '../../messages/shown.js';
import type { CollectdItem } from '../../native/collectd-config.js';

/** Keys of a plugin's `config` that aren't its own. */
export const reserved = {
  /** A block's own values: `Instance = { "<>" = "eth0", Verbose = true }` is `<Instance "eth0">`. */
  values: '<>',
  /** What stands in a LoadPlugin block. */
  load: '<LoadPlugin>',
  /** Whole `<Plugin NAME>` blocks as items, as `readCollectdConf` makes them. */
  blocks: '<Plugin>',
} as const;

/** What stands in a LoadPlugin block; times in seconds. */
export interface LoadOptions {
  Interval?: number;
  FlushInterval?: number;
  FlushTimeout?: number;
  Globals?: boolean;
}

/** What each option of a LoadPlugin block holds. */
export const loadKeys: Readonly<Record<keyof LoadOptions, 'number' | 'boolean'>> = {
  Interval: 'number',
  FlushInterval: 'number',
  FlushTimeout: 'number',
  Globals: 'boolean',
};

export interface PluginConfig {
  load: LoadOptions;
  /** Each is handed to the plugin by itself. */
  blocks: CollectdItem[];
}

/** @param name what the block is called: `<Plugin NAME>` */
export function pluginConfig(config: ConfigTable, name: string): PluginConfig & { problems: Problem[] } {
  const problems: Problem[] = [];
  const refuse = (where: string, expected: string, value: ConfigValue) =>
    problems.push({
      code: 'MORTISE_ERR_CONFIG_TYPE',
      message: `${where} must be ${expected}`,
      subject: name,
      where,
      expected,
      found: shown(value),
      remedy: 'See docs/collectd.md for how a collectd.conf is written in mortise.toml.',
    });
  const load = loadOptions(config[reserved.load], refuse);
  const given = config[reserved.blocks];
  const own = Object.entries(config).filter(([key]) => key !== reserved.load && key !== reserved.blocks);
  const children = own.flatMap(([key, value]) => itemsOf(key, value, key, refuse));
  const blocks = (given ?? []) as unknown as CollectdItem[];
  if (children.length > 0) blocks.push(item('Plugin', [name], children));
  return { load, blocks, problems };
}

type Refuse = (where: string, expected: string, value: ConfigValue) => void;

function loadOptions(given: ConfigValue | undefined, refuse: Refuse): LoadOptions {
  if (given === undefined) return {};
  if (!isTable(given)) {
    refuse(reserved.load, 'a table', given);
    return {};
  }
  for (const [key, value] of Object.entries(given)) {
    const kind = loadKeys[key as keyof LoadOptions];
    const where = `${reserved.load}.${key}`;
    if (kind === undefined) {
      const meant = nearest(key, Object.keys(loadKeys));
      refuse(
        where,
        meant ? `absent; did you mean ${meant}?` : `one of ${Object.keys(loadKeys).join(', ')}`,
        value,
      );
    } else if (typeof value !== kind || (kind === 'number' && !((value as number) > 0))) {
      refuse(where, kind === 'number' ? 'seconds, more than 0' : 'true or false', value);
    }
  }
  return given as LoadOptions;
}

/** A scalar is a line with one value; a list of scalars one with several; a table a block; any other list repeats the key. */
function itemsOf(key: string, value: ConfigValue, where: string, refuse: Refuse): CollectdItem[] {
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
  if (Array.isArray(value)) return item(key, valuesOf(value, where, refuse));
  const own = value[reserved.values];
  const children = Object.entries(value).filter(([name]) => name !== reserved.values);
  return item(
    key,
    own === undefined
      ? []
      : valuesOf(Array.isArray(own) ? own : [own], `${where}.${reserved.values}`, refuse),
    children.flatMap(([name, child]) => itemsOf(name, child, `${where}.${name}`, refuse)),
  );
}

function valuesOf(values: ConfigValue[], where: string, refuse: Refuse): CollectdItem['values'] {
  if (values.length > 0 && values.every(isScalar)) return values.map(scalar);
  refuse(where, 'strings, numbers and booleans, at least one', values);
  return [];
}

function item(key: string, values: CollectdItem['values'], children: CollectdItem[] = []): CollectdItem {
  return { key, values, children, file: '', line: 0 };
}

type Scalar = string | number | bigint | boolean;
const isScalar = (value: ConfigValue): value is Scalar => typeof value !== 'object';
const scalar = (value: Scalar) => (typeof value === 'bigint' ? Number(value) : value);
const isTable = (value: ConfigValue): value is ConfigTable =>
  typeof value === 'object' && !Array.isArray(value);
