/** What a statement would need of a router that sends it to every shard. Read from what the host says of its SQL. */
import { Bounded } from './bounded.js';

/** What one shard alone answers wrongly. Window functions come last: those that have a name say it. */
const clauses = {
  'set operation': 'UNION, INTERSECT or EXCEPT',
  'order by': 'ORDER BY',
  'group by': 'GROUP BY',
  having: 'HAVING',
  distinct: 'DISTINCT',
  limit: 'LIMIT',
  offset: 'OFFSET',
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
   every json_agg json_arrayagg json_object_agg json_objectagg jsonb_agg jsonb_object_agg max min mode percent_rank percentile_cont percentile_disc
   range_agg range_intersect_agg rank regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
   regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg`.split(/\s+/),
);
/** What only a call of an aggregate has: by it those of the user's own are known. */
const ofAggregates = ['star', 'distinct', 'order by', 'filter'];

/**
 * @typedef {object} Findings
 * @property {string} [needs] what only one server can do: `ORDER BY`, `count()`, …
 * @property {boolean} hasTables
 */

/** @param {import('mortise').Host} host @returns {(sql: string) => Findings} looks at each text once */
export function makeInspect(host) {
  const known = new Bounded(1000);
  return (sql) => known.get(sql) ?? known.set(sql, findingsOf(host.routing.summary(sql)));
}

function findingsOf({ outcome, message, statements: [statement, ...others] }) {
  // The servers say better what is wrong with it, but what has no tree may be anything.
  if (outcome !== 'parsed')
    return { needs: `a statement that can be read (${message || outcome})`, hasTables: true };
  if (!statement || others.length > 0) return { needs: 'one statement at a time', hasTables: true };
  const { node, blocks } = statement;
  return {
    needs: statements[node] ?? blocks.map(needOf).find(Boolean),
    hasTables: blocks.some(({ tables }) => tables.length > 0),
  };
}

function needOf({ clauses: has, functions }) {
  const clause = Object.keys(clauses).find((name) => has.has(name));
  if (clause) return clauses[clause];
  const called = functions.find(
    ({ name, clauses: own }) => aggregates.has(name) || ofAggregates.some((one) => own.has(one)),
  );
  if (called) return `${called.name}()`;
  return has.has('window') ? 'a window function' : undefined;
}
