/** Reads the encoded numbers and strings of a debug section. */
import { type Section, text } from './object.js';

/** Reads a debug section from front to back. Past its end it throws a RangeError. */
export class Cursor {
  readonly #section: Section;
  readonly #little: boolean;

  constructor(
    section: Section,
    little: boolean,
    public offset = 0,
  ) {
    this.#section = section;
    this.#little = little;
  }

  /** An unsigned number of 1, 2, 4 or 8 bytes, as the linker would leave it. */
  fixed(size: 1 | 2 | 4 | 8): bigint {
    const at = this.offset;
    const { bytes, patches } = this.#section;
    this.offset += size;
    const patched = patches.get(at);
    if (patched !== undefined) return patched;
    if (size === 1) return BigInt(bytes.getUint8(at));
    if (size === 2) return BigInt(bytes.getUint16(at, this.#little));
    if (size === 4) return BigInt(bytes.getUint32(at, this.#little));
    return bytes.getBigUint64(at, this.#little);
  }

  number(size: 1 | 2 | 4 | 8): number {
    return Number(this.fixed(size));
  }

  /** LEB128: seven bits a byte, the lowest first. */
  variable(signed = false): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (shift > 63n) throw new RangeError('a number of more than 64 bits');
      const byte = this.#section.bytes.getUint8(this.offset++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return signed && byte & 0x40 ? value - (1n << (shift + 7n)) : value;
    }
  }

  size(): number {
    return Number(this.variable());
  }

  string(): string {
    const string = text(this.#section.bytes, this.offset);
    this.offset += Buffer.byteLength(string) + 1;
    return string;
  }

  /** `length` bytes are left out. */
  skip(length: number): void {
    this.offset += length;
    if (this.offset > this.#section.bytes.byteLength) throw new RangeError('past the end of the section');
  }
}
