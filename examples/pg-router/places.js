/** From what the plugins decide to what the router does: which shard, and whether a replica will do. */
import { makeInspect } from './inspect.js';
import { Refusal } from './refusal.js';

/**
 * @typedef {object} Place
 * @property {number | 'all' | undefined} shard undefined: wherever the session is
 * @property {boolean} isRead
 */

/** @type {Place} */
export const anywhere = { shard: undefined, isRead: false };
/** The same for what only prepares: it needs no transaction. @type {Place} */
export const preparing = { shard: undefined, isRead: false };

export class Places {
  /**
   * @param {import('mortise').Host} host
   * @param {import('./config.js').Config['router']} config
   * @param {import('./shards.js').Shards} shards
   */
  constructor(host, config, shards) {
    this.host = host;
    this.shards = shards;
    this.inspect = makeInspect(host);
    this.undecided = shards.count === 1 ? 0 : config.undecided;
    /** Where a session is at home. */
    this.home = typeof config.undecided === 'number' ? config.undecided : 0;
  }

  /**
   * @param {import('mortise').Decision} decision of the plugins on `sql`
   * @param {import('./transaction.js').Transaction} transaction
   * @returns {Place} @throws Refusal
   */
  of(decision, sql, { backend, isOpen }) {
    const { plugin, readWrite } = decision;
    const isRead = readWrite === 'read';
    if (decision.shard === 'blocked') {
      const { reason } = decision;
      const message = reason?.message || `blocked by the plugin ${plugin}`;
      throw new Refusal(reason?.sqlstate ?? '42501', message, {
        detail: reason?.message && `The plugin ${plugin} blocked it.`,
      });
    }
    if (decision.shard === null && backend) return anywhere;
    const shard = decision.shard ?? this.undecided;
    if (typeof shard === 'number') return { shard, isRead };
    if (shard === 'refuse') {
      throw new Refusal('0A000', 'no plugin said where this statement belongs', {
        hint: 'Add a plugin that does, or say it with `undecided` in pg-router.toml.',
      });
    }
    if (this.shards.count === 1) return { shard: 0, isRead };
    const { needs, hasTables } = this.inspect(sql);
    // What reads no table has the same answer everywhere.
    if (isOpen && !hasTables) return anywhere;
    const hint = 'Name the shard’s key in it, so that it goes to one shard.';
    if (needs)
      throw new Refusal('0A000', `this statement goes to every shard, which has no room for ${needs}`, {
        hint,
      });
    if (isOpen)
      throw new Refusal('0A000', 'a transaction runs on one shard, and this statement goes to every one', {
        hint,
      });
    return { shard, isRead };
  }
}
