/** Writes FlatBuffers, in which Arrow's messages are: children before parents, from the end to the start. */

/** A field of a table: its place in the schema, and what stands there. */
export type FlatField = readonly [
  field: number,
  kind: 'u8' | 'i16' | 'i32' | 'i64' | 'offset',
  value: number | bigint,
];

const sizes = { u8: 1, i16: 2, i32: 4, i64: 8, offset: 4 } as const;

/** Places count from the end, so that they stay when the buffer grows. */
export class FlatWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #used = 0;

  /** @returns its place */
  string(text: string): number {
    const encoded = Buffer.from(text);
    this.#align(4, encoded.length + 1);
    this.#put(new Uint8Array(1));
    this.#put(encoded);
    return this.#u32(encoded.length);
  }

  /** Of places. */
  offsets(places: readonly number[]): number {
    this.#align(4, 4 * places.length);
    for (const place of [...places].reverse()) this.#offset(place);
    return this.#u32(places.length);
  }

  /** Of structs whose words are 64 bits each, or of 32-bit integers. */
  words(words: readonly (number | bigint)[], perElement: number): number {
    this.#align(8, 8 * words.length);
    for (const word of [...words].reverse()) {
      this.#grow(8);
      this.#view.setBigInt64(this.#at, BigInt(word), true);
    }
    return this.#u32(words.length / perElement);
  }

  integers(values: readonly number[]): number {
    this.#align(4, 4 * values.length);
    for (const value of [...values].reverse()) this.#u32(value);
    return this.#u32(values.length);
  }

  table(fields: readonly FlatField[]): number {
    const start = this.#used;
    const places = new Map<number, number>();
    const ordered = [...fields].sort(([, a], [, b]) => sizes[b] - sizes[a]);
    for (const [field, kind, value] of ordered) {
      this.#align(sizes[kind], 0);
      if (kind === 'offset') this.#offset(Number(value));
      else {
        this.#grow(sizes[kind]);
        if (kind === 'u8') this.#view.setUint8(this.#at, Number(value));
        else if (kind === 'i16') this.#view.setInt16(this.#at, Number(value), true);
        else if (kind === 'i32') this.#view.setInt32(this.#at, Number(value), true);
        else this.#view.setBigInt64(this.#at, BigInt(value), true);
      }
      places.set(field, this.#used);
    }
    this.#align(4, 0);
    this.#grow(4);
    const place = this.#used;
    const slots = Math.max(-1, ...fields.map(([field]) => field)) + 1;
    for (let slot = slots - 1; slot >= 0; slot--) {
      const at = places.get(slot);
      this.#u16(at === undefined ? 0 : place - at);
    }
    this.#u16(place - start);
    this.#u16(4 + 2 * slots);
    // From the table to its list of fields, which lies before it.
    this.#view.setInt32(this.#bytes.length - place, this.#used - place, true);
    return place;
  }

  /** The bytes, whose length is a multiple of 8. */
  finish(root: number): Uint8Array {
    this.#align(8, 4);
    this.#offset(root);
    return this.#bytes.subarray(this.#at);
  }

  get #at(): number {
    return this.#bytes.length - this.#used;
  }

  #u16(value: number): number {
    this.#grow(2);
    this.#view.setUint16(this.#at, value, true);
    return this.#used;
  }

  #u32(value: number): number {
    this.#grow(4);
    this.#view.setInt32(this.#at, value, true);
    return this.#used;
  }

  #offset(place: number): void {
    this.#grow(4);
    this.#view.setUint32(this.#at, this.#used - place, true);
  }

  #put(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#at);
  }

  /** So that what is written after `more` bytes starts at a multiple of `size`. */
  #align(size: number, more: number): void {
    this.#grow((size - ((this.#used + more) % size)) % size);
  }

  #grow(more: number): void {
    if (this.#used + more > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, 2 * (this.#used + more)));
      larger.set(this.#bytes.subarray(this.#at), larger.length - this.#used);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#used += more;
  }
}
