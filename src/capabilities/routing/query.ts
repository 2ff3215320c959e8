/** What goes into routing and what comes out of it. */
import { MortiseError, type Problem } from '../../errors.js';
import { nameOf, type Parameter } from './parameter.js';

/** What is known of the cluster and the session when a query says nothing of it. */
export interface RoutingDefaults {
  /** How many shards there are, 1 to 4294967295. Default 1. */
  shards?: number;
  /** Default true. */
  hasPrimary?: boolean;
  /** Default false. */
  hasReplicas?: boolean;
  /** Default false. */
  inTransaction?: boolean;
  /** The client asked that the query go to a primary. Default false. */
  writeOverride?: boolean;
}

export interface Query extends RoutingDefaults {
  sql: string;
  params?: readonly Parameter[];
}

/** Why a query is blocked, in the words of the plugin that blocked it. */
export interface BlockReason {
  /** For the client; empty when the plugin gave only an SQLSTATE. At most 255 bytes of UTF-8, and any characters. */
  message: string;
  /** Five upper-case letters and digits; `42501`, insufficient privilege, unless the plugin says another. */
  sqlstate: string;
}

/** Who decided, and what. */
export interface Decision {
  /** The name of the plugin that decided; null when none did. */
  plugin: string | null;
  /** A shard from 0, all of them, none (`blocked`), or null when that was left open. */
  shard: number | 'all' | 'blocked' | null;
  readWrite: 'read' | 'write' | null;
  /** Only when `shard` is `blocked`, and only when the plugin gives one. */
  reason?: BlockReason;
  /**
   * Answers that broke the rules, in the order of the chain; each counted as no answer. A reason that broke them was
   * left out, and the query stays blocked.
   */
  errors?: Problem[];
}

export function noQuery(query: unknown, sql: unknown): MortiseError {
  const whole = typeof query !== 'object' || query === null;
  return new MortiseError({
    code: 'MORTISE_ERR_QUERY',
    message: whole ? 'the query is not an object' : 'the query has no SQL',
    where: whole ? undefined : 'sql',
    expected: whole ? '{ sql: string, params?: [...] }' : 'a string',
    found: nameOf(whole ? query : sql),
    remedy: 'Call route({ sql: "SELECT …", params: ["42"] }).',
  });
}
