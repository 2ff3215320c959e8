/**
 * The text that one of a plugin's version functions gives, without running it. In an optimised build for x64 such a
 * function is four instructions that store a length and an address; any other code is left alone.
 */
import { readHeader } from '../../binary/elf/header.js';
import { readSegments } from '../../binary/elf/segments.js';
import { type ByteSource, type Image, readSymbol } from '../../binary/index.js';

/** Longer is not a version. */
const maxText = 256;
const maxCode = 64;

/** Undefined when the file doesn't tell for sure. */
export function staticText(source: ByteSource, image: Image, symbol: string): string | undefined {
  const place = image.symbols.get(symbol);
  if (image.format !== 'elf' || image.arch !== 'x64' || place?.kind !== 'code') return undefined;
  const code = readSymbol(source, image, symbol, maxCode);
  // Zeros are no instruction of these, so that none is read past the end.
  const stored = code && stores(Buffer.concat([code, Buffer.alloc(8)]));
  if (!stored || stored.length > maxText) return undefined;
  if (stored.length === 0) return '';
  if (stored.address === undefined) return undefined;
  const { map, all } = readSegments(source, readHeader(source));
  const segment = all.find(
    ({ type, offset, fileSize }) => type === 1 && place.offset >= offset && place.offset < offset + fileSize,
  );
  if (!segment) return undefined;
  const text = map.find(segment.address + place.offset - segment.offset + stored.address);
  if (!text || text.available < stored.length) return undefined;
  const bytes = source.read(text.offset, stored.length);
  // A version is written in ASCII.
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? bytes.toString('latin1') : undefined;
}

/** What the code stores behind its first argument; `address` counts from the code's start. */
function stores(code: Buffer): { length: number; address?: number } | undefined {
  let length: number | undefined;
  let address: number | undefined;
  let isStored = false;
  for (let at = code.readUInt32BE(0) === 0xf30f1efa ? 4 : 0; at + 8 <= code.length; ) {
    const word = code.readUInt32BE(at);
    if (code[at] === 0xc3) {
      return length === undefined || !isStored ? undefined : { length, address };
    }
    if (word >>> 8 === 0x48c707) {
      length = code.readUInt32LE(at + 3); // mov qword [rdi], …
      at += 7;
    } else if (word === 0x48c74708) {
      isStored = true; // mov qword [rdi + 8], …: of an empty text, whose address is of nothing
      at += 8;
    } else if (word >>> 8 === 0x488d05) {
      address = at + 7 + code.readInt32LE(at + 3); // lea rax, [rip + …]
      at += 7;
    } else if (word === 0x48894708) {
      isStored = address !== undefined; // mov [rdi + 8], rax
      at += 4;
    } else {
      return undefined;
    }
  }
  return undefined;
}
