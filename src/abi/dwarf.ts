/** Reads the compiler's debug information (DWARF) into a tree of entries. */
import { Cursor } from './cursor.js';
import { refuseCycles } from './cycles.js';
import { attributes, tags } from './dwarf-numbers.js';
import { readValue, type Value } from './dwarf-values.js';
import { readObject, type Section } from './object.js';
import { orUnreadable, unreadable } from './unreadable.js';

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

export interface DebugInfo {
  root: Entry;
  littleEndian: boolean;
  pointerSize: number;
  /** Path of the file with a DW_AT_decl_file number, as the compiler was given it. */
  file(number: bigint | undefined): string | undefined;
}

/** A compiler writes two dozen at most. */
const maxAttributes = 256;

interface Shape {
  tag: number;
  hasChildren: boolean;
  attributes: [attribute: number, form: number][];
}

/**
 * Reads the one compile unit of an object file.
 *
 * @throws MortiseError MORTISE_ERR_ABI_DEBUG
 */
export function readDebugInfo(object: Uint8Array): DebugInfo {
  return orUnreadable(() => read(object));
}

function read(object: Uint8Array): DebugInfo {
  const { sections, littleEndian } = readObject(object);
  const section = (name: string): Section => {
    const found = sections.get(name);
    if (!found) throw unreadable(`the object file has no ${name}`);
    return found;
  };
  const strings = section('.debug_str').bytes;
  const cursor = new Cursor(section('.debug_info'), littleEndian);
  if (cursor.number(4) === 0xffffffff) throw unreadable('the debug information is 64-bit DWARF');
  const version = cursor.number(2);
  if (version !== 4) throw unreadable(`the debug information is DWARF ${version}`);
  const shapes = readShapes(new Cursor(section('.debug_abbrev'), littleEndian, cursor.number(4)));
  const pointerSize = cursor.number(1);
  const entries = new Map<number, Entry>();
  const valuesAt = new Map<number, ReadonlyMap<number, Value>>();

  const root = readEntry();
  if (root?.tag !== tags.unit) throw unreadable('the debug information does not start with a compile unit');
  const lines = new Cursor(
    section('.debug_line'),
    littleEndian,
    Number(root.number(attributes.statements) ?? 0n),
  );
  const files = readFiles(lines);
  const info: DebugInfo = {
    root,
    littleEndian,
    pointerSize,
    file: (number) => (number === undefined ? undefined : files[Number(number)]),
  };
  refuseCycles(root);
  return info;

  function readEntry(): Entry | undefined {
    const offset = cursor.offset;
    const code = cursor.size();
    if (code === 0) return undefined;
    const shape = shapes.get(code);
    if (!shape) throw unreadable(`the debug information uses abbreviation ${code}, which does not exist`);
    const values = new Map<number, Value>();
    for (const [attribute, form] of shape.attributes)
      values.set(attribute, readValue(cursor, form, { pointerSize, strings }));
    const look = (attribute: number): Value | undefined => {
      if (values.has(attribute)) return values.get(attribute);
      // What is defined outside the class that declares it says here only what the declaration doesn't.
      const declaration = values.get(attributes.specification);
      const isOwn = attribute === attributes.declaration || typeof declaration !== 'bigint';
      return isOwn ? undefined : valuesAt.get(Number(declaration))?.get(attribute);
    };
    const number = (attribute: number) => {
      const value = look(attribute);
      return typeof value === 'bigint' ? value : undefined;
    };
    const reference = (attribute: number) => {
      const target = number(attribute);
      return target === undefined ? undefined : entries.get(Number(target));
    };
    valuesAt.set(offset, values);
    const entry: Entry = {
      offset,
      tag: shape.tag,
      children: [],
      number,
      text: (attribute) => {
        const value = look(attribute);
        return typeof value === 'string' ? value : undefined;
      },
      flag: (attribute) => look(attribute) === true || number(attribute) === 1n,
      reference,
      type: () => reference(attributes.type),
    };
    entries.set(offset, entry);
    if (shape.hasChildren)
      for (let child = readEntry(); child; child = readEntry()) entry.children.push(child);
    return entry;
  }
}

function readShapes(cursor: Cursor): Map<number, Shape> {
  const shapes = new Map<number, Shape>();
  for (let code = cursor.size(); code !== 0; code = cursor.size()) {
    const shape: Shape = { tag: cursor.size(), hasChildren: cursor.number(1) === 1, attributes: [] };
    for (;;) {
      const pair: [number, number] = [cursor.size(), cursor.size()];
      if (pair[0] === 0 && pair[1] === 0) break;
      if (shape.attributes.push(pair) > maxAttributes) throw unreadable('an entry has too many attributes');
    }
    shapes.set(code, shape);
  }
  return shapes;
}

/** The file table at the head of the line program; the program itself is of no use here. */
function readFiles(cursor: Cursor): string[] {
  cursor.skip(4);
  const version = cursor.number(2);
  if (version < 2 || version > 4) throw unreadable(`the line table is DWARF ${version}`);
  cursor.skip(4 + (version === 4 ? 2 : 1) + 3);
  cursor.skip(cursor.number(1) - 1); // opcode lengths
  const directories = [''];
  for (let name = cursor.string(); name; name = cursor.string()) directories.push(name);
  const files = [''];
  for (let name = cursor.string(); name; name = cursor.string()) {
    const directory = directories[cursor.size()];
    cursor.size(); // time
    cursor.size(); // length
    files.push(directory ? `${directory}/${name}` : name);
  }
  return files;
}
