/**
 * The numbers in a run of bytes, in the byte order and word size of the file they come from. The caller
 * has read as many bytes as it looks at.
 */
export class Fields {
  readonly length: number;
  readonly #view: DataView;

  constructor(
    readonly bytes: Buffer,
    readonly little: boolean,
    readonly wide: boolean,
  ) {
    this.length = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u8(at: number): number {
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    return this.#view.getUint16(at, this.little);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.little);
  }

  /** Rounded above 2^53, where no file offset can be: every use as one is checked against the file's size. */
  u64(at: number): number {
    const first = this.#view.getUint32(at, this.little);
    const second = this.#view.getUint32(at + 4, this.little);
    return this.little ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
  }

  /** An address or a size: 8 bytes in a 64-bit image, 4 in a 32-bit one. */
  word(at: number): number {
    return this.wide ? this.u64(at) : this.u32(at);
  }
}
