import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildElf } from './elf/build-elf.js';
import { outcomeOf } from './inside.js';
import { buildFat, buildMacho, machoData } from './macho/build-macho.js';
import { foreignAddon } from './packages.js';
import { buildPe } from './pe/build-pe.js';

const elf = (wide: boolean, little: boolean): Buffer =>
  buildElf({
    wide,
    little,
    symbols: [
      { name: 'module_info', at: Buffer.from('information') },
      { name: 'module_init', at: Buffer.alloc(4), type: 2, version: 2 },
      { name: 'malloc', at: 'undefined', type: 2 },
    ],
    needed: ['libc.so.6'],
    soname: 'plugin.so',
    runpath: '$ORIGIN',
    needs: [{ library: 'libc.so.6', versions: ['GLIBC_2.4', 'GLIBC_2.34'] }],
    hash: wide ? 'gnu' : 'sysv',
    interpreter: '/lib/ld.so',
    sections: true,
  }).bytes;

const macho = (wide: boolean, little: boolean, trie?: Buffer): Buffer =>
  buildMacho({
    wide,
    little,
    trie,
    symbols: [
      ['_module_info', 0x0f, 0, machoData],
      ['_malloc', 0x01, 0, 0],
    ],
    dylibs: [
      [0xd, '@rpath/plugin.dylib'],
      [0xc, '/usr/lib/libSystem.B.dylib'],
    ],
    rpaths: ['@loader_path'],
  });

const trie = Buffer.from([0, 2, 0x61, 0, 8, 0x62, 0, 13, 3, 0, 0x80, 0x10, 0, 3, 0, 0x82, 0x10, 0]);

const pe = (wide: boolean): Buffer =>
  buildPe({
    wide,
    exports: [
      ['module_info', 0],
      ['module_old', 'OTHER.old'],
      [null, 4],
    ],
    imports: [{ library: 'KERNEL32.dll', names: ['Sleep', 12] }],
    delayed: [{ library: 'node.exe', names: ['napi_throw'] }],
  }).bytes;

const cpuTypes = [0x01000007, 0x0100000c] as const;
const images: Record<string, Buffer> = {
  'ELF, 64-bit little-endian': elf(true, true),
  'ELF, 64-bit big-endian': elf(true, false),
  'ELF, 32-bit little-endian': elf(false, true),
  'ELF, 32-bit big-endian': elf(false, false),
  'Mach-O, 64-bit': macho(true, true),
  'Mach-O, 64-bit with an export trie': macho(true, true, trie),
  'Mach-O, 32-bit big-endian': macho(false, false),
  'Mach-O, fat': buildFat(cpuTypes.map((cpuType) => ({ cpuType, bytes: buildMacho({ cpuType, trie }) }))),
  'PE, 64-bit': pe(true),
  'PE, 32-bit': pe(false),
};

/** Real files of about 15 to 150 kB, where they can be had. */
const addons = (['elf x64, small', 'macho fat', 'pe x64, small', 'pe ia32, small'] as const).flatMap(
  (name) => {
    const path = foreignAddon(name);
    return path ? [[name, path] as const] : [];
  },
);
for (const [name, path] of addons) images[`${name} (a published addon)`] = readFileSync(path);

const all = Object.entries(images);

/** Mulberry32: the same numbers on each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

it.each(all)('%s: undamaged, it is a record', (_, bytes) => {
  expect(outcomeOf(bytes)).toHaveProperty('images.0.kind', 'shared');
});

describe('every truncation ends in a record or a coded error', () => {
  it.each(all)('%s', { timeout: 300_000 }, (_, bytes) => {
    let records = 0;
    for (let length = 0; length < bytes.length; length++) {
      if ('images' in outcomeOf(bytes.subarray(0, length))) records++;
    }
    // A part of a file is not a library; only padding at the end may be missing.
    expect(records).toBeLessThan(bytes.length / 2);
  });
});

describe('100,000 mutations end in records or coded errors', () => {
  const rounds = Math.ceil(100_000 / all.length);
  const interesting = [0, 1, 2, 0x7f, 0x80, 0xff];

  it.each(all)('%s', { timeout: 120_000 }, (name, bytes) => {
    const pick = random(name.length * 7919 + bytes.length);
    const copy = Buffer.from(bytes);
    const outcomes = { records: 0, errors: 0 };
    let slowest = 0;
    for (let round = 0; round < rounds; round++) {
      const changed: number[] = [];
      for (let left = 1 + pick(4); left > 0; left--) {
        // Headers are at the front; the tables that they lead to are anywhere.
        const area = pick(3) === 0 ? bytes.length : Math.min(bytes.length, pick(2) === 0 ? 128 : 4096);
        const at = pick(area);
        for (let width = [1, 1, 2, 4, 8][pick(5)] as number, index = at; width > 0; width--, index++) {
          if (index >= bytes.length) break;
          changed.push(index);
          copy[index] = pick(2) === 0 ? (interesting[pick(interesting.length)] as number) : pick(256);
        }
      }
      const start = performance.now();
      outcomes['images' in outcomeOf(copy) ? 'records' : 'errors']++;
      slowest = Math.max(slowest, performance.now() - start);
      for (const index of changed) copy[index] = bytes[index] as number;
    }
    expect(outcomes.records).toBeGreaterThan(0);
    expect(outcomes.errors).toBeGreaterThan(0);
    expect(slowest).toBeLessThan(1000);
  });
});
