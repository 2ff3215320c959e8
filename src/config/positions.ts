/**
 * Where each key of a TOML text stands. The parser that gives the values gives no places, and an error that
 * names no line sends its reader searching.
 */
import type { AST } from 'toml-eslint-parser';

/** Keys and list indexes from the top: `['plugins', 1, 'name']`. */
export type KeyPath = readonly (string | number)[];

/** Counted from 1. */
export interface Position {
  line: number;
  column: number;
}

/** The places of a text that has already parsed. */
export interface Positions {
  /** The place of the key at `path`, else of the nearest table or list around it. */
  find(path: KeyPath): Position | undefined;
}

/** Loads its parser only now: a configuration that is right needs no places. */
export async function readPositions(text: string): Promise<Positions> {
  const { parseTOML } = await import('toml-eslint-parser');
  const places = new Map<string, Position>();
  let tables: AST.TOMLTopLevelTable['body'] = [];
  try {
    tables = parseTOML(text, { tomlVersion: '1.1' }).body[0].body;
  } catch {
    // Two parsers may differ at the edges of the language: an error without a place is still that error.
  }
  for (const entry of tables) {
    if (entry.type === 'TOMLTable') noteTable(entry, places);
    else notePair(entry, [], places);
  }
  return {
    find(path) {
      for (let length = path.length; length > 0; length--) {
        const place = places.get(keyOf(path.slice(0, length)));
        if (place) return place;
      }
      return undefined;
    },
  };
}

/** Line and column of a character. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

type Places = Map<string, Position>;

const keyOf = (path: KeyPath) => JSON.stringify(path);

/** The first place counts: a list stands where its first item does. */
function note(path: KeyPath, { loc }: AST.TOMLNode, places: Places): void {
  const key = keyOf(path);
  if (!places.has(key)) places.set(key, { line: loc.start.line, column: loc.start.column + 1 });
}

/** `[a.b]`, or `[[a.b]]`, whose path ends with the item's index. */
function noteTable(table: AST.TOMLTable, places: Places): void {
  const path = table.resolvedKey;
  if (table.kind === 'array') note(path.slice(0, -1), table, places);
  note(path, table, places);
  for (const pair of table.body) notePair(pair, path, places);
}

/** `a.b = value`: each part of a dotted key stands where the whole does. */
function notePair(pair: AST.TOMLKeyValue, table: KeyPath, places: Places): void {
  const path = [...table];
  for (const part of pair.key.keys) {
    path.push(part.type === 'TOMLBare' ? part.name : part.value);
    note(path, pair, places);
  }
  noteInside(pair.value, path, places);
}

function noteInside(value: AST.TOMLContentNode, path: KeyPath, places: Places): void {
  if (value.type === 'TOMLInlineTable') {
    for (const pair of value.body) notePair(pair, path, places);
  } else if (value.type === 'TOMLArray') {
    for (const [index, item] of value.elements.entries()) {
      note([...path, index], item, places);
      noteInside(item, [...path, index], places);
    }
  }
}
