/** Checks that an array's buffers hold what its length says, and that its offsets stay inside. */
import type { ArrowArray, ArrowField } from '../../../native/arrow.js';
import { Damage } from './damage.js';
import { shapeOf } from './shape.js';

/** Of what takes no bytes, as nulls do: a length that nothing backs would be read for ever. */
const maxUnbacked = 2 ** 24;

/** @param bytes what the buffers' offsets count in */
export function checkArray(array: ArrowArray, bytes: DataView, where: string): void {
  const { field, length, nulls, children, dictionary, buffers } = array;
  const shape = shapeOf(field.format);
  const need = (index: number, size: number, what: string) => {
    const found = buffers[index]?.bytes ?? 0;
    if (found < size) throw new Damage(where, `at least ${size} bytes of ${what}`, `${found}`);
  };
  const backed = (isIt: boolean) => {
    if (!isIt && length > maxUnbacked) throw new Damage(where, `at most ${maxUnbacked} rows`, `${length}`);
  };
  const childrenHave = (least: number) => {
    for (const child of children)
      if (child.length < least) throw new Damage(where, `children of ${least} values`, `${child.length}`);
  };
  if (shape.kind === 'null') {
    backed(false);
    return;
  }
  if (nulls > length) throw new Damage(where, `at most ${length} nulls`, `${nulls}`);
  const hasValidity = shape.kind !== 'union' && shape.kind !== 'run-ends';
  if (hasValidity && nulls > 0) need(0, Math.ceil(length / 8), 'validity');
  switch (shape.kind) {
    case 'fixed':
      backed(shape.bits > 0);
      need(1, Math.ceil((length * shape.bits) / 8), 'values');
      break;
    case 'bytes': {
      const end = checkOffsets(array, bytes, shape.bits, where);
      need(2, end, 'text or binary data');
      break;
    }
    case 'list': {
      const end = checkOffsets(array, bytes, shape.bits, where);
      childrenHave(end);
      break;
    }
    case 'list-view':
      checkListViews(array, bytes, shape.bits, where);
      break;
    case 'views':
      need(1, length * 16, 'views');
      checkViews(array, bytes, where);
      break;
    case 'fixed-list':
      backed(shape.size > 0 && isBacked(children[0]?.field));
      childrenHave(length * shape.size);
      break;
    case 'struct':
      backed(children.some((child) => isBacked(child.field)));
      childrenHave(length);
      break;
    case 'union':
      need(0, length, 'type ids');
      checkUnion(array, bytes, shape, where);
      break;
    case 'run-ends':
      backed(false);
      checkRunEnds(array, bytes, where);
      break;
  }
  for (const [index, child] of children.entries())
    checkArray(child, bytes, `${where}.${child.field.name || index}`);
  // The dictionary itself was checked when it came: many batches may use it.
  if (dictionary) checkIndices(array, dictionary.length, bytes, where);
}

/** Whether each of its values takes space somewhere. */
function isBacked(field: ArrowField | undefined): boolean {
  if (!field) return false;
  const shape = shapeOf(field.format);
  switch (shape.kind) {
    case 'null':
    case 'run-ends':
      return false;
    case 'fixed':
      return shape.bits > 0;
    case 'fixed-list':
      return shape.size > 0 && isBacked(field.children[0]);
    case 'struct':
      return field.children.some(isBacked);
    default:
      return true;
  }
}

/** @returns the last one: how much they point at */
function checkOffsets(
  { length, buffers }: ArrowArray,
  bytes: DataView,
  bits: 32 | 64,
  where: string,
): number {
  const { offset = 0, bytes: size = 0 } = buffers[1] ?? {};
  if (length === 0) return 0;
  const width = bits / 8;
  if (size < (length + 1) * width)
    throw new Damage(where, `at least ${(length + 1) * width} bytes of offsets`, `${size}`);
  let before = 0;
  for (let index = 0; index <= length; index++) {
    const at = offset + index * width;
    const value = width === 4 ? bytes.getInt32(at, true) : Number(bytes.getBigInt64(at, true));
    if (value < before) throw new Damage(where, `offsets that rise from ${before}`, `${value} at ${index}`);
    before = value;
  }
  return before;
}

function checkListViews(array: ArrowArray, bytes: DataView, bits: 32 | 64, where: string): void {
  const { length, buffers, children } = array;
  const max = children[0]?.length ?? 0;
  const width = bits / 8;
  for (const index of [1, 2])
    if ((buffers[index]?.bytes ?? 0) < length * width)
      throw new Damage(where, `at least ${length * width} bytes of offsets and sizes`, 'less');
  const [, { offset = 0 } = {}, { offset: sizes = 0 } = {}] = buffers;
  const read = (at: number) => (width === 4 ? bytes.getInt32(at, true) : Number(bytes.getBigInt64(at, true)));
  // Lists may share values: what all of them hold together is bounded as what takes no bytes.
  let total = 0;
  for (let index = 0; index < length; index++) {
    const [start, count] = [read(offset + index * width), read(sizes + index * width)];
    if (start < 0 || count < 0 || start + count > max)
      throw new Damage(where, `lists within ${max} values`, `${start} + ${count} at ${index}`);
    total += count;
  }
  if (total > Math.max(max, maxUnbacked))
    throw new Damage(where, `at most ${maxUnbacked} values`, `${total}`);
}

/** Texts of up to 12 bytes lie in their view; others in a data buffer. */
function checkViews({ length, buffers }: ArrowArray, bytes: DataView, where: string): void {
  const { offset = 0 } = buffers[1] ?? {};
  let total = 0;
  let max = 2 ** 28;
  for (const { bytes: size } of buffers.slice(2)) max += size;
  for (let index = 0; index < length; index++) {
    const at = offset + index * 16;
    const size = bytes.getInt32(at, true);
    if (size < 0) throw new Damage(where, 'views of 0 bytes or more', `${size} at ${index}`);
    if (size <= 12) continue;
    const [buffer, start] = [bytes.getInt32(at + 8, true), bytes.getInt32(at + 12, true)];
    const found = buffer < 0 ? undefined : buffers[2 + buffer];
    if (!found || start < 0 || start + size > found.bytes)
      throw new Damage(where, 'views within its data', `${start} + ${size} of buffer ${buffer} at ${index}`);
    total += size;
  }
  if (total > max) throw new Damage(where, `views of at most ${max} bytes`, `${total}`);
}

function checkUnion(
  { length, buffers, children }: ArrowArray,
  bytes: DataView,
  { isDense, ids }: { isDense: boolean; ids: readonly number[] },
  where: string,
): void {
  const [{ offset: types = 0 } = {}, { offset = 0, bytes: size = 0 } = {}] = buffers;
  if (isDense && size < length * 4)
    throw new Damage(where, `at least ${length * 4} bytes of offsets`, `${size}`);
  for (let index = 0; index < length; index++) {
    const id = bytes.getInt8(types + index);
    const child = children[ids.indexOf(id)];
    if (!child) throw new Damage(where, `a type of ${ids.join(', ')}`, `${id} at ${index}`);
    const at = isDense ? bytes.getInt32(offset + index * 4, true) : index;
    if (at < 0 || at >= child.length)
      throw new Damage(where, `offsets below ${child.length}`, `${at} at ${index}`);
  }
}

function checkRunEnds({ length, children }: ArrowArray, bytes: DataView, where: string): void {
  const [ends, values] = children;
  const width = { s: 2, i: 4, l: 8 }[ends?.field.format ?? ''];
  if (!ends || !values || !width || ends.nulls > 0)
    throw new Damage(where, 'run ends of int16, int32 or int64 without nulls', ends?.field.format ?? 'none');
  const { offset = 0, bytes: size = 0 } = ends.buffers[1] ?? {};
  if (size < ends.length * width || values.length < ends.length)
    throw new Damage(where, `${ends.length} run ends, each with its value`, `${values.length} values`);
  let before = 0;
  for (let index = 0; index < ends.length; index++) {
    const at = offset + index * width;
    const end =
      width === 2
        ? bytes.getInt16(at, true)
        : width === 4
          ? bytes.getInt32(at, true)
          : Number(bytes.getBigInt64(at, true));
    if (end <= before) throw new Damage(where, `run ends that rise from ${before}`, `${end}`);
    before = end;
  }
  if (before < length) throw new Damage(where, `runs of ${length} values together`, `${before}`);
}

function checkIndices(array: ArrowArray, max: number, bytes: DataView, where: string): void {
  const { field, length, nulls, buffers } = array;
  const [{ offset: validity = 0 } = {}, { offset = 0 } = {}] = buffers;
  const readers: Readonly<Record<string, (at: number) => number>> = {
    c: (at) => bytes.getInt8(at),
    C: (at) => bytes.getUint8(at),
    s: (at) => bytes.getInt16(at, true),
    S: (at) => bytes.getUint16(at, true),
    i: (at) => bytes.getInt32(at, true),
    I: (at) => bytes.getUint32(at, true),
    l: (at) => Number(bytes.getBigInt64(at, true)),
    L: (at) => Number(bytes.getBigUint64(at, true)),
  };
  const read = readers[field.format];
  const shape = shapeOf(field.format);
  if (!read || shape.kind !== 'fixed') throw new Damage(where, 'integers as indices', field.format);
  for (let index = 0; index < length; index++) {
    if (nulls > 0 && (bytes.getUint8(validity + (index >> 3)) & (1 << (index & 7))) === 0) continue;
    const value = read(offset + (index * shape.bits) / 8);
    if (value < 0 || value >= max) throw new Damage(where, `indices below ${max}`, `${value} at ${index}`);
  }
}
