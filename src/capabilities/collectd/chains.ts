/** Filter chains as a configuration has them: blocks of a collectd.conf, or tables by name. */
import type { ConfigTable } from '../../config/value.js';
import { MortiseError, type Problem } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import type { CollectdItem } from '../../native/collectd-config.js';
import { item, itemsOf, type Refuse } from './tree.js';

/** Each table is what stands in a `<Chain NAME>` block. */
export type ChainTables = Readonly<Record<string, ConfigTable>>;

/** @throws MortiseError MORTISE_ERR_CONFIG_TYPE for what a collectd.conf can't say: all at once, in `problems` */
export function chainBlocks(chains: readonly CollectdItem[] | ChainTables): readonly CollectdItem[] {
  if (isBlocks(chains)) return chains;
  const problems: Problem[] = [];
  const refuse: Refuse = (where, expected, value) =>
    problems.push({
      code: 'MORTISE_ERR_CONFIG_TYPE',
      message: `${where} must be ${expected}`,
      subject: 'filter chains',
      where,
      expected,
      found: shown(value),
      remedy: 'See docs/collectd.md for how chains are written in mortise.toml.',
    });
  const blocks = Object.entries(chains).map(([name, table]) =>
    placed(
      item(
        'Chain',
        [name],
        Object.entries(table).flatMap(([key, value]) =>
          itemsOf(key, value, `collectd.chains.${name}.${key}`, refuse),
        ),
      ),
      `collectd.chains.${name}`,
    ),
  );
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
  return blocks;
}

const isBlocks = (chains: readonly CollectdItem[] | ChainTables): chains is readonly CollectdItem[] =>
  Array.isArray(chains);

/** With the keys that lead to it, for errors to name: it has no line. */
const placed = (one: CollectdItem, where: string): CollectdItem => ({
  ...one,
  file: where,
  children: one.children.map((child) => placed(child, `${where}.${child.key}`)),
});
