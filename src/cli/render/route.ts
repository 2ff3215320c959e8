/** What `mortise route` prints. */
import type { Asked } from '../../capabilities/routing/explain.js';
import type { Decision } from '../../capabilities/routing/query.js';
import type { SqlIdentity } from '../../capabilities/routing/sql/summaries.js';
import { clean } from '../../messages/clean.js';
import type { Output } from '../output.js';
import type { Colours } from './colours.js';
import { table } from './table.js';
import { count, shorten } from './text.js';

/** "shard 2   read   tenant_router   SELECT …", and a line for the reason and for each error. */
export function renderDecision(decision: Decision, sql: unknown, { colours, columns = 120 }: Output): string {
  const plugin = decision.plugin ?? '-';
  const head = `${where(decision, colours)}  ${(decision.readWrite ?? '-').padEnd(5)}  ${clean(plugin).padEnd(20)}`;
  const query =
    typeof sql === 'string'
      ? shorten(clean(sql.replace(/\s+/g, ' ').trim()), Math.max(20, columns - 42))
      : '';
  const { reason } = decision;
  const why = reason ? `  ${`${reason.sqlstate}  ${clean(reason.message)}`.trimEnd()}\n` : '';
  const errors = (decision.errors ?? []).map(({ code, message, where, subject, remedy }) => {
    const text = clean([subject, where, message].filter(Boolean).join(': '));
    return `  ${colours.red(code)}  ${text}${remedy ? `. ${clean(remedy)}` : ''}\n`;
  });
  return `${`${head}  ${colours.dim(query)}`.trimEnd()}\n${why}${errors.join('')}`;
}

function where({ plugin, shard }: Decision, colours: Colours): string {
  const width = 10;
  if (shard === 'blocked') return colours.red('blocked'.padEnd(width));
  if (shard === null) return (plugin === null ? 'undecided' : '-').padEnd(width);
  return (shard === 'all' ? 'all shards' : `shard ${shard}`).padEnd(width);
}

/** "select  e0f3…  SELECT * FROM t WHERE a = $1"; nothing without a parser. */
export function renderStatement(statement: SqlIdentity, { colours, columns = 120 }: Output): string {
  const { outcome, message, kinds, normalised, fingerprint } = statement;
  if (outcome === 'no tree') return '';
  if (outcome !== 'parsed') return `    ${colours.dim(`${outcome}: ${clean(message)}`)}\n`;
  const text = shorten(clean((normalised ?? '').replace(/\s+/g, ' ').trim()), Math.max(20, columns - 40));
  return `    ${colours.dim(`${kinds.join(', ') || 'empty'}  ${fingerprint ?? '-'}  ${text}`.trimEnd())}\n`;
}

/** "1  query_firewall  passed  140 ns", a line for each plugin of the chain. */
export function renderAsked(asked: readonly Asked[], { colours }: Output): string {
  const said = { decided: colours.bold, passed: colours.dim, fault: colours.red, 'not asked': colours.dim };
  return table(
    asked.map(({ plugin, said: word, nanoseconds, error }, index) => [
      String(index + 1),
      clean(plugin),
      said[word](word),
      nanoseconds === null ? '' : time(nanoseconds),
      error?.code ?? '',
    ]),
    '    ',
  );
}

/** "140 ns", "3.1 µs", "12 ms". */
function time(nanoseconds: number): string {
  if (nanoseconds < 1000) return `${nanoseconds} ns`;
  if (nanoseconds < 1_000_000) return `${(nanoseconds / 1000).toFixed(1)} µs`;
  return `${(nanoseconds / 1_000_000).toFixed(1)} ms`;
}

/** "1,204 queries: 900 by tenant_router, 4 by query_firewall, 300 undecided, 2 with errors". */
export function renderRouted(counts: ReadonlyMap<string | null, number>, failed: number): string {
  const all = [...counts.values()].reduce((sum, number) => sum + number, 0);
  const parts = [...counts]
    .sort(([a], [b]) => Number(a === null) - Number(b === null))
    .map(([plugin, number]) => {
      const text = number.toLocaleString('en');
      return plugin === null ? `${text} undecided` : `${text} by ${clean(plugin)}`;
    });
  if (failed > 0) parts.push(`${failed.toLocaleString('en')} with errors`);
  return `${count(all, 'query', 'queries')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}\n`;
}
