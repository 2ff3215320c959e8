/** Plugins that read values on intervals, and plugins that write them: `host.collecting`. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { collectAddon } from '../../native/collecting.js';
import type { Capability } from '../capability.js';
import { Collection } from './collection.js';
import { type OutletOptions, Outlets } from './outlets.js';
import { rules, section } from './section.js';
import { readTypes } from './types.js';
import './offer.js';

declare module '../capability.js' {
  interface CapabilityOptions {
    collecting?: CollectingOptions;
  }
}

export interface CollectingOptions extends OutletOptions {
  /** The host in what is collected. Default: the machine's name. */
  hostname?: string;
  /** In seconds, of readers that have none of their own. Default 10. */
  interval?: number;
  /** How many threads read. Default 5. */
  readThreads?: number;
  /** After how many intervals without a value a series is missing. Default 2. */
  timeout?: number;
  /** How many samples may wait for one writer; the oldest beyond it are dropped, and counted. Default 100,000. */
  maxQueue?: number;
  /** In seconds: the longest interval of a reader that fails. Default 86,400. */
  maxReadInterval?: number;
  /** Files that say which values a type has, as collectd's types.db. Some plain types are always there. */
  typesDb?: readonly string[];
  /**
   * A directory that keeps on disk what a writer hasn't taken, also beyond the end of the process. A writer may get its
   * last batch a second time then. Default: none; what waits is in memory.
   */
  buffer?: string;
  /** How many bytes it keeps for one writer; the oldest beyond them are dropped, and counted. Default 1 GiB. */
  bufferMaxBytes?: number;
  /** In seconds: what is older is dropped, and counted. Default: nothing is. */
  bufferMaxAge?: number;
  /** Whether readers run as soon as the host is open. Default true; else from `host.collecting.start()` on. */
  start?: boolean;
}

/** `host.capability(Collecting)`, which is `host.collecting`. */
export const Collecting: Capability<CollectingOptions | undefined, Collection> = {
  name: 'collecting',
  section,
  rules,
  paths: ['typesDb', 'buffer'],
  prepare({ native, cwd, tell }, options = {}) {
    collectAddon().set(
      native,
      options.hostname ?? hostname(),
      options.interval ?? 10,
      options.readThreads ?? 5,
      options.timeout ?? 2,
      options.maxQueue ?? 100_000,
      options.maxReadInterval ?? 86_400,
      options.buffer === undefined ? '' : resolve(cwd, options.buffer),
      options.bufferMaxBytes ?? 2 ** 30,
      options.bufferMaxAge ?? 0,
    );
    if (options.typesDb) readTypes(native, options.typesDb, cwd, tell);
  },
  isWanted: ({ native }) => collectAddon().hasCollector(native),
  open(host, options) {
    const collection = new Collection(host, options && new Outlets(options));
    if (options?.start !== false) collection.begin();
    return collection;
  },
};
