/** Arrow data as it crosses between the addon and JavaScript: a schema, and record batches in one block of memory. */

export interface ArrowField {
  name: string;
  /** As Arrow's C data interface writes types: `l` is int64, `tsu:UTC` a timestamp in microseconds, `+l` a list. */
  format: string;
  nullable: boolean;
  /** A dictionary's values are in order. */
  ordered: boolean;
  /** A map's keys are. */
  sortedKeys: boolean;
  /** In the order of the schema; a key may stand there more than once. */
  metadata: [key: string, value: string][];
  children: ArrowField[];
  /** Of what its values are indices; `format` is then the indices' type. */
  dictionary: ArrowField | null;
}

export interface ArrowSchema {
  fields: ArrowField[];
  metadata: [key: string, value: string][];
}

/**
 * Record batches with one schema, in one ArrayBuffer. What the addon gives was checked in full: lengths, offsets, null
 * counts, indices. No array in it has an offset of its own.
 */
export interface ArrowBlock {
  /**
   * JavaScript's own. Each buffer starts at a multiple of 8, and each batch's buffers lie together, in `layout`'s order.
   * The addon's blocks have the layout behind them.
   */
  bytes: ArrayBuffer;
  /** How many. */
  batches: number;
  /** Of all batches. */
  rows: number;
  /**
   * For each batch: rows, where it starts in `bytes`, its size, a multiple of 8. Then its arrays, depth first: an
   * array, its children, its dictionary. For each array: length, nulls, number of buffers, and of each buffer where it starts and
   * its size in bytes. The buffers are those of Arrow's columnar format; a validity bitmap that is left out is 0, 0.
   * A view's buffers are validity, views and as many as hold its data.
   */
  layout: Float64Array;
}

/** One array of a batch. */
export interface ArrowArray {
  field: ArrowField;
  length: number;
  nulls: number;
  /** In bytes, from the start of the block. */
  buffers: { offset: number; bytes: number }[];
  children: ArrowArray[];
  dictionary: ArrowArray | null;
}

export interface ArrowBatch {
  rows: number;
  /** Where its buffers start in the block, and their size in bytes. */
  offset: number;
  bytes: number;
  columns: ArrowArray[];
}

/** What lies where in a block. */
export function batchesOf(schema: ArrowSchema, block: ArrowBlock): ArrowBatch[] {
  const { layout } = block;
  let at = 0;
  const next = () => layout[at++] as number;
  // A dictionary's own array has its value's type.
  const array = (field: ArrowField): ArrowArray => {
    const length = next();
    const nulls = next();
    const buffers = Array.from({ length: next() }, () => ({ offset: next(), bytes: next() }));
    const children = field.children.map(array);
    return {
      field,
      length,
      nulls,
      buffers,
      children,
      dictionary: field.dictionary && array(field.dictionary),
    };
  };
  return Array.from({ length: block.batches }, () => {
    const [rows, offset, bytes] = [next(), next(), next()];
    return { rows, offset, bytes, columns: schema.fields.map(array) };
  });
}

/** The layout that {@link batchesOf} reads. */
export function layoutOf(batches: readonly ArrowBatch[]): Float64Array {
  const words: number[] = [];
  const array = ({ length, nulls, buffers, children, dictionary }: ArrowArray): void => {
    words.push(length, nulls, buffers.length);
    for (const { offset, bytes } of buffers) words.push(offset, bytes);
    for (const child of children) array(child);
    if (dictionary) array(dictionary);
  };
  for (const { rows, offset, bytes, columns } of batches) {
    words.push(rows, offset, bytes);
    for (const column of columns) array(column);
  }
  return Float64Array.from(words);
}
