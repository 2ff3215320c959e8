/** What the engine says of a Uint8Array, or another typed array, whatever its own properties or its class say. */
import { isSharedArrayBuffer, isUint8Array } from 'node:util/types';

const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object;

function getter<Got>(name: string): (bytes: ArrayBufferView) => Got {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  return Function.prototype.call.bind(get as () => unknown) as (bytes: ArrayBufferView) => Got;
}

const { set } = Uint8Array.prototype;
const fill = Function.prototype.call.bind(set) as (into: Uint8Array, from: Uint8Array) => void;

/** Of this realm or another; Buffers are. Nothing else is, whatever its prototype. */
export const isBytes: (value: unknown) => value is Uint8Array = isUint8Array;

/** Bytes that it has now: 0 once its memory was transferred. */
export const lengthOf = getter<number>('byteLength');

export const offsetOf = getter<number>('byteOffset');

export const bufferOf = getter<ArrayBufferLike>('buffer');

/** Whether its memory can't go away: such memory only grows. */
export const isShared = (bytes: ArrayBufferView): boolean => isSharedArrayBuffer(bufferOf(bytes));

const { get: byteLength } = Object.getOwnPropertyDescriptor(
  ArrayBuffer.prototype,
  'byteLength',
) as PropertyDescriptor;
const lengthOfOwn = Function.prototype.call.bind(byteLength as () => unknown) as (
  buffer: ArrayBufferLike,
) => number;

/** The opposite of isShared, which is quicker where it is true: the engine reads no shared buffer as an ArrayBuffer. */
export function isOwn(bytes: ArrayBufferView): boolean {
  try {
    lengthOfOwn(bufferOf(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Whether its memory was transferred away: not the same as no bytes. */
export function isDetached(bytes: Uint8Array): boolean {
  if (lengthOf(bytes) > 0) return false;
  try {
    fill(new Uint8Array(0), bytes);
    return false;
  } catch {
    return true;
  }
}

/** A copy, which JavaScript cannot take away: Node's pool for small buffers is not transferable, and is quicker. */
export function copied(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafe(lengthOf(bytes));
  fill(copy, bytes);
  return copy;
}

/** Writes a copy back; false, and nothing is written, when the original has another length by now. */
export function writeBack(into: Uint8Array, copy: Uint8Array): boolean {
  if (lengthOf(into) !== lengthOf(copy)) return false;
  fill(into, copy);
  return true;
}
