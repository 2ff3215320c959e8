/** What a statement would need of a router that sends it to every shard. Read from its syntax tree. */
import { Bounded } from './bounded.js';

/** Longer ones aren't parsed: the parser recurses, and 20 KB of operators are enough to break it. */
const longest = 10_000;

/** What one shard alone answers wrongly, by the key of a SELECT's node. */
const clauses = {
  sortClause: 'ORDER BY',
  groupClause: 'GROUP BY',
  havingClause: 'HAVING',
  distinctClause: 'DISTINCT',
  limitCount: 'LIMIT',
  limitOffset: 'OFFSET',
  windowClause: 'WINDOW',
};
const statements = {
  CopyStmt: 'COPY',
  DeclareCursorStmt: 'a cursor',
  ExecuteStmt: 'EXECUTE',
  FetchStmt: 'FETCH',
  ListenStmt: 'LISTEN',
  PrepareStmt: 'PREPARE',
  TransactionStmt: 'a transaction statement',
};
const aggregates = new Set(
  `any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or count corr covar_pop covar_samp cume_dist dense_rank
   every json_agg json_object_agg jsonb_agg jsonb_object_agg max min mode percent_rank percentile_cont percentile_disc
   range_agg range_intersect_agg rank regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
   regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg`.split(/\s+/),
);

/**
 * @typedef {object} Findings
 * @property {string} [needs] what only one server can do: `ORDER BY`, `count()`, …
 * @property {boolean} hasTables
 */

/** @returns {Promise<(sql: string) => Findings>} looks at each text once */
export async function makeInspect() {
  const parser = await load();
  const known = new Bounded(1000);
  return (sql) => known.get(sql) ?? known.set(sql, look(parser, sql));
}

async function load() {
  try {
    const parser = await import('@libpg-query/parser');
    await parser.loadModule();
    return parser;
  } catch {
    return undefined;
  }
}

function look(parser, sql) {
  if (!parser)
    return { needs: 'a look at its syntax tree (npm install @libpg-query/parser)', hasTables: true };
  if (sql.length > longest) return { needs: `a parser for more than ${longest} characters`, hasTables: true };
  try {
    return findingsOf(parser.parseSync(sql));
  } catch (error) {
    // The servers say better what is wrong with it, but what the parser can't read may be anything.
    return { needs: `a statement that can be read (${error.message})`, hasTables: true };
  }
}

function findingsOf({ stmts = [] }) {
  const findings = { needs: stmts.length === 1 ? undefined : 'one statement at a time', hasTables: false };
  // A list instead of recursion: trees are as deep as their text is long.
  const nodes = [...stmts];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'object' || value === null) continue;
      if (key === 'RangeVar' || key === 'relation') findings.hasTables = true;
      findings.needs ??= needOf(key, value);
      nodes.push(value);
    }
  }
  return findings;
}

function needOf(key, node) {
  if (key in statements) return statements[key];
  if (key === 'SelectStmt' || key === 'larg' || key === 'rarg') {
    if (node.op && node.op !== 'SETOP_NONE') return 'UNION, INTERSECT or EXCEPT';
    return Object.entries(clauses).find(([clause]) => node[clause] !== undefined)?.[1];
  }
  if (key !== 'FuncCall') return undefined;
  const name = node.funcname?.at(-1)?.String?.sval;
  const isAggregate = node.agg_star || node.agg_distinct || node.agg_order || node.agg_filter || node.over;
  return isAggregate || aggregates.has(name) ? `${name}()` : undefined;
}
