/** Frames of every type that apache-arrow writes, and a small one that plugins might send. */
import * as arrow from 'apache-arrow';
import { frameOf } from '../../../../src/capabilities/querying/frame/build.js';

export function small(): Uint8Array {
  return frameOf({
    refId: 'A',
    name: 'load',
    meta: { executedQueryString: 'SELECT 1' },
    columns: {
      time: { values: [1n, 2n, 3n], type: 'timestamp[ns]' },
      load: { values: [0.5, null, 1.5], labels: { host: 'web1' }, config: { unit: 'percent' } },
      word: ['a', '', 'ü'],
      ok: [true, false, null],
    },
  }).ipc();
}

/** @param format in which IPC has it */
export function ofEveryType(format: 'file' | 'stream'): Uint8Array {
  const vector = <Type extends arrow.DataType>(type: Type, values: unknown[]) =>
    arrow.vectorFromArray(values as never, type) as arrow.Vector;
  const item = (type: arrow.DataType) => new arrow.Field('item', type, true);
  const columns: Record<string, arrow.Vector> = {
    int8: vector(new arrow.Int8(), [1, null, -3]),
    uint64: vector(new arrow.Uint64(), [1n, 2n ** 63n, null]),
    float32: vector(new arrow.Float32(), [0.5, 1, null]),
    utf8: vector(new arrow.Utf8(), ['a', null, 'bc']),
    binary: vector(new arrow.Binary(), [Uint8Array.of(1), null, Uint8Array.of(2, 3)]),
    bool: vector(new arrow.Bool(), [true, false, null]),
    day: vector(new arrow.DateDay(), [new Date('2026-01-02'), null, new Date(0)]),
    timestamp: vector(new arrow.TimestampNanosecond(), [1, 2, null]),
    zoned: vector(new arrow.Timestamp(arrow.TimeUnit.MICROSECOND, 'Europe/Berlin'), [1, null, 3]),
    list: vector(new arrow.List(item(new arrow.Int32())), [[1, 2], null, []]),
    fixed: vector(new arrow.FixedSizeList(2, item(new arrow.Int32())), [[1, 2], [3, 4], null]),
    struct: vector(new arrow.Struct([new arrow.Field('x', new arrow.Int32(), true)]), [
      { x: 1 },
      null,
      { x: 3 },
    ]),
    words: vector(new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), 7), ['x', 'y', 'x']),
    nothing: vector(new arrow.Null(), [null, null, null]),
  };
  return arrow.tableToIPC(new arrow.Table(columns), format);
}
