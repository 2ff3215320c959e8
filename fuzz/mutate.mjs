// Changes a few fields of a library's tables, the same ones for the same seed.
import { tablesOf } from './elf.mjs';

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Dynamic tags that a loader gives a meaning. */
const tags = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
  29, 30, 32, 33, 35, 36, 37, 0x6ffffef5, 0x6ffffff0, 0x6ffffff9, 0x6ffffffa, 0x6ffffffb, 0x6ffffffc,
  0x6ffffffd, 0x6ffffffe, 0x6fffffff, 0x7ffffffd, 0x7fffffff, 0x6ffffdf5, 0x6ffffef9, 0x70000000, 0x70000003,
]; // prettier-ignore
/** Segment types that a loader gives a meaning. */
const types = [0, 1, 2, 3, 4, 6, 7, 0x6474e550, 0x6474e551, 0x6474e552, 0x6474e553];

/**
 * @param {Buffer} original
 * @returns {{ bytes: Buffer, changes: string[] }}
 */
export function mutate(original, seed, layout = tablesOf(original)) {
  const random = randomFrom(seed);
  const below = (limit) => Math.floor(random() * limit);
  const pick = (list) => list[below(list.length)];
  const bytes = Buffer.from(original);
  const changes = [];
  const count = pick([1, 1, 1, 2, 3]);
  for (let change = 0; change < count; change++) {
    const table = pick(layout.tables);
    const index = below(table.count);
    const at = table.offset + index * table.entry;
    if (table.entry > 2 && random() < 0.08) {
      // One record in the place of another: its fields agree with each other, and not with what is around them.
      const other = table.offset + below(table.count) * table.entry;
      const copied = Buffer.from(bytes.subarray(other, other + table.entry));
      copied.copy(bytes, at);
      changes.push(`${table.name}[${index}] = that of 0x${other.toString(16)}`);
      continue;
    }
    const [offset, size] = pick(table.fields);
    const old = read(bytes, at + offset, size);
    const value = BigInt.asUintN(size * 8, newValue(old, table.name, offset, size));
    write(bytes, at + offset, size, value);
    changes.push(`${table.name}[${index}]+${offset}: 0x${old.toString(16)} → 0x${value.toString(16)}`);
  }
  return { bytes, changes };

  function newValue(old, name, offset, size) {
    if (name === 'dynamic' && offset === 0) return BigInt(pick(tags));
    if (name === 'segments' && offset === 0) return BigInt(pick(types));
    switch (below(9)) {
      case 0:
        return 0n;
      case 1:
        return old + BigInt(pick([-8, -4, -1, 1, 4, 8, 16, 24]));
      case 2:
        return old ^ (1n << BigInt(below(size * 8)));
      case 3:
        return old + BigInt(pick([-0x1000, 0x1000, 0x200000, -0x200000, 0x10000000]));
      case 4:
        return BigInt(pick([1, 2, 3, 7, 8, 16, 24, 64, 0xff, 0x7fff, 0xfff1, 0xffff]));
      case 5:
        return BigInt(pick(layout.addresses.length > 0 ? layout.addresses : [0]));
      case 6:
        return pick([0x7fffffffn, 0xffffffffn, 0x7fffffffffffffffn, 0xffffffffffffffffn, 0x100000000n]);
      case 7:
        return old * 2n + BigInt(below(3));
      default:
        return BigInt(below(original.length));
    }
  }
}

function read(bytes, at, size) {
  return size === 8 ? bytes.readBigUInt64LE(at) : BigInt(bytes.readUIntLE(at, size));
}

function write(bytes, at, size, value) {
  if (size === 8) bytes.writeBigUInt64LE(value, at);
  else bytes.writeUIntLE(Number(value), at, size);
}
