/** Copies of what C passes. Node's own way costs a look-up of the buffer's memory for each. */
import { constants } from 'node:buffer';
import { serviceAddon } from './services.js';

/** A caller in C passed what the function doesn't take: its own mistake, not the implementation's. */
export class WrongArgument extends RangeError {}

const slabSize = 65_536;
/** What a Buffer can hold, and no more than could be read page by page in a moment. */
const maxBytes = Math.min(constants.MAX_LENGTH, 2 ** 32);
/** Nothing lies below: the system keeps the first page free, to catch null pointers. */
const firstAddress = 4096;

let slab = new ArrayBuffer(0);
let start = 0;
let used = slabSize;

/** May be kept: C's memory is valid for one call only, and a reference to it would outlive it. */
export function copyOf(address: number, size: number): Buffer {
  if (size === 0) return Buffer.alloc(0);
  check(address, size, maxBytes, 'bytes');
  if (size <= slabSize / 8) return small(address, size);
  // Before so much memory is taken for it.
  if (!serviceAddon().isReadable(address, size)) throw unreadable(size, 'bytes');
  return large(address, size);
}

/** Small ones share memory, as Node's own small buffers do. */
function small(address: number, size: number): Buffer {
  // Where Node lets untransferable memory be transferred all the same, it is empty afterwards.
  if (used + size > slabSize || slab.byteLength !== slabSize) {
    slab = new ArrayBuffer(slabSize);
    // Others' bytes would go along. Not imported: loading it would slow down the start of every host.
    process.getBuiltinModule('node:worker_threads').markAsUntransferable(slab);
    start = serviceAddon().addressOf(slab);
    used = 0;
  }
  if (!serviceAddon().copyMemory(start + used, address, size)) throw unreadable(size, 'bytes');
  const bytes = Buffer.from(slab, used, size);
  used += Math.ceil(size / 8) * 8;
  return bytes;
}

function large(address: number, size: number): Buffer {
  let bytes: Buffer;
  try {
    bytes = Buffer.from(new ArrayBuffer(size));
  } catch {
    throw new WrongArgument(`the caller passed ${size} bytes, more than there is memory for`);
  }
  serviceAddon().copyMemory(serviceAddon().addressOf(bytes), address, size);
  return bytes;
}

/** Text, of which C says the length. What isn't UTF-8 becomes U+FFFD. */
export function textOf(address: number, size: number): string {
  if (size === 0) return '';
  check(address, size, maxBytes, 'text');
  let text: string | undefined;
  try {
    text = serviceAddon().readText(address, size);
  } catch {
    throw new WrongArgument(`the caller passed a text of ${size} bytes, longer than a string can be`);
  }
  if (text === undefined) throw unreadable(size, 'text');
  return text;
}

/** koffi gives integers beyond those that a number holds as bigints, or as negative numbers. */
function check(address: number | bigint, size: number | bigint, max: number, what: string): void {
  if (typeof size !== 'number' || size < 0 || size > max) {
    const [unsigned, signed] = [BigInt.asUintN(64, BigInt(size)), BigInt.asIntN(64, BigInt(size))];
    const negative = signed < 0n ? ` (−${-signed}, with a sign)` : '';
    throw new WrongArgument(
      `the caller passed ${what} of ${unsigned} bytes${negative}, and ${max} are the most`,
    );
  }
  if (address === 0) throw new WrongArgument(`the caller passed a null pointer and a size of ${size}`);
  if (typeof address !== 'number' || address < firstAddress) {
    const found = `0x${BigInt.asUintN(64, BigInt(address)).toString(16)}`;
    throw new WrongArgument(`the caller passed ${found} as a pointer to ${size} bytes`);
  }
}

const unreadable = (size: number, what: string) =>
  new WrongArgument(`the caller passed ${what} of ${size} bytes that are not all there to be read`);
