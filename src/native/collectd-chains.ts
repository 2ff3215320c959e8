/** The part of the native addon for filter chains: native/node/bind_collectd_chains.cc. Not on Windows. */
import type { Problem } from '../errors.js';
import { addon } from './addon.js';
import type { NativeDaemon } from './collectd.js';
import type { CollectdItem } from './collectd-config.js';

interface ChainsAddon {
  collectdChains(
    daemon: NativeDaemon,
    blocks: readonly CollectdItem[],
    before: string,
    after: string,
  ): Problem[];
  collectdInternalStats(daemon: NativeDaemon): void;
}

const native = () => addon() as unknown as ChainsAddon;

/**
 * Values go through these chains from now on, in place of earlier ones; through those that were there when one is not
 * valid. `before` and `after` name those before and after the value cache.
 */
export const collectdChains = (
  daemon: NativeDaemon,
  blocks: readonly CollectdItem[],
  before: string,
  after: string,
): Problem[] =>
  native()
    .collectdChains(daemon, blocks, before, after)
    .map((problem) => ({ ...problem, subject: 'filter chains' }));

/** Reads from now on how long queues are, what was dropped, and how large the value cache is. */
export const collectInternalStats = (daemon: NativeDaemon): void => native().collectdInternalStats(daemon);
