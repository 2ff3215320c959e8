/** The options at the top of a collectd.conf that aren't blocks: what each sets. */
import { resolve } from 'node:path';
import type { Problem } from '../../../errors.js';
import type { CollectdItem } from '../../../native/collectd-config.js';
import { noEffect, wrongValue } from './problem.js';
import type { CollectdConf } from './record.js';
import { booleanOf, numberOf, secondsOf, textOf } from './value.js';

/** Sets it, or says what is wrong with it. */
type Take = (item: CollectdItem, conf: CollectdConf) => Problem | undefined;

function take<K extends keyof CollectdConf>(
  key: K,
  read: (item: CollectdItem) => CollectdConf[K] | undefined,
  expected: string,
): Take {
  return (item, conf) => {
    const value = read(item);
    if (value === undefined) return wrongValue(item, expected);
    conf[key] = value;
    return undefined;
  };
}

function count(least: number, max: number) {
  return (item: CollectdItem) => {
    const number = numberOf(item);
    return number !== undefined && Number.isInteger(number) && number >= least && number <= max
      ? number
      : undefined;
  };
}

/** A host doesn't change the directory of the process that it is in. */
function baseDir(item: CollectdItem): Problem | undefined {
  const directory = textOf(item);
  if (directory === undefined) return wrongValue(item, 'one directory');
  if (resolve(directory) === process.cwd()) return undefined;
  return noEffect(item, 'plugins’ relative paths count from the directory in which this process was started');
}

const without =
  (why: string): Take =>
  (item) =>
    noEffect(item, why);
const name = 'one name';

export const globals: Readonly<Record<string, Take>> = {
  Hostname: take('hostname', textOf, name),
  FQDNLookup: take('fqdnLookup', booleanOf, 'true or false'),
  Interval: take('interval', secondsOf, 'seconds, more than 0'),
  MaxReadInterval: take('maxReadInterval', secondsOf, 'seconds, more than 0'),
  ReadThreads: take('readThreads', count(1, 1024), 'a number of threads from 1 to 1024'),
  WriteThreads: without('each writer has a thread of its own'),
  Timeout: take('timeout', count(1, 1_000_000), 'a number of intervals from 1 to 1,000,000'),
  WriteQueueLimitHigh: take('maxQueue', count(1, 100_000_000), 'a number of values from 1 to 100,000,000'),
  WriteQueueLimitLow: without('a queue drops its oldest values when it is full, and none before'),
  CollectInternalStats: take('collectInternalStats', booleanOf, 'true or false'),
  BaseDir: baseDir,
  PIDFile: without('a host is not a daemon'),
  PreCacheChain: take('preCacheChain', textOf, name),
  PostCacheChain: take('postCacheChain', textOf, name),
};
