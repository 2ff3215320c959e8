/** Reads the data behind an exported symbol, and picks an image from a fat file. */
import type { BinaryFile, ByteSource, Image } from './image.js';

/** As much as is read of a symbol whose size nothing says. */
const usualLength = 4096;

/**
 * The bytes behind an exported symbol, as they are in the file: a pointer that the loader would fill in
 * reads as zeros.
 *
 * `length` is the most to return. Without it: the symbol's size, or 4096 bytes when the format has no sizes
 * (Mach-O, PE). What is returned is shorter when the segment ends before. Undefined when there is no such
 * export, or no bytes stand behind it: zero-filled (bss), thread-local, absolute and forwarded symbols.
 */
export function readSymbol(
  source: ByteSource,
  image: Image,
  name: string,
  length?: number,
): Buffer | undefined {
  const place = image.symbols.get(name);
  if (!place) return undefined;
  const size = place.size > 0 ? place.size : (length ?? usualLength);
  return source.read(place.offset, Math.min(size, length ?? size, place.available));
}

/**
 * The image that a process of that architecture would load. A file of one image has no choice, and of a fat
 * file without a match the first is returned: whether it fits is for the caller to check.
 */
export function imageFor(file: BinaryFile, platformArch: string = process.arch): Image {
  return file.images.find(({ arch }) => arch === platformArch) ?? file.images[0];
}
