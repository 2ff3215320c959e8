/** What stands in SQL, for TypeScript: the summary that plugins read, with names for its numbers. */
import type { NativeSqlSummary } from '../../../native/addon.js';

/** As include/mortise/sql.h has them, in their order. */
const outcomes = ['parsed', 'syntax error', 'too long', 'too deep', 'no tree'] as const;
const accesses = [null, 'read', 'write'] as const;
const uses = [null, 'read', 'write', 'define'] as const;
const places = ['other', 'where', 'join', 'having', 'values', 'set'] as const;
const types = [
  'other',
  'parameter',
  'integer',
  'decimal',
  'text',
  'boolean',
  'bits',
  'null',
  'default',
] as const;
const kinds = [
  'other',
  'select',
  'insert',
  'update',
  'delete',
  'merge',
  'copy',
  'truncate',
  'call',
  'explain',
  'transaction',
  'set',
  'show',
  'prepare',
  'execute',
  'deallocate',
  'cursor',
  'listen',
  'lock',
  'define',
] as const;
const clauses = [
  'where',
  'limit',
  'offset',
  'order by',
  'group by',
  'having',
  'distinct',
  'window',
  'set operation',
  'with',
  'returning',
  'columns',
  'on conflict',
  'for update',
  'for share',
  'into',
  'values',
] as const;
const inCalls = ['star', 'distinct', 'order by', 'filter', 'over'] as const;
const none = 2 ** 32 - 1;

export type SqlKind = (typeof kinds)[number];
export type SqlClause = (typeof clauses)[number];
export type SqlCallClause = (typeof inCalls)[number];

/** What stands in a text of SQL. Names are folded to lower case unless they were quoted; empty: not given. */
export interface SqlSummary {
  /** `parsed`, or why there is no tree; then all lists are empty. */
  outcome: (typeof outcomes)[number];
  /** Why there is no tree; empty when there is. */
  message: string;
  /** Of a syntax error, in bytes from 0. */
  position: number;
  /** Of all statements together. A SELECT reads, whatever its functions do; null: BEGIN, SET and the like. */
  access: 'read' | 'write' | null;
  /** The highest `$n`. */
  parameterCount: number;
  statements: SqlStatement[];
}

export interface SqlStatement {
  kind: SqlKind;
  access: SqlSummary['access'];
  /** libpg_query's name, "SelectStmt". */
  node: string;
  /** Its part of the text. */
  sql: string;
  /** The outermost first. */
  blocks: SqlBlock[];
}

/** A statement or a query within it: the place in which names of tables are known. */
export interface SqlBlock {
  kind: SqlKind;
  clauses: Set<SqlClause>;
  /** The block around it, among the statement's; undefined: it is the outermost. */
  parent: number | undefined;
  tables: SqlTable[];
  functions: SqlFunction[];
  comparisons: SqlComparison[];
}

export interface SqlTable {
  use: 'read' | 'write' | 'define';
  catalog: string;
  schema: string;
  name: string;
  alias: string;
}

/** A function that is called, once for each call. */
export interface SqlFunction {
  schema: string;
  name: string;
  /** What the call has besides arguments: `star` is `count(*)`. All but `over` are only of aggregates. */
  clauses: Set<SqlCallClause>;
}

/** A column beside a value. A list, as of IN, a BETWEEN and a row are several. */
export interface SqlComparison {
  /** Whose column it is; undefined: the text doesn't tell. */
  table: SqlTable | undefined;
  qualifier: string;
  column: string;
  /** "=", "<", "IS", "~~" for LIKE …, the column at its left. */
  operation: string;
  type: (typeof types)[number];
  /** A literal's text. */
  value: string;
  /** From 1; 0: none. */
  parameter: number;
  place: (typeof places)[number];
  /** It holds for every row that the block reads or changes. */
  isCertain: boolean;
  /** The value is an array: one of its elements is meant, or all. */
  array: 'any' | 'all' | undefined;
  /** Other values stand in its group, of which one is meant: those of IN, or of the rows of an INSERT. */
  isAlternative: boolean;
  group: number;
}

const flag = { certain: 1, any: 2, all: 4, alternative: 8 };

export function summaryOf(native: NativeSqlSummary): SqlSummary {
  const tables = native.tables.map(([, use, catalog, schema, name, alias]) => ({
    use: uses[use] as SqlTable['use'],
    catalog,
    schema,
    name,
    alias,
  }));
  const tablesOf = byBlock(native.tables, native.blocks.length);
  const functionsOf = byBlock(native.functions, native.blocks.length);
  const comparisonsOf = byBlock(native.comparisons, native.blocks.length);
  const blockOf = (index: number, first: number): SqlBlock => {
    const [kind, flags, , parent] = native.blocks[index] as NativeSqlSummary['blocks'][number];
    return {
      kind: kinds[kind] as SqlKind,
      clauses: named(clauses, flags),
      parent: parent === none ? undefined : parent - first,
      tables: (tablesOf[index] as number[]).map((at) => tables[at] as SqlTable),
      functions: (functionsOf[index] as number[]).map((at) => {
        const [, flags, schema, name] = native.functions[at] as NativeSqlSummary['functions'][number];
        return { schema, name, clauses: named(inCalls, flags) };
      }),
      comparisons: (comparisonsOf[index] as number[]).map((at) =>
        comparisonOf(native.comparisons[at] as NativeSqlSummary['comparisons'][number], tables),
      ),
    };
  };

  return {
    outcome: outcomes[native.outcome] as SqlSummary['outcome'],
    message: native.message,
    position: native.position,
    access: accesses[native.access] as SqlSummary['access'],
    parameterCount: native.parameterCount,
    statements: native.statements.map(([kind, access, first, count, node, sql]) => ({
      kind: kinds[kind] as SqlKind,
      access: accesses[access] as SqlSummary['access'],
      node,
      sql,
      blocks: Array.from({ length: count }, (_, index) => blockOf(first + index, first)),
    })),
  };
}

/** The names of the bits that are set. */
function named<Name>(names: readonly Name[], flags: number): Set<Name> {
  return new Set(names.filter((_, bit) => flags & (1 << bit)));
}

/** For each block the indices of its rows. */
function byBlock(rows: readonly [number, ...unknown[]][], blocks: number): number[][] {
  const lists = Array.from({ length: blocks }, (): number[] => []);
  for (const [index, [block]] of rows.entries()) lists[block]?.push(index);
  return lists;
}

function comparisonOf(
  [
    ,
    table,
    type,
    parameter,
    place,
    flags,
    group,
    qualifier,
    column,
    operation,
    value,
  ]: NativeSqlSummary['comparisons'][number],
  tables: readonly SqlTable[],
): SqlComparison {
  return {
    table: tables[table],
    qualifier,
    column,
    operation,
    type: types[type] as SqlComparison['type'],
    value,
    parameter,
    place: places[place] as SqlComparison['place'],
    isCertain: (flags & flag.certain) !== 0,
    array: flags & flag.any ? 'any' : flags & flag.all ? 'all' : undefined,
    isAlternative: (flags & flag.alternative) !== 0,
    group,
  };
}
