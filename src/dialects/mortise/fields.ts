/** Reads fixed-width fields of a record that lies in a plugin's file; what doesn't fit becomes a problem. */
import type { Image } from '../../binary/index.js';
import type { Problem } from '../../errors.js';

export class Fields {
  readonly problems: Problem[] = [];

  /** @param symbol what the record is called, for messages */
  constructor(
    private readonly bytes: Buffer,
    private readonly endian: Image['endian'],
    private readonly symbol: string,
  ) {}

  u32(at: number): number {
    return this.endian === 'little' ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  /** Text that must end in a zero inside its array; empty after a problem. */
  text(name: string, { at, size }: { at: number; size: number }): string {
    const field = this.bytes.subarray(at, at + size);
    const end = field.indexOf(0);
    if (end < 0) {
      this.#badText(name, `a text that ends in a zero within ${size} bytes`, `${size} bytes without one`);
      return '';
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(field.subarray(0, end));
    } catch {
      this.#badText(name, 'UTF-8', field.subarray(0, end).toString('hex'));
      return '';
    }
  }

  #badText(name: string, expected: string, found: string): void {
    this.problems.push({
      code: 'MORTISE_ERR_INFO_STRING',
      message: `${this.symbol}.${name} is not a valid text`,
      where: `${this.symbol}.${name}`,
      expected,
      found,
      remedy: 'Set the field with the macros in mortise/module.h, which leave room for the zero.',
    });
  }
}
