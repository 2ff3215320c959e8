/**
 * The summary of a statement made a second time, from parseSync's objects: by recursion, with what is visible handed
 * down, where the native one makes one pass and resolves names behind it.
 */
import {
  comparing,
  type Found,
  type Groups,
  isStar,
  other,
  readValue,
  rowOf,
  type Value,
} from './oracle-comparisons.js';
import {
  alternatives,
  comparisonLine,
  functionLine,
  type Outline,
  type OutlineBlock,
  sortedBlock,
  tableLine,
} from './outline.js';
import { isTree, number, strings, type Tree, text, tree, trees, unwrap } from './tree.js';

interface Table {
  use: string;
  readonly parts: readonly string[];
  readonly alias: string;
}

/** What columns may belong to. */
interface Source {
  readonly name: string;
  /** Without an alias a schema may stand before the name. */
  readonly schema: string | null;
  readonly counts: boolean;
  readonly table: Table | null;
  readonly query: Tree | null;
}

interface Scope {
  readonly sources: readonly Source[];
  readonly block: Block;
}

/** What an expression knows of its surroundings. */
interface Place {
  readonly block: Block;
  /** Innermost first. */
  readonly scopes: readonly Scope[];
  readonly names: ReadonlySet<string>;
  readonly place: string;
  readonly certain: boolean;
}

class Block {
  readonly has = new Set<string>();
  readonly tables: Table[] = [];
  readonly functions: string[] = [];
  readonly comparisons: string[] = [];
  readonly blocks: Block[] = [];
  sources: readonly Source[] = [];
  /** The blocks of its subqueries in FROM. */
  readonly of = new Map<Tree, Block>();
  constructor(
    readonly kind: string,
    readonly node: string,
    readonly depth: number,
  ) {}

  outline(): OutlineBlock {
    return {
      kind: this.kind,
      has: [...this.has],
      tables: this.tables.map((one) => tableLine(one.use, one.parts, one.alias)),
      functions: this.functions,
      comparisons: this.comparisons,
      blocks: this.blocks.map((one) => one.outline()),
    };
  }

  /** Itself and all within. */
  all(): Block[] {
    return [this, ...this.blocks.flatMap((one) => one.all())];
  }
}

const kindsOf: [kind: string, names: string][] = [
  ['SELECT', 'Select'],
  ['INSERT', 'Insert'],
  ['UPDATE', 'Update'],
  ['DELETE', 'Delete'],
  ['MERGE', 'Merge'],
  ['COPY', 'Copy'],
  ['TRUNCATE', 'Truncate'],
  ['CALL', 'Call Do'],
  ['EXPLAIN', 'Explain'],
  ['TRANSACTION', 'Transaction'],
  ['SET', 'VariableSet ConstraintsSet'],
  ['SHOW', 'VariableShow'],
  ['PREPARE', 'Prepare'],
  ['EXECUTE', 'Execute'],
  ['DEALLOCATE', 'Deallocate'],
  ['CURSOR', 'DeclareCursor Fetch ClosePortal'],
  ['LISTEN', 'Listen Unlisten Notify'],
  ['LOCK', 'Lock'],
  ['OTHER', 'CheckPoint Cluster Discard Load RefreshMatView Reindex Vacuum'],
];
const kindOf = (node: string): string =>
  kindsOf.find(([, names]) => names.split(' ').includes(node.replace(/Stmt$/, '')))?.[0] ?? 'DEFINE';

const changing = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'];
const rowKinds = ['SELECT', 'COPY', ...changing];

const clauses: Record<string, string> = {
  whereClause: 'WHERE',
  limitOffset: 'OFFSET',
  sortClause: 'ORDER_BY',
  groupClause: 'GROUP_BY',
  havingClause: 'HAVING',
  distinctClause: 'DISTINCT',
  larg: 'SET',
  withClause: 'WITH',
  returningList: 'RETURNING',
  cols: 'COLUMNS',
  attlist: 'COLUMNS',
  onConflictClause: 'CONFLICT',
  intoClause: 'INTO',
  valuesLists: 'VALUES',
};

function addTable(block: Block, use: string, node: Tree): Table {
  const alias = text(tree(node, 'alias'), 'aliasname');
  const parts = ['catalogname', 'schemaname', 'relname'].map((key) => text(node, key));
  const table = { use, parts, alias };
  block.tables.push(table);
  return table;
}

function sourceOf(node: Tree, table: Table | null): Source {
  const alias = tree(node, 'alias');
  const isRenamed = Array.isArray(alias.colnames);
  return {
    name: text(alias, 'aliasname') || text(node, 'relname'),
    schema: 'aliasname' in alias ? null : text(node, 'schemaname'),
    counts: true,
    table: isRenamed ? null : table,
    query: isTree(node.subquery) ? node.subquery : null,
  };
}

/** What FROM lists, to the ground of its joins but not into its subqueries. */
function fromItems(items: readonly Tree[], block: Block, names: ReadonlySet<string>): Source[] {
  return items.flatMap((wrapped) => {
    const [name, node] = unwrap(wrapped);
    switch (name) {
      case 'RangeVar': {
        const isName = !('schemaname' in node) && names.has(text(node, 'relname'));
        return [sourceOf(node, isName ? null : addTable(block, 'READ', node))];
      }
      case 'RangeTableSample':
        return fromItems([tree(node, 'relation')], block, names);
      case 'JoinExpr': {
        const within = fromItems([tree(node, 'larg'), tree(node, 'rarg')], block, names);
        const own = ['alias', 'join_using_alias'].filter((key) => key in node);
        return [...within, ...own.map((key) => sourceOf({ alias: tree(node, key) }, null))];
      }
      case 'RangeSubselect':
      case 'RangeFunction':
      case 'RangeTableFunc':
      case 'JsonTable':
        return [sourceOf({ alias: {}, ...node }, null)].map((one) => ({ ...one, schema: null }));
      default:
        return [];
    }
  });
}

/** The table of a column, and how far out it is. */
function resolve(column: readonly string[], { scopes, block }: Place): string {
  const [relation, schema] = [column.at(-2), column.at(-3)];
  for (const scope of scopes) {
    const fits = scope.sources.filter((one) =>
      relation === undefined
        ? one.counts
        : one.name === relation && (schema === undefined || one.schema === '' || one.schema === schema),
    );
    if (fits.length === 0) continue;
    const table = fits.length === 1 ? fits[0]?.table : null;
    return table ? tableName(table, block.depth - scope.block.depth) : '';
  }
  return '';
}
const tableName = (table: Table, distance: number) => `${distance} ${table.alias || table.parts.at(-1)}`;

function addComparisons(groups: Groups, at: Place): void {
  const line = (one: Found) => {
    const table = resolve(one.column, at);
    const certain = at.certain && !one.weak && !/^[1-9]/.test(table);
    return comparisonLine({
      ...one.value,
      place: at.place,
      flags: [...(certain ? ['certain'] : []), ...(one.flags ?? [])],
      table,
      qualifier: one.column.slice(0, -1).join('.'),
      column: one.column.at(-1) ?? '',
      operation: one.operation,
    });
  };
  at.block.comparisons.push(...groups.map((group) => alternatives(group.map(line))));
}

/** A column of the statement's own table, and the values that it may get. */
function addAssigned(
  block: Block,
  target: Table,
  place: string,
  certain: boolean,
  column: Tree,
  values: readonly Value[],
) {
  const whole = !('indirection' in column);
  const lines = values.map((value) =>
    comparisonLine({
      ...(whole ? value : other),
      place,
      flags: certain ? ['certain'] : [],
      table: tableName(target, 0),
      qualifier: '',
      column: text(column, 'name'),
      operation: '=',
    }),
  );
  if (lines.length > 0) block.comparisons.push(alternatives(lines));
}

function addSet(list: readonly Tree[], block: Block, target: Table): void {
  for (const one of list.map((item) => tree(item, 'ResTarget'))) {
    const value = tree(one, 'val');
    const assigned = tree(value, 'MultiAssignRef');
    const row = rowOf(tree(assigned, 'source')) ?? [];
    const single = isTree(value.MultiAssignRef) ? (row[number(assigned, 'colno') - 1] ?? {}) : value;
    addAssigned(block, target, 'SET', false, one, [readValue(single)]);
  }
}

/** The rows that an INSERT gets, as lists of expressions. */
function rowsOf(select: Tree): Tree[][] {
  if (isTree(select.larg)) {
    const left = rowsOf(select.larg);
    return text(select, 'op') === 'SETOP_UNION' ? [...left, ...rowsOf(tree(select, 'rarg'))] : left;
  }
  if (Array.isArray(select.valuesLists)) {
    return trees(select, 'valuesLists').map((list) => trees(tree(list, 'List'), 'items'));
  }
  return [trees(select, 'targetList').map((one) => tree(tree(one, 'ResTarget'), 'val'))];
}

function addInserted(node: Tree, block: Block, target: Table): void {
  const select = tree(tree(node, 'selectStmt'), 'SelectStmt');
  const rows = Object.keys(select).length > 0 ? rowsOf(select) : [];
  const known = (row: Tree[]) => (row.some(isStar) ? row.findIndex(isStar) : row.length);
  const width = Math.min(...rows.map(known));
  const columns = trees(node, 'cols').map((one) => tree(one, 'ResTarget'));
  columns.slice(0, width).forEach((column, at) => {
    addAssigned(
      block,
      target,
      'VALUES',
      text(node, 'override') !== 'OVERRIDING_USER_VALUE',
      column,
      rows.map((row) => readValue(row[at] ?? {})),
    );
  });
}

const isBare = (select: Tree) =>
  'valuesLists' in select &&
  !['withClause', 'sortClause', 'limitCount', 'limitOffset', 'lockingClause'].some((key) => key in select);

/** A name in a list of strings, of DROP and COMMENT. */
function addObjects(node: Tree, block: Block): void {
  const type = (text(node, 'removeType') || text(node, 'objtype')).replace('OBJECT_', '');
  const isTable = ['TABLE', 'VIEW', 'MATVIEW', 'SEQUENCE', 'INDEX', 'FOREIGN_TABLE'].includes(type);
  const isPart = ['COLUMN', 'TRIGGER', 'POLICY', 'RULE', 'TABCONSTRAINT'].includes(type);
  if (!isTable && !isPart) return;
  for (const object of [...trees(node, 'objects'), tree(node, 'object')]) {
    const names = strings(trees(tree(object, 'List'), 'items')).map(String);
    const parts = isPart ? names.slice(0, -1) : names;
    if (parts.length > 0) block.tables.push({ use: 'DEFINE', parts, alias: '' });
  }
}

function visitWith(
  clause: Tree,
  block: Block,
  outer: readonly Scope[],
  before: ReadonlySet<string>,
): ReadonlySet<string> {
  const queries = trees(clause, 'ctes').map((one) => tree(one, 'CommonTableExpr'));
  const all = new Set([...before, ...queries.map((one) => text(one, 'ctename'))]);
  let seen = before;
  for (const query of queries) {
    const [name, node] = unwrap(tree(query, 'ctequery'));
    visitStatement(name, node, block, outer, clause.recursive === true ? all : seen);
    walk({ ...query, ctequery: {} }, { block, scopes: outer, names: all, place: 'OTHER', certain: false });
    seen = new Set([...seen, text(query, 'ctename')]);
  }
  return all;
}

/** Adds the block of a statement to the one around it. */
function visitStatement(
  name: string,
  node: Tree,
  parent: Block | null,
  outer: readonly Scope[],
  namesAround: ReadonlySet<string>,
): Block {
  const block = new Block(kindOf(name), name, parent ? parent.depth + 1 : 0);
  parent?.blocks.push(block);
  const names = isTree(node.withClause) ? visitWith(node.withClause, block, outer, namesAround) : namesAround;
  if (rowKinds.includes(block.kind)) {
    for (const [key, has] of Object.entries(clauses)) if (key in node) block.has.add(has);
    const isAll = tree(tree(node, 'limitCount'), 'A_Const').isnull === true;
    if ('limitCount' in node && !isAll) block.has.add('LIMIT');
  }
  const isChange = changing.includes(block.kind);
  const target = isChange ? addTable(block, 'WRITE', tree(node, 'relation')) : null;
  const from = [...trees(node, 'fromClause'), ...trees(node, 'usingClause'), tree(node, 'sourceRelation')];
  block.sources = [
    ...(target ? [sourceOf(tree(node, 'relation'), target)] : []),
    ...fromItems(from, block, names),
    ...('onConflictClause' in node
      ? [{ name: 'excluded', schema: null, counts: false, table: null, query: null }]
      : []),
    ...namedTables(name, node, block),
  ];
  const scopes = [{ sources: block.sources, block }, ...outer];
  const place: Place = { block, scopes, names, place: 'OTHER', certain: false };
  if (target && block.kind === 'INSERT') addInserted(node, block, target);
  if (target && block.kind === 'UPDATE') addSet(trees(node, 'targetList'), block, target);
  visitMembers(node, place, outer, target);
  for (const clause of trees(node, 'lockingClause').map((one) => tree(one, 'LockingClause'))) {
    block.has.add(/SHARE$/.test(text(clause, 'strength')) ? 'FOR_SHARE' : 'FOR_UPDATE');
    const of = trees(clause, 'lockedRels').map((one) => text(tree(one, 'RangeVar'), 'relname'));
    lock(block, of.length > 0 ? of : null);
  }
  return block;
}

function lock(block: Block, only: readonly string[] | null): void {
  for (const one of block.sources.filter((source) => only === null || only.includes(source.name))) {
    if (one.table) one.table.use = 'WRITE';
    const query = one.query && block.of.get(one.query);
    if (query) lock(query, null);
  }
}

/** Tables that statements other than those on rows are about, and COPY. */
function namedTables(name: string, node: Tree, block: Block): Source[] {
  const kind = block.kind;
  const written = ['TRUNCATE', 'LOCK'].includes(kind) || name === 'RefreshMatViewStmt';
  const use = written ? 'WRITE' : ['DEFINE', 'OTHER'].includes(kind) ? 'DEFINE' : 'READ';
  const add = (one: Tree, as = use) => ('relname' in one ? [sourceOf(one, addTable(block, as, one))] : []);
  if (kind === 'COPY') return add(tree(node, 'relation'), node.is_from === true ? 'WRITE' : 'READ');
  for (const into of ['into', 'intoClause']) add(tree(tree(node, into), 'rel'), 'DEFINE');
  if (rowKinds.includes(kind)) return [];
  const hasStrings = ['DropStmt', 'CommentStmt', 'SecLabelStmt', 'AlterExtensionContentsStmt'];
  if (hasStrings.includes(name)) addObjects(node, block);
  if (name === 'IndexStmt' && text(node, 'idxname') !== '') {
    addTable(block, 'DEFINE', { ...tree(node, 'relation'), relname: text(node, 'idxname') });
  }
  for (const key of ['view', 'sequence']) add(tree(node, key));
  add(tree(node, 'constrrel'), 'READ');
  for (const key of ['relations', 'objects']) for (const one of trees(node, key)) add(tree(one, 'RangeVar'));
  const base = tree(node, 'base');
  for (const one of [...trees(node, 'inhRelations'), ...trees(base, 'inhRelations')])
    add(tree(one, 'RangeVar'), 'READ');
  add(tree(base, 'relation'));
  return ['relation', 'table'].flatMap((key) => add(tree(node, key)));
}

/** The members of a statement, each in its own surroundings. */
function visitMembers(node: Tree, at: Place, outer: readonly Scope[], target: Table | null): void {
  const { block } = at;
  const own = [
    'relation',
    'withClause',
    'lockingClause',
    'into',
    'intoClause',
    'relations',
    'objects',
    'object',
  ];
  const isRows = rowKinds.includes(block.kind);
  for (const [key, value] of Object.entries(node)) {
    if (own.includes(key) || ['view', 'sequence', 'constrrel', 'table', 'base', 'inhRelations'].includes(key))
      continue;
    if (isTree(value) && isRows && key === 'whereClause')
      walk(value, { ...at, place: 'WHERE', certain: true });
    else if (isTree(value) && key === 'havingClause') {
      const hasSets = trees(node, 'groupClause').some((one) => 'GroupingSet' in one);
      walk(value, { ...at, place: 'HAVING', certain: !hasSets });
    } else if (key === 'joinCondition') walk(value, { ...at, place: 'JOIN' });
    else if (isTree(value) && (key === 'larg' || key === 'rarg'))
      visitStatement('SelectStmt', value, block, outer, at.names);
    else if (isTree(value) && key === 'selectStmt') visitInserted(tree(value, 'SelectStmt'), at, outer);
    else if (isTree(value) && target && key === 'onConflictClause') {
      addSet(trees(value, 'targetList'), block, target);
      walk({ ...value, whereClause: {} }, at);
      walk(tree(value, 'whereClause'), { ...at, place: 'WHERE' });
    } else if (key === 'fromClause' || key === 'usingClause') {
      for (const one of trees(node, key)) walkFrom(one, at, outer, true);
    } else if (isTree(value) && key === 'sourceRelation') walkFrom(value, at, outer, true);
    else if (target && key === 'mergeWhenClauses') {
      for (const one of trees(node, key)) visitWhen(tree(one, 'MergeWhenClause'), at, target);
    } else if (isTree(value) && key === 'funccall') walk({ FuncCall: value }, at);
    else walk(value, at);
  }
  // Tables of a CREATE FOREIGN TABLE or of INTO were named; what else stands there has expressions.
  for (const key of ['base', 'into', 'intoClause']) {
    walk({ ...tree(node, key), relation: {}, rel: {}, inhRelations: [] }, at);
  }
}

function visitInserted(select: Tree, at: Place, outer: readonly Scope[]): void {
  if (!isBare(select)) {
    visitStatement('SelectStmt', select, at.block, outer, at.names);
    return;
  }
  at.block.has.add('VALUES');
  // A subquery in VALUES doesn't see the table that gets the rows.
  walk(select.valuesLists, { ...at, scopes: at.scopes }, outer);
}

function visitWhen(node: Tree, at: Place, target: Table): void {
  const list = trees(node, 'targetList');
  if (text(node, 'commandType') === 'CMD_UPDATE') addSet(list, at.block, target);
  if (text(node, 'commandType') === 'CMD_INSERT') {
    const values = trees(node, 'values');
    const star = values.findIndex(isStar);
    list.slice(0, star < 0 ? values.length : star).forEach((one, index) => {
      addAssigned(at.block, target, 'VALUES', false, tree(one, 'ResTarget'), [
        readValue(values[index] ?? {}),
      ]);
    });
  }
  walk({ ...node, condition: {} }, at);
  walk(tree(node, 'condition'), { ...at, place: 'WHERE' });
}

/** `kept`: no outer join may leave this side empty. */
function walkFrom(wrapped: Tree, at: Place, outer: readonly Scope[], kept: boolean): void {
  const [name, node] = unwrap(wrapped);
  if (name === 'JoinExpr') {
    const type = text(node, 'jointype');
    walkFrom(tree(node, 'larg'), at, outer, kept && ['JOIN_INNER', 'JOIN_LEFT'].includes(type));
    walkFrom(tree(node, 'rarg'), at, outer, kept && ['JOIN_INNER', 'JOIN_RIGHT'].includes(type));
    walk(tree(node, 'quals'), { ...at, place: 'JOIN', certain: kept && type === 'JOIN_INNER' });
  } else if (name === 'RangeSubselect') {
    const query = tree(node, 'subquery');
    const [statement, content] = unwrap(query);
    const visible = node.lateral === true ? at.scopes : outer;
    at.block.of.set(query, visitStatement(statement, content, at.block, visible, at.names));
  } else if (name === 'RangeTableSample') {
    walkFrom(tree(node, 'relation'), at, outer, kept);
    walk({ ...node, relation: {} }, at);
  } else if (name !== 'RangeVar') walk(node, at);
}

/** Any expression. `visible`: what a subquery in it sees instead of what the expression itself does. */
function walk(value: unknown, at: Place, visible: readonly Scope[] = at.scopes): void {
  if (Array.isArray(value)) for (const one of value) walk(one, at, visible);
  if (!isTree(value)) return;
  for (const key of ['relation', 'pktable']) {
    const named = tree(value, key);
    if ('relname' in named) addTable(at.block, 'READ', named);
  }
  for (const [key, child] of Object.entries(value)) {
    if (key === 'typeName' || key === 'alias') continue;
    if (/^[A-Z]/.test(key) && isTree(child)) walkNode(key, child, at, visible);
    else walk(child, at, visible);
  }
}

function walkNode(name: string, node: Tree, at: Place, visible: readonly Scope[]): void {
  if (name.endsWith('Stmt')) {
    visitStatement(name, node, at.block, visible, at.names);
    return;
  }
  const compare = comparing[name];
  if (compare) addComparisons(compare(node), at);
  if (name === 'FuncCall') addCall(at.block, strings(trees(node, 'funcname')).slice(-2).join('.'), node);
  if (name === 'JsonArrayAgg') addCall(at.block, 'pg_catalog.json_arrayagg', tree(node, 'constructor'));
  if (name === 'JsonObjectAgg') addCall(at.block, 'pg_catalog.json_objectagg', tree(node, 'constructor'));
  if (name === 'MultiAssignRef' && node.colno !== 1) return;
  if (name === 'RangeVar') addTable(at.block, 'READ', node);
  if (name === 'PartitionCmd') addTable(at.block, 'DEFINE', tree(node, 'name'));
  if (name === 'DefElem' && node.defname === 'owned_by') {
    const parts = strings(trees(tree(tree(node, 'arg'), 'List'), 'items'))
      .map(String)
      .slice(0, -1);
    if (parts.length > 0) at.block.tables.push({ use: 'READ', parts, alias: '' });
  }
  walk(node, { ...at, certain: at.certain && name === 'BoolExpr' && node.boolop === 'AND_EXPR' }, visible);
}

function addCall(block: Block, name: string, call: Tree): void {
  const words = {
    agg_star: 'STAR',
    agg_distinct: 'DISTINCT',
    agg_order: 'ORDER_BY',
    agg_filter: 'FILTER',
    over: 'OVER',
  };
  const flags = Object.entries(words).flatMap(([member, word]) => (member in call ? [word] : []));
  block.functions.push(functionLine(name, flags));
  if ('over' in call) block.has.add('WINDOW');
}

function parametersIn(value: unknown): number {
  if (Array.isArray(value)) return Math.max(0, ...value.map(parametersIn));
  if (!isTree(value)) return 0;
  const own = isTree(value.ParamRef) ? number(value.ParamRef, 'number') : 0;
  return Math.max(own, ...Object.values(value).map(parametersIn));
}

const writes = (block: Block): boolean =>
  [...changing, 'TRUNCATE', 'CALL', 'LISTEN', 'LOCK', 'DEFINE', 'OTHER'].includes(block.kind) ||
  (block.kind === 'SELECT' && ['FOR_UPDATE', 'FOR_SHARE', 'INTO'].some((one) => block.has.has(one)));

function accessOf(name: string, node: Tree, block: Block): string {
  const unknown = ['TransactionStmt', 'VariableSetStmt', 'ConstraintsSetStmt', 'PrepareStmt', 'ExecuteStmt'];
  if ([...unknown, 'DeallocateStmt', 'FetchStmt', 'ClosePortalStmt'].includes(name)) return 'UNKNOWN';
  if (['CheckPointStmt', 'DiscardStmt', 'LoadStmt'].includes(name)) return 'UNKNOWN';
  if (name === 'CopyStmt' && node.is_from === true) return 'WRITE';
  if (name === 'ExplainStmt') {
    const analyze = trees(node, 'options')
      .map((one) => tree(one, 'DefElem'))
      .filter((one) => one.defname === 'analyze')
      .at(-1);
    const argument = JSON.stringify(analyze?.arg ?? {});
    if (!analyze || /\{"(Integer|Boolean)":\{\}\}|"(off|false|0)"/.test(argument)) return 'READ';
  }
  if (block.all().some(writes)) return 'WRITE';
  return block.all().some((one) => one.kind === 'EXECUTE') ? 'UNKNOWN' : 'READ';
}

/** `parsed` is what parseSync returned for `sql`. */
export function oracle(sql: string, parsed: Tree): Outline {
  const bytes = Buffer.from(sql);
  const statements = trees(parsed, 'stmts').map((entry) => {
    const [name, node] = unwrap(tree(entry, 'stmt'));
    const block = visitStatement(name, node, null, [], new Set());
    const start = number(entry, 'stmt_location');
    const end = 'stmt_len' in entry ? start + number(entry, 'stmt_len') : bytes.length;
    return {
      kind: block.kind,
      access: accessOf(name, node, block),
      node: name,
      sql: bytes
        .subarray(start, end)
        .toString()
        .replace(/^[\s;]+|[\s;]+$/g, ''),
      block: sortedBlock(block.outline()),
    };
  });
  const accesses = statements.map((one) => one.access);
  const together = ['UNKNOWN', 'WRITE', 'READ'].find((one) => accesses.includes(one)) ?? 'UNKNOWN';
  return { access: together, parameters: parametersIn(parsed), statements };
}
