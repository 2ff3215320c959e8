/** Reads the compiler's debug information (DWARF): its entries, and the files that they name. */
import { Cursor } from './cursor.js';
import { refuseCycles } from './cycles.js';
import { type Entry, readEntries } from './entries.js';
import { attributes, tags } from './numbers.js';
import { readObject, type Section } from './object.js';
import { readShapes } from './shapes.js';
import { orUnreadable, unreadable } from './unreadable.js';

export type { Entry };

export interface DebugInfo {
  root: Entry;
  littleEndian: boolean;
  pointerSize: number;
  /** Path of the file with a DW_AT_decl_file number, as the compiler was given it. */
  file(number: bigint | undefined): string | undefined;
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
  const cursor = new Cursor(section('.debug_info'), littleEndian);
  if (cursor.number(4) === 0xffffffff) throw unreadable('the debug information is 64-bit DWARF');
  const version = cursor.number(2);
  if (version !== 4) throw unreadable(`the debug information is DWARF ${version}`);
  const shapes = readShapes(new Cursor(section('.debug_abbrev'), littleEndian, cursor.number(4)));
  const pointerSize = cursor.number(1);
  const root = readEntries(cursor, shapes, { pointerSize, strings: section('.debug_str').bytes });
  if (root?.tag !== tags.unit) throw unreadable('the debug information does not start with a compile unit');
  refuseCycles(root);
  const statements = Number(root.number(attributes.statements) ?? 0n);
  const files = readFiles(new Cursor(section('.debug_line'), littleEndian, statements));
  return {
    root,
    littleEndian,
    pointerSize,
    file: (number) => (number === undefined ? undefined : files[Number(number)]),
  };
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
