/** Changes an entry of a library's dynamic section, as a tool that rewrites libraries might. */

export const tag = {
  needed: 1,
  pltrelsz: 2,
  symtab: 6,
  rela: 7,
  relasz: 8,
  relaent: 9,
  init: 12,
  pltrel: 20,
  jmprel: 23,
  initArray: 25,
};

/** @param skip How many entries of that tag stay as they are. */
export function patchDynamic(
  original: Buffer,
  wanted: number,
  change: { tag?: number; value?: number },
  skip = 0,
): Buffer {
  const bytes = Buffer.from(original);
  const headers = Number(bytes.readBigUInt64LE(32));
  let left = skip;
  for (let index = 0; index < bytes.readUInt16LE(56); index++) {
    const header = headers + index * 56;
    if (bytes.readUInt32LE(header) !== 2) continue;
    const start = Number(bytes.readBigUInt64LE(header + 8));
    const end = start + Number(bytes.readBigUInt64LE(header + 32));
    for (let at = start; at < end; at += 16) {
      if (bytes.readBigUInt64LE(at) !== BigInt(wanted) || left-- > 0) continue;
      if (change.tag !== undefined) bytes.writeBigUInt64LE(BigInt(change.tag), at);
      if (change.value !== undefined) bytes.writeBigUInt64LE(BigInt(change.value), at + 8);
      return bytes;
    }
  }
  throw new Error(`no dynamic entry ${wanted}`);
}
