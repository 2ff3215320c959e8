/** `[routing]` in mortise.toml: what queries are routed with unless they say otherwise. */
import type { Capability } from '../capability.js';

export const section: Capability['section'] = ({ z }) => {
  const shards = 'an integer from 1 to 4294967295';
  return z.strictObject({
    shards: z
      .int(shards)
      .min(1, shards)
      .max(2 ** 32 - 1, shards)
      .optional(),
    has_primary: z.boolean().optional(),
    has_replicas: z.boolean().optional(),
    in_transaction: z.boolean().optional(),
    write_override: z.boolean().optional(),
  });
};
