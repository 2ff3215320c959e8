/** What collectd's plugins have in common: `[collectd]` of mortise.toml, and `collectd` among the options of Host.open. */
import { list, type Rule, type Rules, table, text, yesOrNo } from '../../config/rules.js';
import type { Capability } from '../capability.js';

const chains: Rule = {
  fits: (value) =>
    list.fits(value) ||
    (table.fits(value) &&
      Object.entries(value as object).every(([name, one]) => name !== '' && table.fits(one))),
  expected: 'a table of chains by name, each a table',
};

export const section: Capability['section'] = ({ z }) => {
  const string = z.string(text.expected).min(1, text.expected).refine(text.fits, text.expected);
  return z.strictObject({
    chains: z
      .record(z.string().min(1), z.record(z.string(), z.unknown(), chains.expected), chains.expected)
      .optional(),
    pre_cache_chain: string.optional(),
    post_cache_chain: string.optional(),
    collect_internal_stats: z.boolean().optional(),
  });
};

/** The same for options, whose keys are in camel case; and what a collectd.conf gives. */
export const rules: Rules = {
  chains,
  preCacheChain: text,
  postCacheChain: text,
  collectInternalStats: yesOrNo,
  warnings: list,
};
