/** Record batches, and the bytes that their offsets count in. */
import type { ArrowArray, ArrowBatch, ArrowField, ArrowSchema } from '../../../native/arrow.js';

export interface FramePart {
  batches: readonly ArrowBatch[];
  /** No Buffer: a Buffer's slice() is not a copy. */
  bytes: Uint8Array;
}

/** The part as one of another frame: fields are told apart by identity. Both schemas have the same types. */
export function inSchema(schema: ArrowSchema, { batches, bytes }: FramePart): FramePart {
  const moved = batches.map((batch) => ({
    ...batch,
    columns: batch.columns.map((column, index) => withField(column, schema.fields[index] as ArrowField)),
  }));
  return { batches: moved, bytes };
}

function withField(array: ArrowArray, field: ArrowField): ArrowArray {
  const { children, dictionary } = array;
  return {
    ...array,
    field,
    children: children.map((child, index) => withField(child, field.children[index] as ArrowField)),
    dictionary: dictionary && field.dictionary && withField(dictionary, field.dictionary),
  };
}
