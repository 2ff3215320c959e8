/** The size of a page of memory on this system. */
import { readFileSync } from 'node:fs';

const usual = 4096;
/** AT_PAGESZ (Linux, include/uapi/linux/auxvec.h). */
const pageSizeKey = 6n;
let known: number | undefined;

/** In bytes. On processors that have only one size nothing is read. */
export function systemPageSize(): number {
  if (process.platform !== 'linux' || ['x64', 'ia32', 's390x'].includes(process.arch)) return usual;
  known ??= fromKernel() ?? usual;
  return known;
}

/** The kernel gives each process a list of pairs of words. */
function fromKernel(): number | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync('/proc/self/auxv');
  } catch {
    return undefined;
  }
  const words = new BigUint64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  for (let index = 0; index + 1 < words.length; index += 2) {
    if (words[index] === pageSizeKey) return Number(words[index + 1]);
  }
  return undefined;
}
