/**
 * What `list_components` returns, told from its code without running it: compilers make an address, or a load from one,
 * and a return of it. Everything else is left alone.
 */

/** Gives what the pointer at an address will point to. */
export type Load = (address: number) => number | undefined;

/** As much code as is looked at. */
export const maxCode = 64;

/** The address that the code at `start` returns; undefined when it does anything else. */
export function returnedAddress(arch: string, code: Buffer, start: number, load: Load): number | undefined {
  if (arch === 'x64') return onX64(code, start, load);
  return arch === 'arm64' ? onArm64(code, start, load) : undefined;
}

/** What may stand around it: endbr64, and a frame that nothing is kept in. */
const x64Frame = ['f30f1efa', '55', '4889e5', '5d'];

function onX64(code: Buffer, start: number, load: Load): number | undefined {
  let rax: number | undefined;
  for (let at = 0; at < code.length; ) {
    const rest = code.subarray(at).toString('hex');
    if (rest.startsWith('c3') || rest.startsWith('f3c3')) return rax;
    const frame = x64Frame.find((bytes) => rest.startsWith(bytes));
    if (frame) at += frame.length / 2;
    else if (/^488(b|d)05/.test(rest) && code.length >= at + 7) {
      // mov or lea from an address that counts from the next instruction.
      const address = start + at + 7 + code.readInt32LE(at + 3);
      rax = rest.startsWith('488b') ? load(address) : address;
      at += 7;
    } else if (rest.startsWith('488b00') && rax !== undefined) {
      rax = load(rax); // mov rax, [rax]
      at += 3;
    } else return undefined;
  }
  return undefined;
}

const ret = 0xd65f03c0;
/** bti c, paciasp, autiasp, nop. */
const arm64Frame = [0xd503245f, 0xd503233f, 0xd50323bf, 0xd503201f];

function onArm64(code: Buffer, start: number, load: Load): number | undefined {
  const registers = new Map<number, number | undefined>();
  for (let at = 0; at + 4 <= code.length; at += 4) {
    const word = code.readUInt32LE(at);
    const to = word & 0x1f;
    const from = (word >>> 5) & 0x1f;
    const immediate = (word >>> 10) & 0xfff;
    if (word === ret) return registers.get(0);
    if (arm64Frame.includes(word)) continue;
    const base = registers.get(from);
    if ((word & 0x9f000000) >>> 0 === 0x90000000) {
      // adrp: 21 signed bits of pages, the low two of them apart.
      const pages = (((((word >>> 5) & 0x7ffff) << 2) | ((word >>> 29) & 3)) << 11) >> 11;
      registers.set(to, start + at - ((start + at) % 4096) + pages * 4096);
    } else if ((word & 0xffc00000) >>> 0 === 0x91000000 && base !== undefined) {
      registers.set(to, base + immediate); // add
    } else if ((word & 0xffc00000) >>> 0 === 0xf9400000 && base !== undefined) {
      registers.set(to, load(base + immediate * 8)); // ldr
    } else return undefined;
  }
  return undefined;
}
