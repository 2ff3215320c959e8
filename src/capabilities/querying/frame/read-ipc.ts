/**
 * Reads Arrow's IPC formats, a file or a stream, as data: what is found is in full checked against the bytes that there
 * are. Libraries that decode Arrow trust their input, and some damaged frames hang them.
 */
import type { ArrowArray, ArrowBatch, ArrowField } from '../../../native/arrow.js';
import { checkArray } from './check-array.js';
import { Damage } from './damage.js';
import { Flat, type FlatTable } from './flat-read.js';
import { type ReadSchema, readSchema } from './read-schema.js';
import { shapeOf } from './shape.js';

const magic = Buffer.from('ARROW1');
const headers = { schema: 1, dictionary: 2, batch: 3 } as const;
const maxMessages = 100_000;
const maxRows = 2 ** 31 - 1;

export interface ReadFrame {
  schema: ReadSchema;
  /** Their buffers count from the start of the bytes. */
  batches: ArrowBatch[];
}

interface Message {
  header: number;
  table: FlatTable;
  version: number;
  /** Where the body starts and ends. */
  body: number;
  end: number;
  where: string;
}

/** @throws Damage */
export function readIpc(bytes: Uint8Array): ReadFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw new Damage('the frame', 'Arrow data', `${bytes.length} bytes`);
  if (magic.equals(bytes.subarray(0, 6))) return readFile(bytes, view);
  if (view.getUint32(0, true) === 0xffffffff) return readStream(view);
  const start = Buffer.from(bytes.subarray(0, 24)).toString('latin1').trimStart();
  const isJson = start.startsWith('{') || start.startsWith('[');
  throw new Damage('the frame', 'Arrow data', isJson ? 'JSON' : `bytes that start with ${hex(bytes)}`);
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 8)).toString('hex');

function readFile(bytes: Uint8Array, view: DataView): ReadFrame {
  const end = bytes.length - 10;
  if (end < 8 || !magic.equals(bytes.subarray(bytes.length - 6)))
    throw new Damage('the frame', 'a file that ends with ARROW1', 'another end: it was cut off, or altered');
  const length = view.getInt32(end, true);
  if (length <= 0 || length > end - 8)
    throw new Damage('the footer', `1 to ${end - 8} bytes`, `a length of ${length}`);
  const footer = new Flat(view, end - length, end, 'the footer').root();
  const schemaTable = footer.table(1);
  if (!schemaTable) throw new Damage('the footer', 'a schema', 'none');
  const reader = new Batches(view, readSchema(schemaTable));
  const blocks = [...blocksOf(footer, 2, headers.dictionary), ...blocksOf(footer, 3, headers.batch)];
  const sorted = [...blocks].sort((a, b) => a.offset - b.offset);
  let before = 8;
  for (const { offset, size } of sorted) {
    if (offset < before || offset + size > end - length)
      throw new Damage('the footer', 'blocks that follow each other', `${offset} + ${size}`);
    before = offset + size;
  }
  // In a file all dictionaries count before all batches.
  for (const { offset, size, metadata, header } of blocks) {
    const message = readMessage(view, offset, offset + size, reader.messages);
    if (!message || message.body !== offset + metadata || message.end !== offset + size)
      throw new Damage('the footer', 'blocks that fit their messages', `another at ${offset}`);
    if (message.header !== header)
      throw new Damage(message.where, 'what the footer says it is', `message ${message.header}`);
    reader.add(message);
  }
  return reader.done();
}

function blocksOf(footer: FlatTable, field: number, header: number) {
  const { flat } = footer;
  const { start, length } = footer.vector(field, 24);
  if (length > maxMessages) throw new Damage('the footer', `at most ${maxMessages} blocks`, `${length}`);
  return Array.from({ length }, (_, index) => {
    const at = start + 24 * index;
    const metadata = flat.i32(at + 8);
    return { offset: flat.i64(at), metadata, size: metadata + flat.i64(at + 16), header };
  });
}

function readStream(view: DataView): ReadFrame {
  let reader: Batches | undefined;
  let at = 0;
  for (let count = 0; at < view.byteLength; count++) {
    if (count > maxMessages) throw new Damage('the frame', `at most ${maxMessages} messages`, 'more');
    const message = readMessage(view, at, view.byteLength, count);
    if (!message) break;
    at = message.end;
    if (!reader) {
      if (message.header !== headers.schema)
        throw new Damage('message 0', 'the schema', `message ${message.header}`);
      reader = new Batches(view, readSchema(message.table));
    } else reader.add(message);
  }
  if (!reader) throw new Damage('the frame', 'a schema', 'none');
  return reader.done();
}

/** Undefined at the mark that ends a stream. */
function readMessage(view: DataView, at: number, max: number, count: number): Message | undefined {
  const where = `message ${count}`;
  if (at + 8 > max) throw new Damage(where, 'a message', `${max - at} bytes`);
  if (view.getUint32(at, true) !== 0xffffffff)
    throw new Damage(
      where,
      'the mark FFFFFFFF at its start',
      'another: it is damaged, or from before Arrow 0.15',
    );
  const length = view.getInt32(at + 4, true);
  if (length === 0) return undefined;
  const body = at + 8 + length;
  if (length < 0 || body > max) throw new Damage(where, `metadata within ${max - at} bytes`, `${length}`);
  const table = new Flat(view, at + 8, body, where).root();
  const header = table.u8(1, 0);
  const content = table.table(2);
  const size = table.i64(3);
  const version = table.u16(0, 0);
  if (version !== 3 && version !== 4) throw new Damage(where, 'Arrow’s format V4 or V5', `V${version + 1}`);
  if (!content) throw new Damage(where, 'a header', 'none');
  if (size > max - body) throw new Damage(where, `a body of at most ${max - body} bytes`, `${size}`);
  return { header, table: content, version, body, end: body + size, where };
}

/** Puts arrays together from a message's nodes and buffers. */
class Batches {
  messages = 0;
  readonly #view: DataView;
  readonly #schema: ReadSchema;
  readonly #batches: ArrowBatch[] = [];
  /** The newest of each. */
  readonly #dictionaries = new Map<bigint, ArrowArray>();
  readonly #fields = new Map<bigint, ArrowField>();
  #rows = 0;

  constructor(view: DataView, schema: ReadSchema) {
    this.#view = view;
    this.#schema = schema;
    for (const [{ dictionary }, id] of schema.dictionaries) {
      const known = this.#fields.get(id);
      if (known && known.format !== dictionary?.format)
        throw new Damage(
          'the schema',
          `one type of dictionary ${id}`,
          `${known.format} and ${dictionary?.format}`,
        );
      if (dictionary) this.#fields.set(id, dictionary);
    }
  }

  add(message: Message): void {
    this.messages++;
    if (message.header === headers.batch) this.#addBatch(message);
    else if (message.header === headers.dictionary) this.#addDictionary(message);
    else throw new Damage(message.where, 'a batch or a dictionary', `message ${message.header}`);
  }

  done(): ReadFrame {
    return { schema: this.#schema, batches: this.#batches };
  }

  #addBatch(message: Message): void {
    const { rows, columns } = this.#read(message, message.table, this.#schema.fields);
    for (const { field, length } of columns)
      if (length !== rows)
        throw new Damage(`${message.where}, column ${field.name}`, `${rows} rows`, `${length}`);
    this.#rows += rows;
    const hasBytes = columns.length > 0 || rows === 0;
    if (this.#rows > maxRows || !hasBytes)
      throw new Damage(message.where, `at most ${maxRows} rows`, `${rows}`);
    this.#batches.push({ rows, offset: message.body, bytes: message.end - message.body, columns });
  }

  #addDictionary(message: Message): void {
    const { table, where } = message;
    const id = table.id(0);
    const field = this.#fields.get(id);
    const data = table.table(1);
    if (!field || !data) throw new Damage(where, 'a dictionary of the schema', `number ${id}`);
    if (table.u8(2, 0) !== 0) throw new Damage(where, 'a whole dictionary', 'one that adds to another');
    const [values] = this.#read(message, data, [field]).columns;
    this.#dictionaries.set(id, values as ArrowArray);
  }

  #read({ body, end, version, where }: Message, table: FlatTable, fields: readonly ArrowField[]) {
    const { flat } = table;
    if (table.table(3)) throw new Damage(where, 'buffers that are not compressed', 'compressed ones');
    const nodes = table.vector(1, 16);
    const regions = table.vector(2, 16);
    const variadic = table.vector(4, 8);
    const buffers = regionsOf(flat, regions, { body, size: end - body, where });
    let [node, buffer, views] = [0, 0, 0];
    const nextBuffer = () => {
      const next = buffers[buffer++];
      if (!next) throw new Damage(where, `more than ${buffers.length} buffers`, 'no more');
      return next;
    };
    const array = (field: ArrowField, inDictionary = false): ArrowArray => {
      if (node >= nodes.length) throw new Damage(where, `more than ${nodes.length} nodes`, 'no more');
      const at = nodes.start + 16 * node++;
      const [length, nulls] = [flat.i64(at), flat.i64(at + 8)];
      if (length > maxRows) throw new Damage(where, `at most ${maxRows} values`, `${length}`);
      const shape = shapeOf(field.format);
      const own: { offset: number; bytes: number }[] = [];
      const take = (count: number) => {
        for (let index = 0; index < count; index++) own.push(nextBuffer());
      };
      if (shape.kind === 'union') {
        if (version < 4) nextBuffer();
        take(shape.isDense ? 2 : 1);
      } else if (shape.kind === 'views') {
        if (views >= variadic.length) throw new Damage(where, 'a count of data buffers', 'none');
        const count = flat.i64(variadic.start + 8 * views++);
        if (count > buffers.length) throw new Damage(where, `at most ${buffers.length} buffers`, `${count}`);
        take(2 + count);
      } else take(bufferCounts[shape.kind]);
      const children = field.children.map((child) => array(child, inDictionary));
      const id = this.#schema.dictionaries.get(field);
      const dictionary = id === undefined ? null : (this.#dictionaries.get(id) ?? null);
      if (id !== undefined && !dictionary && length > nulls)
        throw new Damage(where, `dictionary ${id} before what uses it`, 'none');
      const values = dictionary ?? (field.dictionary ? emptyOf(field.dictionary) : null);
      return { field, length, nulls, buffers: own, children, dictionary: values };
    };
    const columns = fields.map((field) => array(field));
    for (const column of columns) checkArray(column, this.#view, `${where}, column ${column.field.name}`);
    return { rows: table.i64(0), columns };
  }
}

const bufferCounts = {
  null: 0,
  'run-ends': 0,
  struct: 1,
  'fixed-list': 1,
  fixed: 2,
  list: 2,
  bytes: 3,
  'list-view': 3,
} as const;

/** What a dictionary is that nothing points into. */
function emptyOf(field: ArrowField): ArrowArray {
  const shape = shapeOf(field.format);
  const count =
    shape.kind === 'union' ? (shape.isDense ? 2 : 1) : shape.kind === 'views' ? 2 : bufferCounts[shape.kind];
  const buffers = Array.from({ length: count }, () => ({ offset: 0, bytes: 0 }));
  return { field, length: 0, nulls: 0, buffers, children: field.children.map(emptyOf), dictionary: null };
}

/** None beyond the body, and no two that overlap: a byte that many columns show is many times its size. */
function regionsOf(
  flat: Flat,
  { start, length }: { start: number; length: number },
  { body, size, where }: { body: number; size: number; where: string },
): { offset: number; bytes: number }[] {
  const all = Array.from({ length }, (_, index) => {
    const at = start + 16 * index;
    const [offset, bytes] = [flat.i64(at), flat.i64(at + 8)];
    if (offset + bytes > size)
      throw new Damage(where, `buffers within ${size} bytes`, `${offset} + ${bytes}`);
    return { offset: body + offset, bytes };
  });
  let before = 0;
  for (const { offset, bytes } of all.filter((one) => one.bytes > 0).sort((a, b) => a.offset - b.offset)) {
    if (offset < before) throw new Damage(where, 'buffers that do not overlap', `two at ${offset - body}`);
    before = offset + bytes;
  }
  return all;
}
