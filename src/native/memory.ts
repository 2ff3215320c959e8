/** Copies of what C passes. Node's own way costs a look-up of the buffer's memory for each. */
import { koffi } from './koffi.js';
import { serviceAddon } from './services.js';

/** A caller in C passed what the function doesn't take: its own mistake, not the implementation's. */
export class WrongArgument extends RangeError {}

/** A copy, and where it lies. */
export interface Copy {
  bytes: Buffer;
  address: number;
}

const slabSize = 65_536;
let slab: ArrayBuffer | undefined;
let start = 0;
let used = slabSize;

/** May be kept: C's memory is valid for one call only, and a reference to it would outlive it. */
export function copyOf(address: number, size: number): Copy {
  if (size === 0) return { bytes: Buffer.alloc(0), address: 0 };
  if (address === 0) throw new WrongArgument(`the caller passed a null pointer and a size of ${size}`);
  const copy = size <= slabSize / 8 ? small(size) : large(size);
  serviceAddon().copyMemory(copy.address, address, size);
  return copy;
}

/** Small ones share memory, as Node's own small buffers do. */
function small(size: number): Copy {
  if (slab === undefined || used + size > slabSize) {
    slab = new ArrayBuffer(slabSize);
    start = Number(koffi().address(slab));
    used = 0;
  }
  const copy = { bytes: Buffer.from(slab, used, size), address: start + used };
  used += Math.ceil(size / 8) * 8;
  return copy;
}

function large(size: number): Copy {
  const bytes = Buffer.from(new ArrayBuffer(size));
  return { bytes, address: Number(koffi().address(bytes)) };
}

/** Text, of which C says the length. What isn't UTF-8 becomes U+FFFD. */
export function textOf(address: number, size: number): string {
  if (size === 0) return '';
  if (address === 0) throw new WrongArgument(`the caller passed a null pointer and a size of ${size}`);
  try {
    return serviceAddon().readText(address, size);
  } catch {
    throw new WrongArgument(`the caller passed a text of ${size} bytes, longer than a string can be`);
  }
}
