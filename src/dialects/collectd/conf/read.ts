/** A collectd.conf from the disk to what a host is told. */
import { existsSync } from 'node:fs';
import type { Problem } from '../../../errors.js';
import { type CollectdItem, readItems } from '../../../native/collectd-config.js';
import { loadKeys } from '../config.js';
import { globals } from './globals.js';
import { keyOf, Loading } from './load.js';
import { unknownOption, wrongValue } from './problem.js';
import type { CollectdConf, ReadConf } from './record.js';
import { booleanOf, textOf } from './value.js';

/** Where Debian and most others have collectd's own data sets. */
const defaultTypes = '/usr/share/collectd/types.db';

/** Options that need more than to be set. */
const special = [
  'LoadPlugin',
  'Plugin',
  'PluginDir',
  'AutoLoadPlugin',
  'TypesDB',
  'Chain',
  'Include',
] as const;
const known: readonly string[] = [...Object.keys(globals), ...special];

/**
 * Reads a collectd.conf and what it includes, as collectd 5.12 does; nothing is loaded. What is wrong is said with file
 * and line, all at once.
 * @param path relative to the working directory, or absolute
 */
export function readCollectdConf(path: string): ReadConf {
  const { items, problems } = readItems(path);
  const conf: CollectdConf = {
    plugins: [],
    fqdnLookup: true,
    collectInternalStats: false,
    chains: [],
    preCacheChain: 'PreCache',
    postCacheChain: 'PostCache',
  };
  const loading = new Loading();
  for (const item of items) problems.push(...taken(item, conf, loading));
  problems.push(...loading.finish(conf));
  if (conf.types === undefined && existsSync(defaultTypes)) conf.types = [defaultTypes];
  return { conf, problems: problems.map((problem) => ({ ...problem, subject: problem.subject || path })) };
}

function taken(item: CollectdItem, conf: CollectdConf, loading: Loading): Problem[] {
  const key = keyOf(item.key, known);
  if (key === undefined) {
    const home = keyOf(item.key, Object.keys(loadKeys)) && 'a LoadPlugin block';
    return [unknownOption(item, known, 'of a collectd.conf', home)];
  }
  const set = globals[key];
  if (set) {
    if (item.children.length > 0) return [wrongValue(item, 'a line, not a block')];
    const problem = set(item, conf);
    return problem ? [problem] : [];
  }
  switch (key as (typeof special)[number]) {
    case 'LoadPlugin':
      return loading.loadPlugin(item);
    case 'Plugin':
      return loading.plugin(item);
    case 'PluginDir':
      return needs(item, textOf(item), 'one directory', (directory) => {
        loading.directory = directory;
      });
    case 'AutoLoadPlugin':
      return needs(item, booleanOf(item), 'true or false', (flag) => {
        loading.autoLoad = flag;
      });
    case 'TypesDB': {
      const files = item.values.filter((value) => typeof value === 'string');
      if (files.length === 0 || files.length < item.values.length)
        return [wrongValue(item, 'one file or several')];
      conf.types = [...(conf.types ?? []), ...files];
      return [];
    }
    case 'Chain':
      if (textOf(item) === undefined) return [wrongValue(item, 'one name')];
      // Without a line in it it is none to collectd.
      if (item.children.length > 0) conf.chains.push(item);
      loading.chain(item);
      return [];
    case 'Include': // replaced by what it names, or said to be wrong
      return [];
  }
}

function needs<T>(
  item: CollectdItem,
  value: T | undefined,
  expected: string,
  set: (value: T) => void,
): Problem[] {
  if (value === undefined) return [wrongValue(item, expected)];
  set(value);
  return [];
}
