import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../src/binary/index.js';
import { MortiseError } from '../../../src/errors.js';
import { readLdCache } from '../../../src/loader/dependencies/ld-cache.js';
import { cacheBytes } from './cache-bytes.js';

const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path));

describe('ld.so.cache', () => {
  it.runIf(ldconfig && existsSync('/etc/ld.so.cache'))('reads what ldconfig -p prints', () => {
    const text = execFileSync(ldconfig as string, ['-p'], { encoding: 'utf8' });
    const theirs = [...text.matchAll(/^\t(\S+) \([^)]*\) => (\S+)$/gm)].map(
      ([, name, path]) => `${name} ${path}`,
    );
    const cache = readLdCache(bytesOf(readFileSync('/etc/ld.so.cache')));
    const ours = [...cache.values()].flat().map(({ name, path }) => `${name} ${path}`);
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.sort()).toEqual(theirs.sort());
  });

  const entries = [
    { name: 'libm.so.6', path: '/lib64/libm.so.6', flags: 0x303 },
    { name: 'libm.so.6', path: '/lib64/glibc-hwcaps/x86-64-v3/libm.so.6', flags: 0x303, hwcaps: 'x86-64-v3' },
    { name: 'libm.so.6', path: '/lib/libm.so.6', flags: 3 },
  ];

  it.each([
    { old: false, big: false },
    { old: true, big: false },
    { old: false, big: true },
    { old: true, big: true },
  ])('reads both layouts in both byte orders: %o', (layout) => {
    const cache = readLdCache(bytesOf(cacheBytes(entries, layout)));
    expect(cache.get('libm.so.6')).toEqual(
      entries.map((entry) => ({ hwcaps: undefined, ...entry, legacyHwcaps: false })),
    );
  });

  it('says what is wrong with a cache', () => {
    const bytes = (change: (bytes: Buffer) => unknown) => {
      const cache = cacheBytes(entries, { old: false, big: false });
      change(cache);
      return () => readLdCache(bytesOf(cache));
    };
    const code = (name: string) => expect.objectContaining({ code: `MORTISE_ERR_BINARY_${name}` });
    expect(bytes((cache) => cache.write('#!/bin/sh'))).toThrow(code('FORMAT'));
    expect(bytes((cache) => cache.writeUInt32LE(20_000, 20))).toThrow(code('TRUNCATED'));
    expect(bytes((cache) => cache.writeUInt32LE(2_000_000, 20))).toThrow(code('LIMIT'));
    expect(bytes((cache) => cache.writeUInt8(1, 28))).toThrow(code('MALFORMED'));
    expect(bytes((cache) => cache.writeUInt32LE(10, 48 + 4))).toThrow(code('MALFORMED'));
    expect(bytes((cache) => cache.writeUInt32LE(1_000_000, 48 + 4))).toThrow(code('MALFORMED'));
    // The last name's end is cut off.
    expect(bytes((cache) => cache.writeUInt32LE(cache.readUInt32LE(24) - 1, 24))).toThrow(code('MALFORMED'));
  });

  it('answers 20,000 damaged caches with a record or a coded error', () => {
    const originals = [
      cacheBytes(entries, { old: false, big: false }),
      cacheBytes(entries, { old: true, big: false }),
      ...(existsSync('/etc/ld.so.cache') ? [readFileSync('/etc/ld.so.cache')] : []),
    ];
    const random = generator(42);
    let records = 0;
    const codes = new Map<string, number>();
    for (let round = 0; round < 20_000; round++) {
      const original = originals[round % 2 === 0 || originals.length < 3 ? (round >> 1) % 2 : 2] as Buffer;
      const bytes = Buffer.from(original);
      for (let change = random(4); change >= 0; change--) {
        // Half of the changes hit the headers, where all the counts and offsets are.
        const at = random(2) === 0 ? random(Math.min(160, bytes.length)) : random(bytes.length);
        bytes[at] = [0, 0xff, 0x7f, 0x80, random(256)][random(5)] as number;
      }
      const cut = random(5) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
      try {
        readLdCache(bytesOf(cut));
        records++;
      } catch (error) {
        if (!(error instanceof MortiseError)) throw error;
        codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
      }
    }
    expect(records).toBeGreaterThan(1000);
    expect([...codes.keys()].sort()).toEqual([
      'MORTISE_ERR_BINARY_FORMAT',
      'MORTISE_ERR_BINARY_LIMIT',
      'MORTISE_ERR_BINARY_MALFORMED',
      'MORTISE_ERR_BINARY_TRUNCATED',
    ]);
  }, 300_000);
});

/** Numbers that are the same in every run (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
