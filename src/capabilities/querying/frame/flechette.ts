/** Columns for flechette, straight from checked buffers: its own reader never sees bytes from outside. */
import type { ArrowArray, ArrowField, ArrowSchema } from '../../../native/arrow.js';
import type { ArrowTable } from './library.js';
import type { FramePart } from './part.js';
import { shapeOf } from './shape.js';

export type Flechette = typeof import('@uwdata/flechette');
type DataType = Parameters<Flechette['field']>[1];
type FlechetteField = ReturnType<Flechette['field']>;
type FlechetteBatch = InstanceType<Flechette['Batch']>;

/** 64-bit integers, times and decimals exactly. */
const exact = { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true };

export function flechetteTable(
  library: Flechette,
  schema: ArrowSchema,
  parts: readonly FramePart[],
): ArrowTable {
  const fields = fieldsOf(library, schema);
  const builders = parts.map((part) => ({ ...part, builder: new Builder(library, part.bytes) }));
  const nothing = new Builder(library, new Uint8Array());
  const columns = fields.map(({ type }, index) => {
    const made = builders.flatMap(({ batches, builder }) =>
      batches.map(({ columns }) => builder.batch(columns[index] as ArrowArray, type)),
    );
    if (made.length === 0) made.push(nothing.batch(empty(schema.fields[index] as ArrowField), type));
    return new library.Column(made, type);
  });
  const metadata = schema.metadata.length > 0 ? new Map(schema.metadata) : null;
  return new library.Table({ version: 4, endianness: 0, fields, metadata }, columns) as unknown as ArrowTable;
}

/** Results of one query after the other have the same schema. */
const known = new WeakMap<ArrowSchema, FlechetteField[]>();

function fieldsOf(library: Flechette, schema: ArrowSchema): FlechetteField[] {
  const found = known.get(schema);
  if (found) return found;
  const fields = schema.fields.map((field) => flechetteField(library, field));
  known.set(schema, fields);
  return fields;
}

function flechetteField(library: Flechette, field: ArrowField): FlechetteField {
  const metadata = field.metadata.length > 0 ? new Map(field.metadata) : null;
  return library.field(field.name, typeOf(library, field), field.nullable, metadata ?? undefined);
}

function typeOf(library: Flechette, field: ArrowField): DataType {
  const { format, children, dictionary } = field;
  if (dictionary) {
    const index = typeOf(library, { ...field, dictionary: null });
    return library.dictionary(typeOf(library, dictionary), index as never, field.ordered);
  }
  const kids = () => children.map((child) => flechetteField(library, child));
  const first = () => kids()[0] as FlechetteField;
  const plain: Readonly<Record<string, () => DataType>> = {
    n: library.nullType,
    b: library.bool,
    c: library.int8,
    C: library.uint8,
    s: library.int16,
    S: library.uint16,
    i: library.int32,
    I: library.uint32,
    l: library.int64,
    L: library.uint64,
    e: library.float16,
    f: library.float32,
    g: library.float64,
    z: library.binary,
    u: library.utf8,
    Z: library.largeBinary,
    U: library.largeUtf8,
    vz: library.binaryView,
    vu: library.utf8View,
    tdD: library.dateDay,
    tdm: library.dateMillisecond,
    tts: library.timeSecond,
    ttm: library.timeMillisecond,
    ttu: library.timeMicrosecond,
    ttn: library.timeNanosecond,
    tiM: () => library.interval(0),
    tiD: () => library.interval(1),
    tin: () => library.interval(2),
    '+l': () => library.list(first()),
    '+L': () => library.largeList(first()),
    '+vl': () => library.listView(first()),
    '+vL': () => library.largeListView(first()),
    '+s': () => library.struct(kids()),
    '+r': () => library.runEndEncoded(first(), kids()[1] as FlechetteField),
    // Its own function for it makes the entries' fields anew.
    '+m': () =>
      ({ ...library.list(first()), typeId: 17, keysSorted: field.sortedKeys }) as unknown as DataType,
  };
  const make = plain[format];
  if (make) return make();
  const at = format.indexOf(':');
  const [name, rest] = at === -1 ? [format, ''] : [format.slice(0, at), format.slice(at + 1)];
  const unit = 'smun'.indexOf(name[2] as string) as 0 | 1 | 2 | 3;
  if (name.startsWith('ts')) return library.timestamp(unit, rest === '' ? null : rest);
  if (name.startsWith('tD')) return library.duration(unit);
  if (name === 'w') return library.fixedSizeBinary(Number(rest));
  if (name === '+w') return library.fixedSizeList(first(), Number(rest));
  if (name === 'd') {
    const [precision = 0, scale = 0, bits = 128] = rest.split(',').map(Number);
    return library.decimal(precision, scale, bits as 128);
  }
  const shape = shapeOf(format);
  if (shape.kind !== 'union') throw new Error(`no type of Arrow's: ${format}`);
  return library.union(shape.isDense ? 1 : 0, kids(), [...shape.ids]);
}

function empty(field: ArrowField): ArrowArray {
  const buffers = Array.from({ length: 3 }, () => ({ offset: 0, bytes: 0 }));
  const dictionary = field.dictionary && empty(field.dictionary);
  return { field, length: 0, nulls: 0, buffers, children: field.children.map(empty), dictionary };
}

interface Typed {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): ArrayBufferView;
}

/** What flechette's types say of their arrays. */
interface TypeArrays {
  values?: Typed;
  offsets?: Typed;
  indices?: TypeArrays;
  dictionary?: DataType;
  children?: readonly { type: DataType }[];
}

class Builder {
  readonly #library: Flechette;
  readonly #bytes: Uint8Array;
  readonly #dictionaries = new Map<ArrowArray, InstanceType<Flechette['Column']>>();

  constructor(library: Flechette, bytes: Uint8Array) {
    this.#library = library;
    this.#bytes = bytes;
  }

  batch(array: ArrowArray, type: DataType): FlechetteBatch {
    const { field, length, nulls, buffers, children } = array;
    const { values, offsets, indices, dictionary, children: kids = [] } = type as unknown as TypeArrays;
    const shape = shapeOf(field.format);
    const Batch = this.#library.batchType(type, exact) as unknown as new (options: object) => FlechetteBatch;
    const nested = () =>
      children.map((child, index) => this.batch(child, (kids[index] as { type: DataType }).type));
    const base = { length, nullCount: shape.kind === 'null' ? length : nulls, type };
    const validity = () => this.#view(buffers[0], Uint8Array);
    switch (shape.kind) {
      case 'null':
        return new Batch(base);
      case 'fixed': {
        const made = new Batch({
          ...base,
          validity: validity(),
          values: this.#view(buffers[1], indices?.values ?? values ?? Uint8Array),
        });
        if (!array.dictionary || !dictionary) return made;
        const encoded = made as FlechetteBatch & { setDictionary(column: unknown): FlechetteBatch };
        return encoded.setDictionary(this.#dictionary(array.dictionary, dictionary));
      }
      case 'bytes':
        return new Batch({
          ...base,
          validity: validity(),
          offsets: this.#offsets(buffers[1], offsets),
          values: this.#view(buffers[2], Uint8Array),
        });
      case 'views': {
        const data = buffers.slice(2).map((buffer) => this.#view(buffer, Uint8Array));
        return new Batch({ ...base, validity: validity(), values: this.#view(buffers[1], Uint8Array), data });
      }
      case 'list':
        return new Batch({
          ...base,
          validity: validity(),
          offsets: this.#offsets(buffers[1], offsets),
          children: nested(),
        });
      case 'list-view': {
        const own = {
          offsets: this.#offsets(buffers[1], offsets),
          sizes: this.#offsets(buffers[2], offsets),
        };
        return new Batch({ ...base, validity: validity(), ...own, children: nested() });
      }
      case 'union': {
        const typeIds = this.#view(buffers[0], Int8Array);
        const places = shape.isDense ? this.#view(buffers[1], offsets ?? Int32Array) : null;
        return new Batch({ ...base, typeIds, offsets: places, children: nested() });
      }
      case 'run-ends':
        return new Batch({ ...base, children: nested() });
      default:
        return new Batch({ ...base, validity: validity(), children: nested() });
    }
  }

  #dictionary(array: ArrowArray, type: DataType): InstanceType<Flechette['Column']> {
    const known = this.#dictionaries.get(array);
    if (known) return known;
    const column = new this.#library.Column([this.batch(array, type)], type);
    this.#dictionaries.set(array, column);
    return column;
  }

  #offsets(buffer: ArrowArray['buffers'][number] | undefined, type: Typed = Int32Array): ArrayBufferView {
    const found = this.#view(buffer, type);
    // No values, no offsets: one is read all the same.
    return found.byteLength > 0 ? found : new type(new ArrayBuffer(type.BYTES_PER_ELEMENT), 0, 1);
  }

  /** Copies only what doesn't lie where its type has to. */
  #view({ offset, bytes } = { offset: 0, bytes: 0 }, type: Typed): ArrayBufferView {
    const size = type.BYTES_PER_ELEMENT;
    const length = Math.floor(bytes / size);
    const at = this.#bytes.byteOffset + offset;
    if (at % size === 0) return new type(this.#bytes.buffer, at, length);
    return new type(this.#bytes.slice(offset, offset + bytes).buffer, 0, length);
  }
}
