/** What routing can be told: `[routing]` of mortise.toml, and `routing` among the options of Host.open. */
import { integer, type Rule, type Rules, yesOrNo } from '../../config/rules.js';
import type { Capability } from '../capability.js';

const maxShards = 2 ** 32 - 1;
const shards = integer(1, maxShards);
/** What an optional parser takes at most on the main thread is about a second for each of them. */
const maxSqlBytes = 1024 * 1024;
const sqlBytes = integer(1, maxSqlBytes);
const maxSqlDepth = 2_000;
const sqlDepth = integer(1, maxSqlDepth);

export const section: Capability['section'] = ({ z }) => {
  const whole = ({ expected }: Rule, max: number) =>
    z.int(expected).min(1, expected).max(max, expected).optional();
  return z.strictObject({
    shards: whole(shards, maxShards),
    has_primary: z.boolean().optional(),
    has_replicas: z.boolean().optional(),
    in_transaction: z.boolean().optional(),
    write_override: z.boolean().optional(),
    max_sql_bytes: whole(sqlBytes, maxSqlBytes),
    max_sql_depth: whole(sqlDepth, maxSqlDepth),
    sql_cache_texts: whole(shards, maxShards),
    sql_cache_bytes: whole(shards, maxShards),
  });
};

/** The same for options, whose keys are in camel case. */
export const rules: Rules = {
  shards,
  hasPrimary: yesOrNo,
  hasReplicas: yesOrNo,
  inTransaction: yesOrNo,
  writeOverride: yesOrNo,
  maxSqlBytes: sqlBytes,
  maxSqlDepth: sqlDepth,
  sqlCacheTexts: shards,
  sqlCacheBytes: shards,
};
