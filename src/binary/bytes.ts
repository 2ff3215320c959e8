/** Bytes in memory as a source to read from, and slices that stay inside it. */
import { hex, tooMuch, truncated } from './faults.js';
import type { ByteSource } from './image.js';

/** No table of a real library is larger; a single read beyond it is a lie in a header. */
const maxRead = 64 * 1024 * 1024;

/** Bytes in memory as a source; reads are views, not copies. */
export function bytesOf(buffer: Uint8Array, path?: string): ByteSource {
  const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return {
    size: bytes.length,
    path,
    read(offset, length) {
      assertInside(this, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** A part of another source that counts its offsets from zero, as the slices of a fat file do. */
export function sliceOf(source: ByteSource, start: number, size: number): ByteSource {
  if (start + size > source.size) {
    throw truncated(
      source,
      `offset ${hex(start)}`,
      `${size} bytes from there`,
      `a file of ${source.size} bytes`,
    );
  }
  return {
    size,
    path: source.path,
    read(offset, length, into) {
      assertInside(this, offset, length);
      return source.read(start + offset, length, into);
    },
  };
}

/** The contract of {@link ByteSource.read}, for each implementation of it. */
export function assertInside(source: ByteSource, offset: number, length: number): void {
  if (offset < 0 || length < 0 || offset + length > source.size || !Number.isSafeInteger(offset + length)) {
    throw truncated(
      source,
      `offset ${hex(offset)}`,
      `${length} bytes from ${hex(offset)}`,
      `a file of ${source.size} bytes`,
    );
  }
  if (length > maxRead)
    throw tooMuch(source, `offset ${hex(offset)}`, 'bytes to read at once', maxRead, length);
}
