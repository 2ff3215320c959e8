/** Finds the fields of a 64-bit little-endian library, to damage one of them. */
export class Patch {
  readonly bytes: Buffer;

  constructor(original: Buffer) {
    this.bytes = Buffer.from(original);
  }

  /** Where the n-th program header of a type lies. */
  segment(type: number, nth = 0): number {
    const start = Number(this.bytes.readBigUInt64LE(32));
    const all = Array.from({ length: this.bytes.readUInt16LE(56) }, (_, index) => start + index * 56);
    return found(all.filter((at) => this.bytes.readUInt32LE(at) === type)[nth], `segment ${type}`);
  }

  /** Where the n-th dynamic entry of a tag lies. */
  entry(tag: number, nth = 0): number {
    const header = this.segment(2);
    const start = Number(this.bytes.readBigUInt64LE(header + 8));
    const count = Number(this.bytes.readBigUInt64LE(header + 32)) / 16;
    const all = Array.from({ length: count }, (_, index) => start + index * 16);
    return found(all.filter((at) => this.bytes.readBigUInt64LE(at) === BigInt(tag))[nth], `tag ${tag}`);
  }

  value(tag: number): number {
    return Number(this.bytes.readBigUInt64LE(this.entry(tag) + 8));
  }

  /** Where the table that a tag names lies in the file. */
  table(tag: number): number {
    const address = this.value(tag);
    for (let nth = 0; ; nth++) {
      const at = this.segment(1, nth);
      const [offset, start, , size] = [8, 16, 24, 32].map((field) =>
        Number(this.bytes.readBigUInt64LE(at + field)),
      ) as [number, number, number, number];
      if (address >= start && address < start + size) return offset + address - start;
    }
  }

  /** A symbol of the dynamic table, by its name. */
  symbol(name: string): number {
    const [symbols, strings] = [this.table(6), this.table(5)];
    for (let index = 1; index < 200; index++) {
      const at = strings + this.bytes.readUInt32LE(symbols + index * 24);
      if (this.bytes.toString('latin1', at, at + name.length + 1) === `${name}\0`) return index;
    }
    throw new Error(`no symbol ${name}`);
  }

  u8(at: number, value: number): this {
    this.bytes.writeUInt8(value, at);
    return this;
  }

  u16(at: number, value: number): this {
    this.bytes.writeUInt16LE(value, at);
    return this;
  }

  u32(at: number, value: number): this {
    this.bytes.writeUInt32LE(value, at);
    return this;
  }

  u64(at: number, value: number | bigint): this {
    this.bytes.writeBigUInt64LE(BigInt(value), at);
    return this;
  }

  /** Another value, or another tag, for a dynamic entry. */
  dynamic(tag: number, change: { value?: number | bigint; tag?: number }): this {
    const at = this.entry(tag);
    if (change.value !== undefined) this.u64(at + 8, change.value);
    if (change.tag !== undefined) this.u64(at, change.tag);
    return this;
  }
}

function found(at: number | undefined, what: string): number {
  if (at === undefined) throw new Error(`no ${what}`);
  return at;
}
