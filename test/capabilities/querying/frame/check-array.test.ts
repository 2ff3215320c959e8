/** Arrays whose buffers don't hold what their lengths say, each as a frame that is otherwise whole. */
import { describe, expect, it } from 'vitest';
import { frameOfIpc } from '../../../../src/capabilities/querying/frame/arrow-frame.js';
import { writeIpc } from '../../../../src/capabilities/querying/frame/write-ipc.js';
import type { ArrowArray, ArrowField } from '../../../../src/native/arrow.js';

interface Given {
  format: string;
  length: number;
  nulls?: number;
  buffers?: (ArrayBufferView | null)[];
  children?: Given[];
  dictionary?: Given;
}

/** The frame with one column. */
function frameWith(given: Given): Uint8Array {
  const parts: Uint8Array[] = [];
  let end = 0;
  const add = (buffer: ArrayBufferView | null) => {
    if (!buffer) return { offset: 0, bytes: 0 };
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
    padded.set(bytes);
    parts.push(padded);
    end += padded.length;
    return { offset: end - padded.length, bytes: bytes.length };
  };
  const array = ({
    format,
    length,
    nulls = 0,
    buffers = [],
    children = [],
    dictionary,
  }: Given): ArrowArray => {
    const own = buffers.map(add);
    const kids = children.map(array);
    const values = dictionary ? array(dictionary) : null;
    const field: ArrowField = {
      name: 'c',
      format,
      nullable: true,
      ordered: false,
      sortedKeys: false,
      metadata: [],
      children: kids.map((kid) => kid.field),
      dictionary: values?.field ?? null,
    };
    return { field, length, nulls, buffers: own, children: kids, dictionary: values };
  };
  const column = array(given);
  const bytes = new Uint8Array(Buffer.concat(parts));
  const batch = { rows: given.length, offset: 0, bytes: bytes.length, columns: [column] };
  return writeIpc({ fields: [column.field], metadata: [] }, [{ batches: [batch], bytes }]);
}

const ints = (...values: number[]) => Int32Array.from(values);
const text = Buffer.from('hello world, this is a longer one');
const int32 = (length: number): Given => ({ format: 'i', length, buffers: [null, new Int32Array(length)] });
const utf8 = (offsets: Int32Array, more: Partial<Given> = {}): Given => ({
  format: 'u',
  length: offsets.length - 1,
  buffers: [null, offsets, text],
  ...more,
});
const view = (size: number, buffer: number, offset: number) => ints(size, 0, buffer, offset);
const runs = (ends: Int32Array, length: number): Given => ({
  format: '+r',
  length,
  children: [{ format: 'i', length: ends.length, buffers: [null, ends] }, int32(ends.length)],
});
const union = (ids: number[], offsets: Int32Array): Given => ({
  format: '+ud:0,5',
  length: ids.length,
  buffers: [Int8Array.from(ids), offsets],
  children: [int32(2), int32(1)],
});
const words = (...indices: number[]): Given => ({
  format: 'i',
  length: indices.length,
  buffers: [null, ints(...indices)],
  dictionary: utf8(ints(0, 1, 2)),
});
const listView = (offsets: Int32Array, sizes: Int32Array): Given => ({
  format: '+vl',
  length: offsets.length,
  buffers: [null, offsets, sizes],
  children: [int32(3)],
});

describe('is read', () => {
  it.each<[string, Given]>([
    ['text', utf8(ints(0, 2, 2, 5))],
    [
      'a view',
      { format: 'vu', length: 2, buffers: [null, Int32Array.of(...view(3, 0, 0), ...view(13, 0, 2)), text] },
    ],
    ['a list', { format: '+l', length: 2, buffers: [null, ints(0, 1, 3)], children: [int32(3)] }],
    ['a list view', listView(ints(1, 0), ints(2, 3))],
    ['a union', union([0, 5, 0], ints(0, 0, 1))],
    ['runs', runs(ints(2, 5), 5)],
    ['a dictionary', words(0, 1, 0)],
    ['a struct', { format: '+s', length: 2, buffers: [null], children: [int32(2)] }],
  ])('%s that is whole', (_, given) => {
    const frame = frameOfIpc(frameWith(given));
    expect(frame.rowCount).toBe(given.length);
    expect(frame.rows()).toHaveLength(given.length);
  });
});

describe('is refused', () => {
  it.each<[string, Given, string]>([
    ['too few values', { ...int32(3), length: 4 }, 'at least 16 bytes of values'],
    ['too few booleans', { format: 'b', length: 9, buffers: [null, new Uint8Array(1)] }, 'at least 2 bytes'],
    ['no validity', { ...int32(3), nulls: 1 }, 'at least 1 bytes of validity'],
    ['more nulls than values', { ...int32(3), nulls: 4 }, 'at most 3 nulls'],
    ['too few offsets', utf8(ints(0, 1), { length: 2 }), 'at least 12 bytes of offsets'],
    ['offsets that fall', utf8(ints(0, 3, 2)), 'offsets that rise from 3'],
    ['offsets below 0', utf8(ints(-1, 3, 4)), 'offsets that rise from 0'],
    ['offsets beyond the text', utf8(ints(0, 3, 1000)), 'at least 1000 bytes of text'],
    [
      'a list beyond its values',
      { format: '+l', length: 1, buffers: [null, ints(0, 4)], children: [int32(3)] },
      'children of 4 values',
    ],
    ['a list view beyond its values', listView(ints(2), ints(2)), 'lists within 3 values'],
    ['a list view below 0', listView(ints(-1), ints(1)), 'lists within 3 values'],
    [
      'a view beyond its data',
      { format: 'vu', length: 1, buffers: [null, view(30, 0, 10), text] },
      'views within its data',
    ],
    [
      'a view of no buffer',
      { format: 'vu', length: 1, buffers: [null, view(13, 1, 0), text] },
      'views within its data',
    ],
    [
      'a view below 0',
      { format: 'vz', length: 1, buffers: [null, view(-1, 0, 0), text] },
      'views of 0 bytes or more',
    ],
    ['a union of an unknown type', union([0, 1], ints(0, 0)), 'a type of 0, 5'],
    ['a union beyond its child', union([5], ints(1)), 'offsets below 1'],
    ['too few offsets of a union', union([0, 0], ints(0)), 'at least 8 bytes of offsets'],
    ['runs that fall', runs(ints(3, 2), 3), 'run ends that rise from 3'],
    ['runs that end too soon', runs(ints(2, 4), 5), 'runs of 5 values together'],
    ['an index beyond its dictionary', words(0, 2), 'indices below 2'],
    ['an index below 0', words(-1), 'indices below 2'],
    [
      'a struct of shorter children',
      { format: '+s', length: 3, buffers: [null], children: [int32(2)] },
      'children of 3 values',
    ],
    [
      'a fixed list of shorter children',
      { format: '+w:2', length: 2, buffers: [null], children: [int32(3)] },
      'children of 4 values',
    ],
    ['more nulls than any memory backs', { format: 'n', length: 2 ** 25 }, 'at most 16777216 rows'],
    ['rows of nothing', { format: 'w:0', length: 2 ** 25, buffers: [null, null] }, 'at most 16777216 rows'],
    ['a run without end', runs(ints(2 ** 30), 2 ** 30), 'at most 16777216 rows'],
  ])('%s', (_, given, expected) => {
    expect(() => frameOfIpc(frameWith(given))).toThrow(
      expect.objectContaining({
        code: 'MORTISE_ERR_QUERY_FRAME',
        where: expect.stringContaining('column c'),
        expected: expect.stringContaining(expected),
      }),
    );
  });
});
