/** Reads names from string tables, within bounds. */
import { hex, malformed, tooMuch, truncated } from './faults.js';
import type { ByteSource } from './image.js';

/**
 * Mangled names of real C++ and Rust libraries reach some 10 kB. From 16,384 characters on V8 hashes a string by its
 * length alone, and a table of names that are equally long becomes a list.
 */
export const maxNameLength = 16_000;
/** Of all names together: twice the largest string table that is read at all. */
const maxNameBytes = 128 * 1024 * 1024;
/** Ten times what the largest libraries have; each costs some 100 bytes of memory here. */
export const maxSymbols = 1_000_000;

/**
 * How many bytes of names may be copied out of one file. Entries of a table can all point into the same
 * long string, so a limit for one name doesn't bound the whole.
 */
export class NameBudget {
  readonly total: number;
  #left: number;

  constructor(
    readonly source: ByteSource,
    total: number,
  ) {
    this.total = Math.min(total, maxNameBytes);
    this.#left = this.total;
  }

  take(bytes: number, where: string): void {
    this.#left -= bytes;
    if (this.#left < 0)
      throw tooMuch(this.source, where, 'bytes of names', this.total, this.total - this.#left);
  }
}

/** Strings that end in a zero byte, found by their offset into a table. */
export class StringTable {
  readonly #budget: NameBudget;

  constructor(
    readonly source: ByteSource,
    readonly bytes: Buffer,
    readonly label: string,
  ) {
    // Linkers store a name once, or as the tail of another; versions of one symbol share theirs.
    this.#budget = new NameBudget(source, 4 * bytes.length + maxNameLength);
  }

  at(index: number, where: string): string {
    const { bytes } = this;
    if (index >= bytes.length) {
      throw malformed(this.source, where, `its name lies outside the ${this.label}`, {
        expected: `an index below ${bytes.length}`,
        found: String(index),
      });
    }
    const last = Math.min(bytes.length, index + maxNameLength);
    let end = index;
    while (end < last && bytes[end] !== 0) end++;
    if (end === last) {
      if (end === bytes.length) {
        throw malformed(this.source, where, `its name doesn't end inside the ${this.label}`, {
          expected: 'a zero byte',
          found: `the end of the ${this.label}`,
        });
      }
      throw tooMuch(this.source, where, 'bytes in a name', maxNameLength, end - index + 1);
    }
    this.#budget.take(end - index + 1, where);
    return bytes.toString('utf8', index, end);
  }
}

/** A string that ends in a zero byte, wherever it lies in the file. */
export function stringAt(source: ByteSource, offset: number, budget: NameBudget, where: string): string {
  const parts: Buffer[] = [];
  let length = 0;
  let step = 64;
  for (;;) {
    const count = Math.min(step, source.size - offset - length);
    if (count <= 0) {
      throw truncated(
        source,
        where,
        `a name that ends, from ${hex(offset)}`,
        `a file of ${source.size} bytes`,
      );
    }
    const part = source.read(offset + length, count);
    const end = part.indexOf(0);
    budget.take(end < 0 ? count : end + 1, where);
    if (end >= 0) {
      if (parts.length === 0) return part.toString('utf8', 0, end);
      parts.push(part.subarray(0, end));
      return Buffer.concat(parts).toString('utf8');
    }
    parts.push(part);
    length += count;
    if (length > maxNameLength) throw tooMuch(source, where, 'bytes in a name', maxNameLength, length);
    step = Math.min(4096, step * 4);
  }
}
