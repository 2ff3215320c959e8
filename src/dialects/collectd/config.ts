/** What a plugin is told: blocks of a collectd.conf, or the `config` of mortise.toml, which becomes the same trees. */
import { item, itemsOf, type Refuse } from '../../capabilities/collectd/tree.js';
import type { ConfigTable, ConfigValue } from '../../config/value.js';
import type { Problem } from '../../errors.js';
import { nearest } from '../../messages/nearest.js';
import { shown } from '../../messages/shown.js';
import type { CollectdItem } from '../../native/collectd-config.js';

/** Keys of a plugin's `config` that aren't its own. */
export const reserved = {
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

const isTable = (value: ConfigValue): value is ConfigTable =>
  typeof value === 'object' && !Array.isArray(value);
