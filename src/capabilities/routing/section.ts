/** What routing can be told: `[routing]` of mortise.toml, and `routing` among the options of Host.open. */
import { integer, type Rules, yesOrNo } from '../../config/rules.js';
import type { Capability } from '../capability.js';

const maxShards = 2 ** 32 - 1;
const shards = integer(1, maxShards);

export const section: Capability['section'] = ({ z }) =>
  z.strictObject({
    shards: z.int(shards.expected).min(1, shards.expected).max(maxShards, shards.expected).optional(),
    has_primary: z.boolean().optional(),
    has_replicas: z.boolean().optional(),
    in_transaction: z.boolean().optional(),
    write_override: z.boolean().optional(),
  });

/** The same for options, whose keys are in camel case. */
export const rules: Rules = {
  shards,
  hasPrimary: yesOrNo,
  hasReplicas: yesOrNo,
  inTransaction: yesOrNo,
  writeOverride: yesOrNo,
};
