/** Debug information that is cut off, changed or made up: an answer or a coded error, in time. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readDebugInfo } from '../../../src/abi/dwarf/debug-info.js';
import { orUnreadable } from '../../../src/abi/dwarf/unreadable.js';
import { readTypes } from '../../../src/abi/types/types.js';
import { MortiseError } from '../../../src/errors.js';

const maxMilliseconds = 20_000;
const source = `namespace shop {
  struct node; typedef node *link;
  struct node { link next; int cells[2][3]; union { int a; float b; }; unsigned bits : 3; };
  class rule { public: virtual ~rule(); virtual int f(const node &, void (*)(link, ...)); int rule::*at; };
  struct deep : rule { node held[2]; static int count; };
  enum class kind : unsigned char { a, b = 7 };
}
namespace made { using shop::deep; using shop::kind; }
shop::deep *used; shop::link other; int (*table[4])(shop::kind);
`;
let object: Buffer;
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-abi-damaged-'));
  writeFileSync(join(folder, 'a.cc'), source);
  const options = ['-c', '-g', '-gdwarf-4', '-femit-class-debug-always', '-fno-eliminate-unused-debug-types'];
  execFileSync('g++', [...options, 'a.cc', '-o', 'a.o'], { cwd: folder });
  object = readFileSync(join(folder, 'a.o'));
  rmSync(folder, { recursive: true });
});

/** As snapshotHeaders reads it; all files count as the headers. */
function read(bytes: Uint8Array): 'read' | string {
  const start = performance.now();
  try {
    orUnreadable(() => readTypes(readDebugInfo(bytes), () => 'a.h', [], [], true));
    return 'read';
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    expect(error.code).toBe('MORTISE_ERR_ABI_DEBUG');
    expect(error.message.length).toBeLessThan(2000);
    return error.code;
  } finally {
    expect(performance.now() - start).toBeLessThan(maxMilliseconds);
  }
}

/** Numbers that are the same each time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Where a section lies, from the object's own table. */
function section(name: string): { offset: number; size: number } {
  const at = (index: number) => Number(object.readBigUInt64LE(40)) + index * 64;
  const names = Number(object.readBigUInt64LE(at(object.readUInt16LE(62)) + 24));
  for (let index = 0; index < object.readUInt16LE(60); index += 1) {
    const start = names + object.readUInt32LE(at(index));
    if (object.toString('latin1', start, object.indexOf(0, start)) !== name) continue;
    return {
      offset: Number(object.readBigUInt64LE(at(index) + 24)),
      size: Number(object.readBigUInt64LE(at(index) + 32)),
    };
  }
  throw new Error(`no ${name}`);
}

describe('the reader of debug information', () => {
  it('reads the object as it is', () => {
    expect(read(object)).toBe('read');
  });

  it('that ends early', () => {
    const answers = new Set<string>();
    // The last fields of the last section's header say nothing that is read.
    for (let length = 0; length < object.length - 64; length += 1 + Math.floor(length / 200)) {
      answers.add(read(object.subarray(0, length)));
    }
    expect([...answers]).toEqual(['MORTISE_ERR_ABI_DEBUG']);
  });

  it.each(['.debug_info', '.debug_abbrev', '.debug_line', '.debug_str', '.rela.debug_info'])(
    'with other bytes in %s',
    (name) => {
      const { offset, size } = section(name);
      const roll = dice(size);
      const answers = new Map<string, number>();
      for (let round = 0; round < 400; round += 1) {
        const bytes = Buffer.from(object);
        for (let change = roll(4); change >= 0; change -= 1) {
          bytes[offset + roll(size)] = [0, 1, 0x7f, 0x80, 0xff, roll(256)][roll(6)] as number;
        }
        const answer = read(bytes);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
      // Otherwise the changes met nothing that is read.
      expect(answers.size).toBe(name === '.debug_line' || name === '.debug_str' ? answers.size : 2);
    },
  );

  it('with other bytes in the headers of the file and its sections', () => {
    const roll = dice(7);
    const table = Number(object.readBigUInt64LE(40));
    for (let round = 0; round < 600; round += 1) {
      const bytes = Buffer.from(object);
      const at = roll(2) === 0 ? roll(64) : table + roll(object.length - table);
      bytes[at] = [0, 1, 4, 9, 0x80, 0xff, roll(256)][roll(7)] as number;
      read(bytes);
    }
  });

  it('in which a type is made of itself', () => {
    const { offset, size } = section('.debug_info');
    const roll = dice(11);
    // References are four bytes, which relocations don't touch: each becomes another's offset.
    const answers = new Map<string, number>();
    for (let round = 0; round < 1500; round += 1) {
      const bytes = Buffer.from(object);
      const found: number[] = [];
      for (let at = offset; at < offset + size - 4; at += 1) {
        const value = bytes.readUInt32LE(at);
        if (value > 11 && value < size) found.push(at);
      }
      for (let change = 0; change < 6; change += 1) {
        const [to, from] = [found[roll(found.length)], found[roll(found.length)]] as [number, number];
        bytes.writeUInt32LE(object.readUInt32LE(from), to);
      }
      const answer = read(bytes);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
    expect(Object.keys(Object.fromEntries(answers)).sort()).toEqual(['MORTISE_ERR_ABI_DEBUG', 'read']);
  });
});
