/** A collectd.conf as a host's configuration: what a mortise.toml that says the same would be. */
import { resolve } from 'node:path';
import { lockFor } from '../../../config/names.js';
import type { Config } from '../../../config/record.js';
import { MortiseError, type Problem } from '../../../errors.js';
import { fullHostname } from './hostname.js';
import { readCollectdConf } from './read.js';

/**
 * @throws MortiseError MORTISE_ERR_CONFIG_MISSING, MORTISE_ERR_COLLECTD_FILE, _SYNTAX, _INCLUDE, _OPTION: all of them at once, in `problems`, each
 *   with its file and line. What only has no effect is among the options of the capability collectd, which tells it.
 */
export async function collectdConfiguration(path: string): Promise<Config> {
  const { conf, problems } = readCollectdConf(path);
  const warnings = problems.filter(({ code }) => code.startsWith('MORTISE_WARN_'));
  const [first, ...rest] = problems.filter((problem) => !warnings.includes(problem));
  if (first) throw new MortiseError([first, ...rest]);
  const { plugins, chains, preCacheChain, postCacheChain, collectInternalStats } = conf;
  const hostname =
    conf.hostname ?? (conf.fqdnLookup ? await fullHostname(warned(warnings, path)) : undefined);
  const { interval, readThreads, timeout, maxQueue, maxReadInterval, types } = conf;
  return {
    path: resolve(path),
    host: { search: [], services: [], files: {}, parser: 'none', lock: lockFor(resolve(path)) },
    capabilities: {
      collecting: defined({
        hostname,
        interval,
        readThreads,
        timeout,
        maxQueue,
        maxReadInterval,
        typesDb: types?.map((file) => resolve(file)),
      }),
      collectd: defined({ chains, preCacheChain, postCacheChain, collectInternalStats, warnings }),
    },
    plugins,
  };
}

const defined = (options: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

const warned =
  (warnings: Problem[], subject: string) =>
  (found: string): void => {
    warnings.push({
      code: 'MORTISE_WARN_COLLECTD_HOSTNAME',
      message: `the name ${found} of this machine has no fully qualified form`,
      subject,
      where: 'FQDNLookup',
      expected: 'a name that the system can resolve',
      found,
      remedy: 'Write Hostname, or FQDNLookup false.',
    });
  };
