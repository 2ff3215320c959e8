/** Reads FlatBuffers, in which Arrow's messages are written: each offset is checked before it is followed. */
import { Damage } from './damage.js';

/** What reading one message may cost: tables that are pointed to twice are read twice. */
const maxTables = 200_000;
const maxText = 64 * 1024 * 1024;

/** One message's bytes, from `start` to before `end` of a view. */
export class Flat {
  readonly #view: DataView;
  readonly #where: string;
  readonly start: number;
  readonly end: number;
  #tables = 0;
  #text = 0;

  constructor(view: DataView, start: number, end: number, where: string) {
    this.#view = view;
    this.#where = where;
    this.start = start;
    this.end = end;
  }

  damage(expected: string, found: string): Damage {
    return new Damage(this.#where, expected, found);
  }

  /** The table that the offset at `at` points to. */
  table(at: number): FlatTable {
    if (++this.#tables > maxTables) throw this.damage(`at most ${maxTables} tables`, 'more');
    const place = at + this.u32(at);
    const fields = place - this.i32(place);
    const size = this.u16(fields);
    const length = this.u16(fields + 2);
    if (size < 4 || size % 2 !== 0) throw this.damage('a table of fields', `one of ${size} bytes`);
    this.#need(fields, size);
    this.#need(place, length);
    return new FlatTable(this, place, fields, size, length);
  }

  root(): FlatTable {
    return this.table(this.start);
  }

  i32(at: number): number {
    this.#need(at, 4);
    return this.#view.getInt32(at, true);
  }

  u32(at: number): number {
    this.#need(at, 4);
    return this.#view.getUint32(at, true);
  }

  u16(at: number): number {
    this.#need(at, 2);
    return this.#view.getUint16(at, true);
  }

  u8(at: number): number {
    this.#need(at, 1);
    return this.#view.getUint8(at);
  }

  /** A count, a length or an offset: never below 0, never beyond what a number holds. */
  i64(at: number): number {
    this.#need(at, 8);
    const value = this.#view.getBigInt64(at, true);
    if (value < 0n || value > 2n ** 53n - 1n) throw this.damage('a length from 0 to 2^53', `${value}`);
    return Number(value);
  }

  /** A key, which may be any. */
  id(at: number): bigint {
    this.#need(at, 8);
    return this.#view.getBigInt64(at, true);
  }

  string(at: number): string {
    const place = at + this.u32(at);
    const length = this.u32(place);
    this.#need(place + 4, length);
    this.#text += length;
    if (this.#text > maxText) throw this.damage(`at most ${maxText} bytes of text`, 'more');
    const { buffer, byteOffset } = this.#view;
    return text.decode(new Uint8Array(buffer, byteOffset + place + 4, length));
  }

  /** Where each of a vector's elements starts. */
  vector(at: number, stride: number): { start: number; length: number } {
    const place = at + this.u32(at);
    const length = this.u32(place);
    this.#need(place + 4, length * stride);
    return { start: place + 4, length };
  }

  #need(at: number, bytes: number): void {
    if (at < this.start || at + bytes > this.end)
      throw this.damage(`offsets within its ${this.end - this.start} bytes`, `${at - this.start} + ${bytes}`);
  }
}

const text = new TextDecoder();

/** Fields by their place in the schema, from 0. */
export class FlatTable {
  constructor(
    readonly flat: Flat,
    readonly place: number,
    readonly fields: number,
    readonly size: number,
    readonly length: number,
  ) {}

  /** Where the field lies; undefined: it has its default. */
  at(field: number, bytes: number): number | undefined {
    const slot = 4 + 2 * field;
    if (slot + 2 > this.size) return undefined;
    const offset = this.flat.u16(this.fields + slot);
    if (offset === 0) return undefined;
    if (offset + bytes > this.length)
      throw this.flat.damage(`fields within a table of ${this.length} bytes`, `${offset} + ${bytes}`);
    return this.place + offset;
  }

  u8(field: number, otherwise: number): number {
    const at = this.at(field, 1);
    return at === undefined ? otherwise : this.flat.u8(at);
  }

  u16(field: number, otherwise: number): number {
    const at = this.at(field, 2);
    return at === undefined ? otherwise : this.flat.u16(at);
  }

  i32(field: number, otherwise: number): number {
    const at = this.at(field, 4);
    return at === undefined ? otherwise : this.flat.i32(at);
  }

  i64(field: number): number {
    const at = this.at(field, 8);
    return at === undefined ? 0 : this.flat.i64(at);
  }

  id(field: number): bigint {
    const at = this.at(field, 8);
    return at === undefined ? 0n : this.flat.id(at);
  }

  string(field: number): string | undefined {
    const at = this.at(field, 4);
    return at === undefined ? undefined : this.flat.string(at);
  }

  table(field: number): FlatTable | undefined {
    const at = this.at(field, 4);
    return at === undefined ? undefined : this.flat.table(at);
  }

  tables(field: number): FlatTable[] {
    const { start, length } = this.vector(field, 4);
    return Array.from({ length }, (_, index) => this.flat.table(start + 4 * index));
  }

  vector(field: number, stride: number): { start: number; length: number } {
    const at = this.at(field, 4);
    return at === undefined ? { start: 0, length: 0 } : this.flat.vector(at, stride);
  }
}
