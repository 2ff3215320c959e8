/** Grows a binary file front to back, in the byte order and word size of its format. */
export class Writer {
  #bytes = Buffer.alloc(64 * 1024);
  size = 0;

  constructor(
    readonly little = true,
    readonly wide = true,
  ) {}

  u8(...values: number[]): this {
    for (const value of values) this.#put(1, (bytes, at) => bytes.writeUInt8(value & 0xff, at));
    return this;
  }

  u16(...values: number[]): this {
    for (const value of values) {
      this.#put(2, (bytes, at) =>
        this.little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at),
      );
    }
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) {
      this.#put(4, (bytes, at) =>
        this.little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at),
      );
    }
    return this;
  }

  u64(...values: number[]): this {
    for (const value of values) {
      const big = BigInt(value);
      this.#put(8, (bytes, at) =>
        this.little ? bytes.writeBigUInt64LE(big, at) : bytes.writeBigUInt64BE(big, at),
      );
    }
    return this;
  }

  word(...values: number[]): this {
    return this.wide ? this.u64(...values) : this.u32(...values);
  }

  text(value: string, size = value.length): this {
    const start = this.size;
    this.bytes(Buffer.from(value, 'latin1'));
    return this.padTo(start + size);
  }

  bytes(value: Uint8Array): this {
    this.#put(value.length, (bytes, at) => bytes.set(value, at));
    return this;
  }

  padTo(offset: number): this {
    this.#put(Math.max(0, offset - this.size), () => {});
    return this;
  }

  align(to: number): number {
    this.padTo(Math.ceil(this.size / to) * to);
    return this.size;
  }

  /** Fills in what was not known when its place was written. */
  patch(at: number, write: (writer: Writer) => void): this {
    const end = this.size;
    this.size = at;
    write(this);
    this.size = end;
    return this;
  }

  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.size));
  }

  #put(length: number, write: (bytes: Buffer, at: number) => void): void {
    while (this.size + length > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    write(this.#bytes, this.size);
    this.size += length;
  }
}

/** Strings behind each other; index 0 is the empty one. */
export class Strings {
  text = '\0';

  add(value: string): number {
    const index = this.text.length;
    this.text += `${value}\0`;
    return index;
  }
}
