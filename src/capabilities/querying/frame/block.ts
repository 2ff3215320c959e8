/** Frames as blocks for the addon: parameters, and what is written into a database. */
import {
  type ArrowArray,
  type ArrowBatch,
  type ArrowBlock,
  type ArrowSchema,
  layoutOf,
} from '../../../native/arrow.js';
import { partsOf } from './arrow-frame.js';
import type { Frame } from './frame.js';

/** A copy, in which all buffers lie as a block has them. */
export function blockOf(frame: Frame): { schema: ArrowSchema; block: ArrowBlock } {
  const { schema, parts } = partsOf(frame);
  const places: { from: Uint8Array; to: number }[] = [];
  let end = 0;
  const batches = parts.flatMap((part) =>
    part.batches.map((batch): ArrowBatch => {
      const offset = end;
      const place = (buffer: { offset: number; bytes: number }) => {
        if (buffer.bytes === 0) return { offset: 0, bytes: 0 };
        const to = end;
        places.push({ from: part.bytes.subarray(buffer.offset, buffer.offset + buffer.bytes), to });
        end += Math.ceil(buffer.bytes / 8) * 8;
        return { offset: to, bytes: buffer.bytes };
      };
      const columns = batch.columns.map((column) => moved(column, place));
      return { rows: batch.rows, offset, bytes: end - offset, columns };
    }),
  );
  const bytes = new Uint8Array(end);
  for (const { from, to } of places) bytes.set(from, to);
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const block = { bytes: bytes.buffer, batches: batches.length, rows, layout: layoutOf(batches) };
  return { schema: withoutDictionaries(schema), block };
}

type Place = (buffer: ArrowArray['buffers'][number]) => ArrowArray['buffers'][number];

function moved(array: ArrowArray, place: Place): ArrowArray {
  return {
    ...array,
    buffers: array.buffers.map(place),
    children: array.children.map((child) => moved(child, place)),
    dictionary: array.dictionary && moved(array.dictionary, place),
  };
}

/** Only what the type says: what reading an IPC file adds to it stays here. */
const withoutDictionaries = ({ fields, metadata }: ArrowSchema): ArrowSchema => ({ fields, metadata });
