/** Arrow's IPC formats out of batches in memory. */
import type { ArrowArray, ArrowField, ArrowSchema } from '../../../native/arrow.js';
import { FlatWriter } from './flat-write.js';
import type { FramePart } from './part.js';
import { dictionariesOf, writeSchema } from './write-schema.js';

const magic = Buffer.from('ARROW1\0\0');
const headers = { schema: 1, dictionary: 2, batch: 3 } as const;
const version = 4;
const padded = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** An array, and what its offsets count in. */
interface Sourced {
  array: ArrowArray;
  source: Uint8Array;
}

interface Block {
  offset: number;
  metadata: number;
  body: number;
}

/**
 * A file; or a stream, where batches differ in their dictionaries: a file has one of each.
 */
export function writeIpc(schema: ArrowSchema, given: readonly FramePart[]): Uint8Array {
  const ids = dictionariesOf(schema);
  const batches = given.flatMap(({ batches, bytes }) =>
    batches.map((batch) => ({ ...batch, source: bytes })),
  );
  const perBatch = batches.map(({ columns, source }) => dictionaryArrays(columns, ids, source));
  const common = new Map(perBatch.flatMap((found) => [...found]));
  const isFile = perBatch.every((found) =>
    [...found].every(([id, { array }]) => common.get(id)?.array === array),
  );
  const parts: Uint8Array[] = isFile ? [magic] : [];
  let at = isFile ? magic.length : 0;
  const add = (part: Uint8Array) => {
    parts.push(part);
    at += part.length;
  };
  const message = (
    header: number,
    content: (flat: FlatWriter) => number,
    body: readonly Uint8Array[] = [],
  ) => {
    const size = body.reduce((sum, { length }) => sum + padded(length), 0);
    const flat = new FlatWriter();
    const place = content(flat);
    const root = flat.table([
      [0, 'i16', version],
      [1, 'u8', header],
      [2, 'offset', place],
      [3, 'i64', size],
    ]);
    const metadata = flat.finish(root);
    const block: Block = { offset: at, metadata: metadata.length + 8, body: size };
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setUint32(0, 0xffffffff, true);
    new DataView(prefix.buffer).setInt32(4, metadata.length, true);
    add(prefix);
    add(metadata);
    for (const part of body) {
      add(part);
      if (part.length % 8 !== 0) add(new Uint8Array(8 - (part.length % 8)));
    }
    return block;
  };
  message(headers.schema, (flat) => writeSchema(flat, schema, ids));
  const writeDictionary = ([id, { array, source }]: [number, Sourced]) => {
    const { content, body } = arrays([array], array.length, source);
    const write = (flat: FlatWriter) => {
      const data = content(flat);
      return flat.table([
        [0, 'i64', id],
        [1, 'offset', data],
      ]);
    };
    return message(headers.dictionary, write, body);
  };
  const dictionaries = isFile ? [...common].map(writeDictionary) : [];
  const records = batches.map(({ rows, columns, source }, index) => {
    if (!isFile) for (const one of perBatch[index] ?? []) writeDictionary(one);
    const { content, body } = arrays(columns, rows, source);
    return message(headers.batch, content, body);
  });
  add(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0));
  if (!isFile) return joined(parts, at);
  const footer = writeFooter(schema, ids, dictionaries, records);
  add(footer);
  const end = Buffer.alloc(10);
  end.writeInt32LE(footer.length);
  end.write('ARROW1', 4);
  add(end);
  return joined(parts, at);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** By number; what one consists of comes before it. */
function dictionaryArrays(
  columns: readonly ArrowArray[],
  ids: ReadonlyMap<ArrowField, number>,
  source: Uint8Array,
): Map<number, Sourced> {
  const found = new Map<number, Sourced>();
  const visit = ({ field, children, dictionary }: ArrowArray): void => {
    for (const child of children) visit(child);
    const id = ids.get(field);
    if (id === undefined || !dictionary) return;
    visit(dictionary);
    found.set(id, { array: dictionary, source });
  };
  for (const column of columns) visit(column);
  return found;
}

function arrays(columns: readonly ArrowArray[], rows: number, bytes: Uint8Array) {
  const nodes: number[] = [];
  const regions: number[] = [];
  const variadic: number[] = [];
  const body: Uint8Array[] = [];
  let at = 0;
  const visit = ({ field, length, nulls, buffers, children }: ArrowArray): void => {
    nodes.push(length, nulls);
    if (/^v[zu]$/.test(field.format)) variadic.push(buffers.length - 2);
    for (const { offset, bytes: size } of buffers) {
      regions.push(at, size);
      if (size > 0) body.push(bytes.subarray(offset, offset + size));
      at += padded(size);
    }
    for (const child of children) visit(child);
  };
  for (const column of columns) visit(column);
  const content = (flat: FlatWriter) => {
    const [nodeList, regionList] = [flat.words(nodes, 2), flat.words(regions, 2)];
    const views = flat.words(variadic, 1);
    return flat.table([
      [0, 'i64', rows],
      [1, 'offset', nodeList],
      [2, 'offset', regionList],
      [4, 'offset', views],
    ]);
  };
  return { content, body };
}

function writeFooter(
  schema: ArrowSchema,
  ids: ReadonlyMap<ArrowField, number>,
  dictionaries: readonly Block[],
  records: readonly Block[],
): Uint8Array {
  const flat = new FlatWriter();
  const place = writeSchema(flat, schema, ids);
  const blocks = (list: readonly Block[]) =>
    flat.words(
      list.flatMap(({ offset, metadata, body }) => [offset, metadata, body]),
      3,
    );
  const [dictionaryList, recordList] = [blocks(dictionaries), blocks(records)];
  const root = flat.table([
    [0, 'i16', version],
    [1, 'offset', place],
    [2, 'offset', dictionaryList],
    [3, 'offset', recordList],
  ]);
  return flat.finish(root);
}
