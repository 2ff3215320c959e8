/** What collectd's plugins have in common beside [collecting]: filter chains, and values about collecting itself. */
import { MortiseError, type Problem } from '../../errors.js';
import type { NativeHost } from '../../native/addon.js';
import { collectdChains, collectInternalStats } from '../../native/collectd-chains.js';
import type { CollectdItem } from '../../native/collectd-config.js';
import { releaseDaemon, useDaemon } from '../../native/collectd-daemon.js';
import type { Capability, CapabilityFacade, CapabilityHost } from '../capability.js';
import { hasTypes } from '../collecting/types.js';
import { type ChainTables, chainBlocks } from './chains.js';
import { rules, section } from './section.js';

declare module '../capability.js' {
  interface CapabilityOptions {
    collectd?: CollectdOptions;
  }
}

export interface CollectdOptions {
  /** What stands in each `<Chain NAME>` block, by its name; or those blocks, as they are read from a collectd.conf. */
  chains?: readonly CollectdItem[] | ChainTables;
  /** The chain before the value cache. Default PreCache. */
  preCacheChain?: string;
  /** The chain after it: what that doesn't write isn't written. Default PostCache. */
  postCacheChain?: string;
  /** Whether queues and the value cache are collected too. Default false. */
  collectInternalStats?: boolean;
  /** What had no effect of a collectd.conf: it is told as the host opens. */
  warnings?: readonly Problem[];
}

/** Nothing is asked of it. */
class Chains implements CapabilityFacade {
  /** Undefined once it needs no daemon any more. */
  #host: NativeHost | undefined;

  constructor(host?: NativeHost) {
    this.#host = host;
  }

  changed(): void {}

  /** Values go through the chains until the last plugin has stopped. */
  close(): void {
    if (this.#host) releaseDaemon(this.#host);
    this.#host = undefined;
  }
}

export const Collectd: Capability<CollectdOptions | undefined, Chains> = {
  name: 'collectd',
  section,
  rules,
  prepare({ tell }, { warnings = [] } = {}) {
    for (const warning of warnings) tell(warning);
  },
  isWanted: hasPlugins,
  /** Before readers start, and after plugins have registered their matches and targets. */
  open(host, options = {}) {
    const { native } = host;
    const { preCacheChain = 'PreCache', postCacheChain = 'PostCache' } = options;
    if (hasPlugins(host) && !hasTypes(native)) host.tell(noTypes());
    const chains = chainBlocks(options.chains ?? []);
    if (chains.length === 0 && !options.collectInternalStats) return new Chains();
    const daemon = useDaemon(native);
    const problems = collectdChains(daemon, chains, preCacheChain, postCacheChain);
    if (options.collectInternalStats) collectInternalStats(daemon);
    const [first, ...rest] = problems;
    if (!first) return new Chains(native);
    releaseDaemon(native);
    throw new MortiseError([first, ...rest]);
  },
};

function hasPlugins({ plugins }: CapabilityHost): boolean {
  return [...plugins].some(({ dialect, state }) => dialect === 'collectd' && state === 'ready');
}

/** A host goes on: plugins may define their own, and a few plain ones are always there. */
const noTypes = (): Problem => ({
  code: 'MORTISE_WARN_COLLECTD_TYPES',
  message:
    'there is no types.db: most values of collectd’s plugins will be refused, for nothing says what they are',
  subject: 'types.db',
  where: 'types_db of [collecting] in a mortise.toml, TypesDB in a collectd.conf',
  expected: 'collectd’s own types.db, which Debian has in collectd-core',
  found: 'none',
  remedy:
    'Write types_db = ["/usr/share/collectd/types.db"], or TypesDB with the file that came with the plugins.',
});
