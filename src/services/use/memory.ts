/** The memory that a call passes to C. */
import { addon } from '../../native/addon.js';
import { bufferOf, isShared, lengthOf, offsetOf } from '../../native/views.js';

/** Memory for what one call gives back, and for its short texts. */
export interface Scratch {
  bytes: ArrayBuffer;
  address: number;
}

/** Says where in the scratch memory each part of a call lies. All parts begin at multiples of 8 bytes. */
export class Layout {
  size = 0;

  /** @returns the offset of so many bytes, for nobody else */
  take(bytes: number): number {
    const offset = this.size;
    this.size += Math.ceil(bytes / 8) * 8;
    return offset;
  }
}

/** Never freed before its users: a call on a pool thread holds it. */
export function allocate(size: number): Scratch {
  const bytes = new ArrayBuffer(size);
  return { bytes, address: addon().addressOf(bytes) };
}

/** Whether two arrays share a byte. */
export function overlap(a: ArrayBufferView, b: ArrayBufferView): boolean {
  let [startA, startB] = [offsetOf(a), offsetOf(b)];
  if (bufferOf(a) !== bufferOf(b)) {
    // One memory may have several SharedArrayBuffers.
    if (!isShared(a) || !isShared(b)) return false;
    [startA, startB] = [addon().addressOf(a), addon().addressOf(b)];
  }
  return Math.max(startA, startB) < Math.min(startA + lengthOf(a), startB + lengthOf(b));
}

export const addressOf = (buffer: Buffer): number => addon().addressOf(buffer);

/** What a mortise_error says. */
export function messageIn(error: Buffer): string {
  const end = error.indexOf(0, 8);
  return error.toString('utf8', 8, end < 0 ? error.length : end);
}
