/** Typed arrays by the kind of their elements, as the engine says of them: see views.ts. */
import { types } from 'node:util';
import { lengthOf } from './views.js';

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** One class of them. */
export class ArrayKind {
  readonly name: string;
  /** Bytes of an element, and what its address is a multiple of. */
  readonly bytes: number;
  /** Of this realm or another; nothing else is, whatever its prototype. */
  readonly is: (value: unknown) => boolean;
  readonly #make: (from: ArrayBufferLike | number, offset?: number, count?: number) => TypedArray;
  readonly #fill: (into: TypedArray, from: TypedArray) => void;

  constructor(
    of: { name: string; BYTES_PER_ELEMENT: number; prototype: TypedArray },
    is: (value: unknown) => boolean,
  ) {
    const Of = of as unknown as new (
      from: ArrayBufferLike | number,
      at?: number,
      count?: number,
    ) => TypedArray;
    this.name = of.name;
    this.bytes = of.BYTES_PER_ELEMENT;
    this.is = is;
    this.#make = (from, offset, count) => new Of(from as number, offset, count);
    this.#fill = Function.prototype.call.bind(of.prototype.set as () => void) as (
      into: TypedArray,
      from: TypedArray,
    ) => void;
  }

  /** Elements in memory that bytes lie in, where they do. */
  view(bytes: Uint8Array, count: number): TypedArray {
    return this.#make(bytes.buffer, bytes.byteOffset, count);
  }

  /** A copy, which JavaScript cannot take away. */
  readonly copied = (array: TypedArray): TypedArray => {
    const copy = this.#make(lengthOf(array) / this.bytes);
    this.#fill(copy, array);
    return copy;
  };

  /** Writes a copy back; false, and nothing is written, when the original has another length by now. */
  writeBack(into: TypedArray, copy: TypedArray): boolean {
    if (lengthOf(into) !== lengthOf(copy)) return false;
    this.#fill(into, copy);
    return true;
  }

  /** Whether its memory was transferred away: not the same as no elements. */
  isDetached(array: TypedArray): boolean {
    if (lengthOf(array) > 0) return false;
    try {
      this.#fill(this.#make(0), array);
      return false;
    } catch {
      return true;
    }
  }
}

export const arrays = {
  i8: new ArrayKind(Int8Array, types.isInt8Array),
  u8: new ArrayKind(Uint8Array, types.isUint8Array),
  i16: new ArrayKind(Int16Array, types.isInt16Array),
  u16: new ArrayKind(Uint16Array, types.isUint16Array),
  i32: new ArrayKind(Int32Array, types.isInt32Array),
  u32: new ArrayKind(Uint32Array, types.isUint32Array),
  i64: new ArrayKind(BigInt64Array, types.isBigInt64Array),
  u64: new ArrayKind(BigUint64Array, types.isBigUint64Array),
  f32: new ArrayKind(Float32Array, types.isFloat32Array),
  f64: new ArrayKind(Float64Array, types.isFloat64Array),
} as const;
