/** The tree of entries in debug information. */
import type { Cursor } from './cursor.js';
import { attributes } from './numbers.js';
import type { Shape } from './shapes.js';
import { unreadable } from './unreadable.js';
import { readValue, type Unit, type Value } from './values.js';

/** One debugging information entry: a type, a member, a parameter… */
export interface Entry {
  offset: number;
  tag: number;
  children: Entry[];
  text(attribute: number): string | undefined;
  /** Undefined when the attribute is missing or no plain number. */
  number(attribute: number): bigint | undefined;
  flag(attribute: number): boolean;
  /** The entry that an attribute names. */
  reference(attribute: number): Entry | undefined;
  /** The entry that DW_AT_type names; undefined means void. */
  type(): Entry | undefined;
}

/** The first entry at the cursor, with all below it; undefined when none is there. */
export function readEntries(
  cursor: Cursor,
  shapes: ReadonlyMap<number, Shape>,
  unit: Unit,
): Entry | undefined {
  const all = new Map<number, ReadEntry>();
  return next();

  function next(): Entry | undefined {
    const offset = cursor.offset;
    const code = cursor.size();
    if (code === 0) return undefined;
    const shape = shapes.get(code);
    if (!shape) throw unreadable(`the debug information uses abbreviation ${code}, which does not exist`);
    const values = new Map<number, Value>();
    for (const [attribute, form] of shape.attributes) values.set(attribute, readValue(cursor, form, unit));
    const entry = new ReadEntry(offset, shape.tag, values, all);
    all.set(offset, entry);
    if (shape.hasChildren) for (let child = next(); child; child = next()) entry.children.push(child);
    return entry;
  }
}

class ReadEntry implements Entry {
  readonly children: Entry[] = [];
  readonly #values: ReadonlyMap<number, Value>;
  /** By offset, which is how they name each other. */
  readonly #all: ReadonlyMap<number, ReadEntry>;

  constructor(
    readonly offset: number,
    readonly tag: number,
    values: ReadonlyMap<number, Value>,
    all: ReadonlyMap<number, ReadEntry>,
  ) {
    this.#values = values;
    this.#all = all;
  }

  text(attribute: number): string | undefined {
    const value = this.#value(attribute);
    return typeof value === 'string' ? value : undefined;
  }

  number(attribute: number): bigint | undefined {
    const value = this.#value(attribute);
    return typeof value === 'bigint' ? value : undefined;
  }

  flag(attribute: number): boolean {
    return this.#value(attribute) === true || this.number(attribute) === 1n;
  }

  reference(attribute: number): Entry | undefined {
    const target = this.number(attribute);
    return target === undefined ? undefined : this.#all.get(Number(target));
  }

  type(): Entry | undefined {
    return this.reference(attributes.type);
  }

  #value(attribute: number): Value | undefined {
    if (this.#values.has(attribute)) return this.#values.get(attribute);
    // What is defined outside the class that declares it says here only what the declaration doesn't.
    const declaration = this.#values.get(attributes.specification);
    const isOwn = attribute === attributes.declaration || typeof declaration !== 'bigint';
    const declared = isOwn ? undefined : this.#all.get(Number(declaration));
    return declared ? declared.#values.get(attribute) : undefined;
  }
}
