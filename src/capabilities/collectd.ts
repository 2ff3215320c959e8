/** What a collectd.conf says beside its plugins and [collecting]: filter chains, and values about collecting itself. */
import { list, text, yesOrNo } from '../config/rules.js';
import { MortiseError, type Problem } from '../errors.js';
import type { NativeHost } from '../native/addon.js';
import { collectdChains, collectInternalStats } from '../native/collectd-chains.js';
import type { CollectdItem } from '../native/collectd-config.js';
import { releaseDaemon, useDaemon } from '../native/collectd-daemon.js';
import type { Capability, CapabilityFacade } from './capability.js';

declare module './capability.js' {
  interface CapabilityOptions {
    collectd?: CollectdOptions;
  }
}

/** As a collectd.conf gives them. */
export interface CollectdOptions {
  /** Its `<Chain>` blocks. */
  chains?: readonly CollectdItem[];
  /** The chain before the value cache. Default PreCache. */
  preCacheChain?: string;
  /** The chain after it: what that doesn't write isn't written. Default PostCache. */
  postCacheChain?: string;
  /** Whether queues and the value cache are collected too. Default false. */
  collectInternalStats?: boolean;
  /** What had no effect: it is told as the host opens. */
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
  rules: {
    chains: list,
    preCacheChain: text,
    postCacheChain: text,
    collectInternalStats: yesOrNo,
    warnings: list,
  },
  prepare({ tell }, { warnings = [] } = {}) {
    for (const warning of warnings) tell(warning);
  },
  /** Before readers start, and after plugins have registered their matches and targets. */
  open({ native }, options = {}) {
    const { chains = [], preCacheChain = 'PreCache', postCacheChain = 'PostCache' } = options;
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
