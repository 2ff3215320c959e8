/** A summary as a tree of readable lines, in no order that matters: what the native one and the oracle's are compared as. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Outline {
  readonly access: string;
  readonly parameters: number;
  readonly statements: readonly {
    readonly kind: string;
    readonly access: string;
    readonly node: string;
    readonly sql: string;
    readonly block: OutlineBlock;
  }[];
}

export interface OutlineBlock {
  readonly kind: string;
  readonly has: readonly string[];
  /** "READ s.t as a" */
  readonly tables: readonly string[];
  readonly functions: readonly string[];
  /** "WHERE certain [t] o.id = INTEGER 5 OR …", one for each group. */
  readonly comparisons: readonly string[];
  readonly blocks: readonly OutlineBlock[];
}

/** One line of a comparison; those of a group are joined with alternatives(). */
export function comparisonLine(one: {
  place: string;
  flags: readonly string[];
  /** How many blocks further out the table is, and its name; empty when it isn't known. */
  table: string;
  qualifier: string;
  column: string;
  operation: string;
  type: string;
  value: string;
}): string {
  const column = one.qualifier === '' ? one.column : `${one.qualifier}.${one.column}`;
  const words = [one.place, ...one.flags, `[${one.table}]`, column, one.operation, one.type];
  return `${words.join(' ')} ${JSON.stringify(one.value)}`;
}

export const alternatives = (lines: readonly string[]): string => [...lines].sort().join(' OR ');

export function tableLine(use: string, parts: readonly string[], alias: string): string {
  return `${use} ${parts.filter((part) => part !== '').join('.')}${alias === '' ? '' : ` as ${alias}`}`;
}

/** "count() DISTINCT" */
export const functionLine = (name: string, flags: readonly string[]): string =>
  [`${name}()`, ...[...flags].sort()].join(' ');

/** Blocks by what they hold, so that their order doesn't matter. */
export function sortedBlock(block: OutlineBlock): OutlineBlock {
  const text = (one: OutlineBlock) => JSON.stringify(one);
  return {
    kind: block.kind,
    has: [...block.has].sort(),
    tables: [...block.tables].sort(),
    functions: [...block.functions].sort(),
    comparisons: [...block.comparisons].sort(),
    blocks: [...block.blocks].map(sortedBlock).sort((a, b) => (text(a) < text(b) ? -1 : 1)),
  };
}

/** What test/native/sql/summarise.cc writes. */
export interface Native {
  access: number;
  parameters: number;
  statements: {
    kind: number;
    access: number;
    firstBlock: number;
    blockCount: number;
    node: string;
    sql: string;
  }[];
  blocks: { kind: number; flags: number; statement: number; parent: number }[];
  tables: { block: number; use: number; catalog: string; schema: string; name: string; alias: string }[];
  functions: { block: number; flags: number; schema: string; name: string }[];
  comparisons: {
    block: number;
    table: number;
    qualifier: string;
    column: string;
    operation: string;
    value: string;
    type: number;
    parameter: number;
    place: number;
    flags: number;
    group: number;
  }[];
}

const root = resolve(import.meta.dirname, '../../..');
const header = ['sql.h', 'route.h']
  .map((name) => readFileSync(join(root, 'include/mortise', name), 'utf8'))
  .join('\n');

/** The constants of the headers with this prefix, by their values. */
function constants(prefix: RegExp): Map<number, string> {
  const found = [...header.matchAll(/\b(MORTISE_[A-Z_]+) = (\d+)/g)];
  return new Map(
    found
      .filter(([, name]) => prefix.test(name ?? ''))
      .map(([, name, value]) => [Number(value), String(name).replace(prefix, '')]),
  );
}

const accesses = constants(/^MORTISE_ACCESS_/);
const has = constants(/^MORTISE_SQL_HAS_/);
const uses = constants(/^MORTISE_SQL_USE_/);
const places = constants(/^MORTISE_SQL_IN_/);
const types = constants(/^MORTISE_SQL_VALUE_/);
const calls = constants(/^MORTISE_SQL_FUNCTION_/);
const kinds = constants(
  /^MORTISE_SQL_(?!HAS_|USE_|IN_|VALUE_|FUNCTION_|CERTAIN|ARRAY|PARSED|SYNTAX|TOO|NO_|ALTERNATIVE)/,
);
const flags = new Map([
  [1, 'certain'],
  [2, 'any'],
  [4, 'all'],
]);
/** Which the outline shows by " OR ". */
export const alternative = 8;

const word = (words: Map<number, string>, value: number) => words.get(value) ?? `${value}?`;
const bits = (words: Map<number, string>, value: number) =>
  [...words].filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);

export function outlineOf(native: Native): Outline {
  /** How far out `outer` is from `block`. */
  const distance = (block: number, outer: number): number =>
    block === outer ? 0 : 1 + distance(native.blocks[block]?.parent ?? outer, outer);

  const comparison = (one: Native['comparisons'][number]) => {
    const table = native.tables[one.table];
    return comparisonLine({
      ...one,
      place: word(places, one.place),
      flags: bits(flags, one.flags),
      table: table ? `${distance(one.block, table.block)} ${table.alias || table.name}` : '',
      type: word(types, one.type),
      value: one.parameter > 0 ? `$${one.parameter}` : one.value,
    });
  };

  const block = (index: number): OutlineBlock => {
    const groups = new Map<number, string[]>();
    for (const one of native.comparisons.filter((each) => each.block === index)) {
      groups.set(one.group, [...(groups.get(one.group) ?? []), comparison(one)]);
    }
    const at = native.blocks[index];
    return {
      kind: word(kinds, at?.kind ?? -1),
      has: bits(has, at?.flags ?? 0),
      tables: native.tables
        .filter((one) => one.block === index)
        .map((one) => tableLine(word(uses, one.use), [one.catalog, one.schema, one.name], one.alias)),
      functions: native.functions
        .filter((one) => one.block === index)
        .map((one) =>
          functionLine(one.schema === '' ? one.name : `${one.schema}.${one.name}`, bits(calls, one.flags)),
        ),
      comparisons: [...groups.values()].map(alternatives),
      blocks: native.blocks.flatMap((one, child) => (one.parent === index ? [block(child)] : [])),
    };
  };

  return {
    access: word(accesses, native.access),
    parameters: native.parameters,
    statements: native.statements.map((one) => ({
      kind: word(kinds, one.kind),
      access: word(accesses, one.access),
      node: one.node,
      sql: one.sql,
      block: sortedBlock(block(one.firstBlock)),
    })),
  };
}

/** To be read, and to write down what is expected. */
export function render(outline: Outline): string {
  const block = (one: OutlineBlock, indent: string): string[] => [
    `${indent}${[one.kind, ...one.has].join(' ')}`,
    ...[...one.tables, ...one.functions, ...one.comparisons].map((line) => `${indent}  ${line}`),
    ...one.blocks.flatMap((child) => block(child, `${indent}  `)),
  ];
  const statements = outline.statements.flatMap((one) => [
    `${one.access} ${one.node}: ${one.sql}`,
    ...block(one.block, '  '),
  ]);
  return statements.join('\n');
}
