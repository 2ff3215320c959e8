/** Frames are read, checked, decoded by either library, and written. */

import { tableFromIPC } from '@uwdata/flechette';
import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import {
  fieldsOf,
  frameOfBlock,
  frameOfIpc,
  joinedFrame,
  partsOf,
} from '../../../../src/capabilities/querying/frame/arrow-frame.js';
import { blockOf } from '../../../../src/capabilities/querying/frame/block.js';
import { frameOf } from '../../../../src/capabilities/querying/frame/build.js';
import { choose } from '../../../../src/capabilities/querying/frame/decode.js';
import { readIpc } from '../../../../src/capabilities/querying/frame/read-ipc.js';
import { decimalText } from '../../../../src/capabilities/querying/frame/values.js';
import { writeIpc } from '../../../../src/capabilities/querying/frame/write-ipc.js';
import { ofEveryType, small } from './frames.js';

describe('a frame that was sent', () => {
  const frame = frameOfIpc(small());

  it('says what it is', () => {
    expect(frame).toMatchObject({
      refId: 'A',
      name: 'load',
      meta: { executedQueryString: 'SELECT 1' },
      rowCount: 3,
    });
    expect(frame.fields.map(({ name, type, isNullable }) => [name, type, isNullable])).toEqual([
      ['time', 'timestamp[ns]', true],
      ['load', 'float64', true],
      ['word', 'utf8', true],
      ['ok', 'bool', true],
    ]);
    expect(frame.fields[1]).toMatchObject({ labels: { host: 'web1' }, config: { unit: 'percent' } });
    expect(String((frame as never)[Symbol.for('nodejs.util.inspect.custom')])).toBeTypeOf('string');
  });

  it('has its values, exactly', () => {
    expect(frame.rows()).toEqual([
      { time: 1n, load: 0.5, word: 'a', ok: true },
      { time: 2n, load: null, word: '', ok: false },
      { time: 3n, load: 1.5, word: 'ü', ok: null },
    ]);
    expect(frame.column('time')).toEqual([1n, 2n, 3n]);
    expect(frame.column('no')).toBeUndefined();
  });

  it('keeps its bytes', () => {
    const bytes = small();
    expect(frameOfIpc(bytes).ipc()).toBe(bytes);
  });

  it('may lie anywhere in memory', () => {
    const bytes = small();
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(frameOfIpc(moved.subarray(3)).rows()).toEqual(frame.rows());
  });

  it('answers the query that it is said to answer', () => {
    expect(frameOfIpc(small(), { refId: 'B' }).refId).toBe('B');
    expect(frameOfIpc(small(), { refId: '' }).refId).toBe('A');
  });
});

describe.each(['file', 'stream'] as const)('every type, as a %s', (format) => {
  const bytes = ofEveryType(format);
  const expected = tableFromIPC(bytes, { useBigInt: true, useBigIntTimestamp: true }).toColumns();
  const plain = (columns: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...(values as unknown[])]]));

  it('is decoded as flechette decodes it by itself', () => {
    const frame = frameOfIpc(bytes);
    const found = Object.fromEntries(frame.fields.map(({ name }) => [name, frame.column(name)]));
    expect(found).toEqual(plain(expected));
    expect(frame.fields.map(({ type }) => type)).toEqual([
      'int8',
      'uint64',
      'float32',
      'utf8',
      'binary',
      'bool',
      'date32',
      'timestamp[ns]',
      'timestamp[us, Europe/Berlin]',
      'list<int32>',
      'fixed_size_list<int32>(2)',
      'struct<x: int32>',
      'dictionary<utf8>',
      'null',
    ]);
  });

  it('is written so that both libraries read the same', () => {
    const { schema, batches } = readIpc(bytes);
    const written = writeIpc(schema, [{ batches, bytes }]);
    expect(plain(tableFromIPC(written, { useBigInt: true, useBigIntTimestamp: true }).toColumns())).toEqual(
      plain(expected),
    );
    const [table, original] = [arrow.tableFromIPC(written), arrow.tableFromIPC(bytes)];
    expect(table.schema.toString()).toBe(original.schema.toString());
    expect(table.toString()).toBe(original.toString());
    expect(readIpc(written).schema.fields).toEqual(schema.fields);
  });

  it('becomes a block for the addon, and a frame again', () => {
    const frame = frameOfIpc(bytes);
    const { schema, block } = blockOf(frame);
    expect(block).toMatchObject({ batches: 1, rows: 3 });
    const again = frameOfBlock(schema, block, { refId: 'B' });
    expect(again.rows()).toEqual(frame.rows());
    expect(fieldsOf(schema)).toEqual(frame.fields);
    expect(again.refId).toBe('B');
    for (const { offset } of partsOf(again).parts[0]?.batches[0]?.columns[0]?.buffers ?? [])
      expect(offset % 8).toBe(0);
  });

  it('is joined with others of its schema', () => {
    const frames = [frameOfIpc(bytes, { refId: 'A' }), frameOfIpc(bytes), frameOfIpc(bytes)];
    const joined = joinedFrame(frames);
    expect(joined).toMatchObject({ refId: 'A', rowCount: 9 });
    const rows = frames.flatMap((frame) => frame.rows());
    expect(joined?.rows()).toEqual(rows);
    expect(frameOfIpc(joined?.ipc() as Uint8Array).rows()).toEqual(rows);
    const { schema, block } = blockOf(joined as never);
    expect(frameOfBlock(schema, block).rows()).toEqual(rows);
    expect(joinedFrame([])).toBeUndefined();
  });

  it('is decoded by apache-arrow where only that is installed', () => {
    const { schema, batches } = readIpc(bytes);
    const table = choose(['apache-arrow'])(schema, [{ batches, bytes }]);
    expect(String(table)).toBe(String(arrow.tableFromIPC(bytes)));
  });
});

it('a missing library is named, with what to install', () => {
  expect(() => choose([])).toThrow(
    expect.objectContaining({
      code: 'MORTISE_ERR_PEER_MISSING',
      remedy: 'Run npm install @uwdata/flechette@~2.6.0.',
    }),
  );
});

describe('a frame that is made here', () => {
  it('takes typed arrays, dates and bytes', () => {
    const frame = frameOf({
      columns: {
        a: Int16Array.of(1, -2),
        b: BigUint64Array.of(2n ** 64n - 1n, 0n),
        c: [new Date(5), null],
        d: { values: [new Date(5), 7n], type: 'timestamp[ns]' },
        e: [Uint8Array.of(1), undefined],
        f: [null, null],
        g: { values: [1, 2n], type: 'int64' },
      },
    });
    expect(frame.rows()).toEqual([
      { a: 1, b: 2n ** 64n - 1n, c: 5n, d: 5_000_000n, e: Uint8Array.of(1), f: null, g: 1n },
      { a: -2, b: 0n, c: null, d: 7n, e: null, f: null, g: 2n },
    ]);
    expect(frameOfIpc(frame.ipc()).rows()).toEqual(frame.rows());
  });

  it('may be empty', () => {
    expect(frameOf({ columns: {} })).toMatchObject({ rowCount: 0, fields: [] });
    const frame = frameOfIpc(frameOf({ columns: { a: [], b: Float64Array.of() } }).ipc());
    expect(frame.rows()).toEqual([]);
    expect(frame.fields.map(({ type }) => type)).toEqual(['null', 'float64']);
  });

  it.each([
    [{ a: [1, '2'] }, 'a[1] must be a number'],
    [{ a: [1], b: [1, 2] }, 'b must be 1 values, as the first column has'],
    [{ a: { values: [1.5], type: 'int32' } }, 'a[0] must be an integer of 32 bits'],
    [{ a: { values: [2n ** 63n], type: 'int64' } }, 'a[0] must be a bigint of 64 bits'],
    [{ a: { values: [1], type: 'int' } }, 'a must be one of bool'],
    [{ a: 'text' }, 'a must be a list of values'],
    [{ a: [{}] }, 'a[0] must be a string'],
    [{ a: [new Date(Number.NaN)] }, 'a[0] must be a date'],
  ])('refuses what is no column: %#', (columns, message) => {
    expect(() => frameOf({ columns } as never)).toThrow(
      expect.objectContaining({
        code: 'MORTISE_ERR_QUERY_VALUES',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('has a key for each column in its rows', () => {
    const columns = JSON.parse('{"__proto__": [1], "id": [2]}');
    const [row] = frameOf({ columns }).rows();
    expect(Object.keys(row ?? {})).toEqual(['__proto___', 'id']);
  });
});

it.each([
  [12345n, 2, '123.45'],
  [-5n, 3, '-0.005'],
  [7n, 0, '7'],
  [7n, -2, '700'],
])('a decimal is written out: %#', (units, scale, text) => {
  expect(decimalText(units, scale)).toBe(text);
});
