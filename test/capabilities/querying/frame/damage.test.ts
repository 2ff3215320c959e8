/** Damaged frames are refused in no time, and those that pass hang no library. */

import { tableFromIPC } from '@uwdata/flechette';
import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { frameOfIpc } from '../../../../src/capabilities/querying/frame/arrow-frame.js';
import { MortiseError } from '../../../../src/index.js';
import { ofEveryType, small } from './frames.js';

/** The same numbers in each run: a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const words = [0, 1, 8, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0];

/** One of: cut off, a byte changed, a word overwritten, a piece moved, or several bytes changed. */
function damage(bytes: Uint8Array, below: (max: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  const at = below(copy.length - 8);
  switch (below(6)) {
    case 0:
      return copy.subarray(0, at);
    case 1:
      copy[at] = below(256);
      return copy;
    case 2:
      copy.copyWithin(at, below(copy.length), below(copy.length));
      return copy;
    case 3:
      for (let count = 0; count < 5; count++) copy[below(copy.length)] = below(256);
      return copy;
    default:
      view.setUint32(at & ~3, words[below(words.length)] as number, true);
      return copy;
  }
}

/** @returns how long the longest step took, in milliseconds */
function longest(bytes: Uint8Array, isPassed: () => void): number {
  const start = performance.now();
  let frame: ReturnType<typeof frameOfIpc>;
  try {
    frame = frameOfIpc(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(MortiseError);
    expect(error).toMatchObject({ code: 'MORTISE_ERR_QUERY_FRAME' });
    return performance.now() - start;
  }
  isPassed();
  const rows = frame.rows();
  expect(rows).toHaveLength(frame.rowCount);
  for (const read of [
    () => [...tableFromIPC(frame.ipc(), { useBigInt: true })],
    () => String(arrow.tableFromIPC(frame.ipc())),
  ])
    try {
      read();
    } catch {
      // Texts and numbers that a library refuses: it says so.
    }
  return performance.now() - start;
}

describe.each([
  ['a small frame', small(), 2000],
  ['every type, as a file', ofEveryType('file'), 2000],
  ['every type, as a stream', ofEveryType('stream'), 2000],
])('%s', (_, bytes, copies) => {
  it(`${copies} damaged copies`, () => {
    const below = random(copies + bytes.length);
    let [slowest, passed] = [0, 0];
    for (let copy = 0; copy < copies; copy++)
      slowest = Math.max(
        slowest,
        longest(damage(bytes, below), () => passed++),
      );
    // Changed values and names are a frame still: without them nothing of this would be tried.
    expect(passed).toBeGreaterThan(copies / 50);
    expect(passed).toBeLessThan((copies * 3) / 4);
    expect(slowest).toBeLessThan(1000);
  }, 120_000);

  it('cut off anywhere', () => {
    // A stream may end without its mark, at the end of a message.
    let passed = 0;
    for (let length = 0; length < bytes.length; length += bytes.length > 2000 ? 7 : 1)
      longest(Uint8Array.from(bytes.subarray(0, length)), () => passed++);
    expect(passed).toBeLessThanOrEqual(3);
  }, 120_000);
});

it.each([
  ['JSON', Buffer.from('{"frames": []}'), 'JSON'],
  ['nothing', new Uint8Array(), '0 bytes'],
  ['text', Buffer.from('not implemented'), 'bytes that start with'],
])('%s is no frame', (_, bytes, found) => {
  expect(() => frameOfIpc(bytes, { subject: 'csv' })).toThrow(
    expect.objectContaining({
      code: 'MORTISE_ERR_QUERY_FRAME',
      subject: 'csv',
      found: expect.stringContaining(found),
    }),
  );
});

it('a frame above the limit is not looked at', () => {
  expect(() => frameOfIpc(small(), { maxBytes: 100 })).toThrow(
    expect.objectContaining({ code: 'MORTISE_ERR_QUERY_SIZE' }),
  );
});

it('what an undamaged frame lacks is nothing', () => {
  for (const bytes of [small(), ofEveryType('file'), ofEveryType('stream')])
    expect(() => frameOfIpc(bytes)).not.toThrow();
});
