/** Which columns an expression compares with what: the oracle's own way, over parseSync's objects. */
import { isTree, number, strings, type Tree, text, tree, trees, unwrap } from './tree.js';

export interface Value {
  readonly type: string;
  readonly value: string;
}

export interface Found {
  readonly column: readonly string[];
  readonly operation: string;
  readonly value: Value;
  readonly flags?: readonly string[];
  readonly weak?: boolean;
}

/** Each is a set of alternatives. */
export type Groups = Found[][];

export const other: Value = { type: 'OTHER', value: '' };

/** As "pg_catalog.varchar(1)[]". */
function typeText(type: Tree): string {
  const length = 'typmods' in type ? '(1)' : '';
  return `${strings(trees(type, 'names')).join('.')}${length}${'arrayBounds' in type ? '[]' : ''}`;
}

/** What stands in casts and COLLATE, with the types of the casts. */
function inside(wrapped: Tree): { content: Tree; types: string[] } {
  const [name, node] = unwrap(wrapped);
  if (name !== 'TypeCast' && name !== 'CollateClause') return { content: wrapped, types: [] };
  const { content, types } = inside(tree(node, 'arg'));
  return { content, types: name === 'TypeCast' ? [...types, typeText(tree(node, 'typeName'))] : types };
}

const keeping: Record<string, RegExp> = {
  INTEGER: /^(int[248]|numeric|text|varchar)$/,
  DECIMAL: /^numeric$/,
  WHOLE: /^(int[248]|numeric)$/,
  BOOLEAN: /^(bool|text|varchar)$/,
  BITS: /^$/,
  DEFAULT: /^$/,
};
const safe = /^(int[248]|numeric|text|varchar|bool|uuid|date|timestamp|timestamptz)$/;

/** `around`: the types of casts around an array that it is an element of. */
export function readValue(wrapped: Tree, isArray = false, around: readonly string[] = []): Value {
  const { content, types } = inside(wrapped);
  const [type, more] = [...types, ...around];
  const value = readPlain(content);
  if (type === undefined) return value;
  if (more !== undefined || type.endsWith('[]') !== isArray) return other;
  const isWhole = value.type === 'DECIMAL' && /^\d+$/.test(value.value.replaceAll('-', ''));
  const name = type.replace('[]', '').replace('pg_catalog.', '');
  return (keeping[isWhole ? 'WHOLE' : value.type] ?? safe).test(name) ? value : other;
}

function readPlain(wrapped: Tree): Value {
  const [name, node] = unwrap(wrapped);
  if (name === 'SetToDefault') return { type: 'DEFAULT', value: '' };
  if (name === 'ParamRef') {
    return number(node, 'number') > 0 ? { type: 'PARAMETER', value: `$${number(node, 'number')}` } : other;
  }
  if (name !== 'A_Const') return other;
  if (node.isnull === true) return { type: 'NULL', value: '' };
  if ('ival' in node) return { type: 'INTEGER', value: `${number(tree(node, 'ival'), 'ival')}` };
  if ('fval' in node) return { type: 'DECIMAL', value: text(tree(node, 'fval'), 'fval') };
  if ('boolval' in node) return { type: 'BOOLEAN', value: `${tree(node, 'boolval').boolval === true}` };
  if ('bsval' in node) return { type: 'BITS', value: text(tree(node, 'bsval'), 'bsval') };
  return { type: 'TEXT', value: text(tree(node, 'sval'), 'sval') };
}

/** The parts of a column's name; null: it is none. */
function columnOf(wrapped: Tree): string[] | null {
  const [name, node] = unwrap(wrapped);
  if (name === 'CollateClause') return columnOf(tree(node, 'arg'));
  if (name !== 'ColumnRef') return null;
  const parts = strings(trees(node, 'fields'));
  return parts.every((part) => part !== null) ? (parts as string[]) : null;
}

/** t.* and (f()).*: any number of columns. */
export const isStar = (wrapped: Tree): boolean => {
  const [, node] = unwrap(wrapped);
  const last = [...trees(node, 'fields'), ...trees(node, 'indirection')].at(-1);
  return (
    ['ColumnRef', 'A_Indirection'].some((name) => name in wrapped) && last !== undefined && 'A_Star' in last
  );
};

export function rowOf(wrapped: Tree): Tree[] | null {
  if (!isTree(wrapped.RowExpr)) return null;
  const args = trees(wrapped.RowExpr, 'args');
  return args.some(isStar) ? null : args;
}

export function operatorOf(nodes: readonly Tree[]): string {
  const parts = strings(nodes);
  const [schema, operator] = [parts.at(-2), parts.at(-1) ?? ''];
  return schema === undefined || schema === 'pg_catalog' ? operator : `${schema}.${operator}`;
}

const mirror: Record<string, string> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
  'IS DISTINCT FROM': 'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM': 'IS NOT DISTINCT FROM',
};
const eachMustHold = ['=', 'IS NOT DISTINCT FROM'];

/** Those with a column, each an own group. */
const single = (left: Tree, operation: string, value: Value, more: Partial<Found> = {}): Groups => {
  const column = columnOf(left);
  return column ? [[{ column, operation, value, ...more }]] : [];
};

function both(left: Tree, right: Tree, operation: string, weak = false): Groups {
  const turned = mirror[operation];
  return [
    ...single(left, operation, readValue(right), { weak }),
    ...(turned === undefined ? [] : single(right, turned, readValue(left), { weak })),
  ];
}

function sides(left: Tree, right: Tree, operation: string): Groups {
  const [ours, theirs] = [rowOf(left), rowOf(right)];
  const weak = !eachMustHold.includes(operation);
  if (ours && theirs) {
    if (ours.length !== theirs.length) return [];
    return ours.flatMap((one, at) => both(one, theirs[at] ?? {}, operation, weak));
  }
  if (ours) return ours.flatMap((one) => single(one, operation, other, { weak }));
  const turned = mirror[operation];
  if (theirs && turned !== undefined) return theirs.flatMap((one) => single(one, turned, other, { weak }));
  return theirs ? [] : both(left, right, operation);
}

/** One of many: a group of all, or a group for each. */
function many(left: Tree, values: readonly Value[], operation: string, any: boolean, weak = false): Groups {
  const found = values.flatMap((value) => single(left, operation, value, { weak }).flat());
  if (found.length === 0) return [];
  return any ? [found] : found.map((one) => [one]);
}

function inList(left: Tree, items: readonly Tree[], operation: string): Groups {
  const any = operation === '=';
  const row = rowOf(left);
  if (!row)
    return many(
      left,
      items.map((item) => readValue(item)),
      operation,
      any,
    );
  const rows = items.map((item) => rowOf(item) ?? []);
  if (rows.some((values) => values.length !== row.length)) {
    return row.flatMap((one) => single(one, operation, other, { weak: !any }));
  }
  return row.flatMap((one, at) =>
    many(
      one,
      rows.map((values) => readValue(values[at] ?? {})),
      operation,
      any,
      !any,
    ),
  );
}

function between(left: Tree, [low = {}, high = {}]: readonly Tree[], kind: string): Groups {
  const weak = kind.endsWith('_SYM');
  const [below, above] = kind.includes('NOT') ? ['<', '>'] : ['>=', '<='];
  const groups = [
    ...single(left, below, readValue(low), { weak }),
    ...single(left, above, readValue(high), { weak }),
  ];
  return kind === 'AEXPR_NOT_BETWEEN' && groups.length > 0 ? [groups.flat()] : groups;
}

function elements(left: Tree, array: Tree, operation: string, any: boolean): Groups {
  const { content, types } = inside(array);
  const [name, node] = unwrap(content);
  if (name === 'A_ArrayExpr' && types.length < 2) {
    const values = trees(node, 'elements').map((one) => readValue(one, types.length > 0, types));
    return many(left, values, operation, any);
  }
  return single(left, operation, readValue(array, true), { flags: [any ? 'any' : 'all'] });
}

function expression(node: Tree): Groups {
  if (!isTree(node.lexpr) || !isTree(node.rexpr)) return [];
  const [left, right, kind] = [node.lexpr, node.rexpr, text(node, 'kind')];
  const items = trees(tree(right, 'List'), 'items');
  const operation = operatorOf(trees(node, 'name'));
  switch (kind) {
    case 'AEXPR_NULLIF':
      return [];
    case 'AEXPR_DISTINCT':
      return sides(left, right, 'IS DISTINCT FROM');
    case 'AEXPR_NOT_DISTINCT':
      return sides(left, right, 'IS NOT DISTINCT FROM');
    case 'AEXPR_IN':
      return inList(left, items, operation);
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return elements(left, right, operation, kind === 'AEXPR_OP_ANY');
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return between(left, items, kind);
    default:
      return sides(left, right, operation);
  }
}

function booleanTest(node: Tree): Groups {
  const [, not, word = ''] = /^IS_(NOT_)?(\w+)$/.exec(text(node, 'booltesttype')) ?? [];
  const value =
    word === 'UNKNOWN' ? { type: 'NULL', value: '' } : { type: 'BOOLEAN', value: word.toLowerCase() };
  return single(tree(node, 'arg'), not ? 'IS NOT' : 'IS', value);
}

function nullTest(node: Tree): Groups {
  const operation = text(node, 'nulltesttype') === 'IS_NULL' ? 'IS' : 'IS NOT';
  const arg = tree(node, 'arg');
  return (rowOf(arg) ?? [arg]).flatMap((one) => single(one, operation, { type: 'NULL', value: '' }));
}

function subLink(node: Tree): Groups {
  const flag = { ANY_SUBLINK: 'any', ALL_SUBLINK: 'all' }[text(node, 'subLinkType')];
  if (!flag || !isTree(node.testexpr)) return [];
  const operation = Array.isArray(node.operName) ? operatorOf(trees(node, 'operName')) : '=';
  const row = rowOf(node.testexpr);
  const weak = row !== null && !eachMustHold.includes(operation);
  return (row ?? [node.testexpr]).flatMap((one) => single(one, operation, other, { flags: [flag], weak }));
}

/** By the name of the node that has it. */
export const comparing: Record<string, (node: Tree) => Groups> = {
  A_Expr: expression,
  BooleanTest: booleanTest,
  NullTest: nullTest,
  SubLink: subLink,
};
