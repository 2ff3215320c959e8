/** Reads the compiler's debug information (DWARF) into a tree of entries. */
import { Cursor } from './cursor.js';
import { readObject, type Section, text } from './object.js';
import { unreadable } from './unreadable.js';

/** Tags and attributes that a C declaration uses; numbers from DWARF 4, section 7.5. */
export const tags = {
  array: 0x01,
  enumeration: 0x04,
  parameter: 0x05,
  member: 0x0d,
  pointer: 0x0f,
  unit: 0x11,
  structure: 0x13,
  subroutine: 0x15,
  typedef: 0x16,
  union: 0x17,
  unspecifiedParameters: 0x18,
  subrange: 0x21,
  base: 0x24,
  constant: 0x26,
  enumerator: 0x28,
  variable: 0x34,
  volatile: 0x35,
  restrict: 0x37,
  atomic: 0x47,
} as const;
export const attributes = {
  sibling: 0x01,
  name: 0x03,
  byteSize: 0x0b,
  bitOffset: 0x0c,
  bitSize: 0x0d,
  statements: 0x10,
  constantValue: 0x1c,
  upperBound: 0x2f,
  count: 0x37,
  memberLocation: 0x38,
  file: 0x3a,
  declaration: 0x3c,
  encoding: 0x3e,
  type: 0x49,
  dataBitOffset: 0x6b,
  alignment: 0x88,
} as const;

/** One debugging information entry: a type, a member, a parameter… */
export interface Entry {
  offset: number;
  tag: number;
  children: Entry[];
  text(attribute: number): string | undefined;
  /** Undefined when the attribute is missing or no plain number. */
  number(attribute: number): bigint | undefined;
  flag(attribute: number): boolean;
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

type Value = bigint | string | boolean;
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
  try {
    return read(object);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw unreadable(`the debug information ends early or contradicts itself: ${cause.message}`, cause);
  }
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

  const root = readEntry();
  if (root?.tag !== tags.unit) throw unreadable('the debug information does not start with a compile unit');
  const lines = new Cursor(
    section('.debug_line'),
    littleEndian,
    Number(root.number(attributes.statements) ?? 0n),
  );
  const files = readFiles(lines);
  return {
    root,
    littleEndian,
    pointerSize,
    file: (number) => (number === undefined ? undefined : files[Number(number)]),
  };

  function readEntry(): Entry | undefined {
    const offset = cursor.offset;
    const code = cursor.size();
    if (code === 0) return undefined;
    const shape = shapes.get(code);
    if (!shape) throw unreadable(`the debug information uses abbreviation ${code}, which does not exist`);
    const values = new Map<number, Value>();
    for (const [attribute, form] of shape.attributes) values.set(attribute, readValue(form));
    const number = (attribute: number) => {
      const value = values.get(attribute);
      return typeof value === 'bigint' ? value : undefined;
    };
    const entry: Entry = {
      offset,
      tag: shape.tag,
      children: [],
      number,
      text: (attribute) => {
        const value = values.get(attribute);
        return typeof value === 'string' ? value : undefined;
      },
      flag: (attribute) => values.get(attribute) === true || number(attribute) === 1n,
      type: () => {
        const target = number(attributes.type);
        return target === undefined ? undefined : entries.get(Number(target));
      },
    };
    entries.set(offset, entry);
    if (shape.hasChildren)
      for (let child = readEntry(); child; child = readEntry()) entry.children.push(child);
    return entry;
  }

  function readValue(form: number): Value {
    switch (form) {
      case 0x01: // addr
        return cursor.fixed(pointerSize as 8);
      case 0x0b: // data1
      case 0x11: // ref1
        return cursor.fixed(1);
      case 0x05: // data2
      case 0x12: // ref2
        return cursor.fixed(2);
      case 0x06: // data4
      case 0x13: // ref4; the unit lies at offset 0, so it is also the offset in the section
      case 0x17: // sec_offset
      case 0x10: // ref_addr
        return cursor.fixed(4);
      case 0x07: // data8
      case 0x14: // ref8
      case 0x20: // ref_sig8
        return cursor.fixed(8);
      case 0x0d: // sdata
        return cursor.variable(true);
      case 0x0f: // udata
      case 0x15: // ref_udata
        return cursor.variable();
      case 0x08: // string
        return cursor.string();
      case 0x0e: // strp
        return text(strings, cursor.number(4));
      case 0x0c: // flag
        return cursor.number(1) !== 0;
      case 0x19: // flag_present
        return true;
      case 0x0a: // block1
        return skip(cursor.number(1));
      case 0x03: // block2
        return skip(cursor.number(2));
      case 0x04: // block4
        return skip(cursor.number(4));
      case 0x09: // block
      case 0x18: // exprloc
        return skip(cursor.size());
      default:
        throw unreadable(`the debug information uses form 0x${form.toString(16)}`);
    }
  }

  /** Nothing that a declaration says is in a block, so it is neither a number nor text. */
  function skip(length: number): false {
    cursor.skip(length);
    return false;
  }
}

function readShapes(cursor: Cursor): Map<number, Shape> {
  const shapes = new Map<number, Shape>();
  for (let code = cursor.size(); code !== 0; code = cursor.size()) {
    const shape: Shape = { tag: cursor.size(), hasChildren: cursor.number(1) === 1, attributes: [] };
    for (;;) {
      const pair: [number, number] = [cursor.size(), cursor.size()];
      if (pair[0] === 0 && pair[1] === 0) break;
      shape.attributes.push(pair);
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
