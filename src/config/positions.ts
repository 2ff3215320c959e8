/**
 * Where each key of a TOML text stands. The parser gives values without places, and an error that names no
 * line sends its reader searching. The text must already have parsed: this scan follows the grammar's
 * outline and checks nothing.
 */
import { parse } from 'smol-toml';

/** Keys and list indexes from the top: `['plugins', 1, 'name']`. */
export type KeyPath = readonly (string | number)[];

/** Counted from 1. */
export interface Position {
  line: number;
  column: number;
}

/** The place of the key at `path`, else of the nearest table or list around it. */
export function findPosition(text: string, path: KeyPath): Position | undefined {
  const offsets = new Scan(text).offsets;
  for (let length = path.length; length > 0; length--) {
    const offset = offsets.get(keyOf(path.slice(0, length)));
    if (offset !== undefined) return positionAt(text, offset);
  }
  return undefined;
}

/** Line and column of a character. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const keyOf = (path: KeyPath) => JSON.stringify(path);

class Scan {
  readonly offsets = new Map<string, number>();
  /** How many `[[…]]` headers each path has had. */
  readonly #counts = new Map<string, number>();
  #at = 0;

  constructor(readonly text: string) {
    let table: KeyPath = [];
    for (this.#blank(); this.#at < text.length; this.#blank()) {
      if (text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
    }
  }

  /** `[a.b]` or `[[a.b]]`; gives the path that the keys below it belong to. */
  #header(): KeyPath {
    const start = this.#at;
    const isItem = this.text.startsWith('[[', start);
    this.#at += isItem ? 2 : 1;
    const parts = this.#keys();
    this.#at += isItem ? 2 : 1;
    const path: (string | number)[] = [];
    for (const [index, part] of parts.entries()) {
      path.push(part);
      const count = this.#counts.get(keyOf(path)) ?? 0;
      if (isItem && index === parts.length - 1) {
        this.#counts.set(keyOf(path), count + 1);
        this.#note(path, start);
        path.push(count);
      } else if (count > 0) {
        path.push(count - 1); // a table inside the newest item of a list
      }
    }
    this.#note(path, start);
    return path;
  }

  /** `a.b = value`. Each part of a dotted key has a place of its own. */
  #pair(table: KeyPath): void {
    const path = [...table];
    const start = this.#at;
    for (const part of this.#keys()) {
      path.push(part);
      this.#note(path, start);
    }
    this.#at++; // =
    this.#space();
    this.#value(path);
  }

  #value(path: KeyPath): void {
    const char = this.text[this.#at];
    if (char === '"' || char === "'") this.#string();
    else if (char === '[') this.#list(path);
    else if (char === '{') this.#inlineTable(path);
    else this.#skip(/[^,\]}\n#]*/y);
  }

  #list(path: KeyPath): void {
    this.#at++;
    let index = 0;
    for (this.#blank(); this.#at < this.text.length && this.text[this.#at] !== ']'; this.#blank()) {
      const item = [...path, index++];
      this.#note(item, this.#at);
      this.#value(item);
      this.#blank();
      if (this.text[this.#at] === ',') this.#at++;
    }
    this.#at++;
  }

  #inlineTable(path: KeyPath): void {
    this.#at++;
    for (this.#blank(); this.#at < this.text.length && this.text[this.#at] !== '}'; this.#blank()) {
      this.#pair(path);
      this.#blank();
      if (this.text[this.#at] === ',') this.#at++;
    }
    this.#at++;
  }

  /** A dotted key; leaves the scan at what follows it. */
  #keys(): string[] {
    const parts: string[] = [];
    do {
      if (parts.length > 0) this.#at++; // .
      this.#space();
      const start = this.#at;
      const isQuoted = !this.#isBareNext();
      if (isQuoted) this.#string();
      else this.#skip(/[\w-]*/y);
      const raw = this.text.slice(start, this.#at);
      // The parser knows its own escapes.
      parts.push(isQuoted ? String(parse(`key = ${raw}`).key) : raw);
      this.#space();
    } while (this.text[this.#at] === '.');
    return parts;
  }

  #string(): void {
    const patterns = [/"""(?:[^\\]|\\.)*?"""+/sy, /'''.*?'''+/sy, /"(?:[^"\\]|\\.)*"/y, /'[^']*'/y];
    if (!patterns.some((pattern) => this.#skip(pattern))) this.#at++;
  }

  #isBareNext(): boolean {
    return /[\w-]/.test(this.text[this.#at] ?? '');
  }

  /** Spaces, comments and line ends. */
  #blank(): void {
    this.#skip(/(?:\s|#[^\n]*)*/y);
  }

  #space(): void {
    this.#skip(/[ \t]*/y);
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const isThere = pattern.test(this.text);
    if (isThere) this.#at = pattern.lastIndex;
    return isThere;
  }

  #note(path: KeyPath, offset: number): void {
    const key = keyOf(path);
    if (!this.offsets.has(key)) this.offsets.set(key, offset);
  }
}
