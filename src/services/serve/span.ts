/** Spans that C passes to an implementation: copies, as typed arrays. */
import { copyOf, WrongArgument } from '../../native/memory.js';
import { type ArrayKind, arrays, type TypedArray } from '../../native/typed-arrays.js';
import type { ElementKind } from '../schema/types.js';

export class ReceivedSpan {
  readonly #array: ArrayKind;

  constructor(kind: ElementKind) {
    this.#array = arrays[kind];
  }

  /** Bytes of so many elements. A count beyond what a number holds comes as a bigint. */
  sizeOf(count: number | bigint): number {
    const { bytes } = this.#array;
    // What is too much is refused where it is copied, bigint or not.
    return typeof count === 'number' ? count * bytes : ((count * BigInt(bytes)) as unknown as number);
  }

  /** @throws WrongArgument when it can't be read, or isn't aligned */
  copy(address: number, count: number | bigint): Uint8Array {
    const { bytes, name } = this.#array;
    if (count !== 0 && typeof address === 'number' && address % bytes !== 0) {
      throw new WrongArgument(
        `the caller passed a span that isn’t aligned: elements of a ${name} lie at multiples of ${bytes} bytes`,
      );
    }
    return copyOf(address, this.sizeOf(count));
  }

  view(bytes: Uint8Array): TypedArray {
    return this.#array.view(bytes, bytes.length / this.#array.bytes);
  }
}
