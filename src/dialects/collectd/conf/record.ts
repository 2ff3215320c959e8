/** What a collectd.conf says, as a host is told it. */
import type { PluginRequest } from '../../../config/value.js';
import type { Problem } from '../../../errors.js';
import type { CollectdItem } from '../../../native/collectd-config.js';

export interface CollectdConf {
  /** In the order of their LoadPlugin lines; each with its blocks. */
  plugins: PluginRequest[];
  /** Undefined: the system's, made fully qualified if `fqdnLookup`. */
  hostname?: string;
  fqdnLookup: boolean;
  /** Seconds. */
  interval?: number;
  maxReadInterval?: number;
  readThreads?: number;
  /** Intervals until a series is missing. */
  timeout?: number;
  /** Samples that wait for one writer. */
  maxQueue?: number;
  collectInternalStats: boolean;
  /** Files of data sets; undefined: collectd's own. */
  types?: string[];
  chains: CollectdItem[];
  preCacheChain: string;
  postCacheChain: string;
}

/** Problems whose code begins with MORTISE_WARN_ don't stop anything. */
export interface ReadConf {
  conf: CollectdConf;
  problems: Problem[];
}
