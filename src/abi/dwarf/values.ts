/** Values of attributes in the compiler's debug information, by their form: DWARF 4, section 7.5.4. */
import type { Cursor } from './cursor.js';
import { text } from './object.js';
import { unreadable } from './unreadable.js';

export type Value = bigint | string | boolean;

/** What the values of one compile unit have in common. */
export interface Unit {
  pointerSize: number;
  /** .debug_str */
  strings: DataView;
}

/** Reads the value at the cursor, which is of that form. @throws MortiseError MORTISE_ERR_ABI_DEBUG */
export function readValue(cursor: Cursor, form: number, { pointerSize, strings }: Unit): Value {
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
      return block(cursor, cursor.number(1));
    case 0x03: // block2
      return block(cursor, cursor.number(2));
    case 0x04: // block4
      return block(cursor, cursor.number(4));
    case 0x09: // block
    case 0x18: // exprloc
      return block(cursor, cursor.size());
    default:
      throw unreadable(`the debug information uses form 0x${form.toString(16)}`);
  }
}

const constantUnsigned = 0x10;

/**
 * Of what is computed, a declaration says only numbers that stand there as such: the slot of a virtual function.
 * Anything else is neither a number nor text.
 */
function block(cursor: Cursor, length: number): bigint | false {
  const end = cursor.offset + length;
  const value = length > 1 && cursor.number(1) === constantUnsigned ? cursor.variable() : undefined;
  const isAll = cursor.offset === end;
  cursor.skip(end - cursor.offset);
  return value !== undefined && isAll ? value : false;
}
