/** Arrow's schema as a FlatBuffer. */
import type { ArrowField, ArrowSchema } from '../../../native/arrow.js';
import type { FlatField, FlatWriter } from './flat-write.js';
import { shapeOf } from './shape.js';

/** The number of each field's dictionary, given in the order of the schema. */
export function dictionariesOf(schema: ArrowSchema): Map<ArrowField, number> {
  const ids = new Map<ArrowField, number>();
  const visit = (field: ArrowField): void => {
    if (field.dictionary) {
      ids.set(field, ids.size);
      visit(field.dictionary);
    }
    for (const child of field.children) visit(child);
  };
  for (const field of schema.fields) visit(field);
  return ids;
}

export function writeSchema(
  flat: FlatWriter,
  schema: ArrowSchema,
  ids: ReadonlyMap<ArrowField, number>,
): number {
  const fields = schema.fields.map((field) => writeField(flat, field, ids));
  const entries: FlatField[] = [[1, 'offset', flat.offsets(fields)]];
  if (schema.metadata.length > 0) entries.push([2, 'offset', writeMetadata(flat, schema.metadata)]);
  return flat.table(entries);
}

function writeField(flat: FlatWriter, field: ArrowField, ids: ReadonlyMap<ArrowField, number>): number {
  const id = ids.get(field);
  // A field that is encoded by a dictionary has the type of its values.
  const values = field.dictionary ?? field;
  const children = values.children.map((child) => writeField(flat, child, ids));
  const [number, type] = writeType(flat, values);
  const entries: FlatField[] = [
    [0, 'offset', flat.string(field.name)],
    [1, 'u8', field.nullable ? 1 : 0],
    [2, 'u8', number],
    [3, 'offset', type],
    [5, 'offset', flat.offsets(children)],
  ];
  if (id !== undefined) {
    const [, index] = writeType(flat, { ...field, dictionary: null });
    const encoding: FlatField[] = [
      [0, 'i64', id],
      [1, 'offset', index],
      [2, 'u8', field.ordered ? 1 : 0],
    ];
    entries.push([4, 'offset', flat.table(encoding)]);
  }
  if (field.metadata.length > 0) entries.push([6, 'offset', writeMetadata(flat, field.metadata)]);
  return flat.table(entries);
}

function writeMetadata(flat: FlatWriter, metadata: readonly (readonly [string, string])[]): number {
  const entries = metadata.map(([key, value]) => {
    const fields: FlatField[] = [
      [0, 'offset', flat.string(key)],
      [1, 'offset', flat.string(value)],
    ];
    return flat.table(fields);
  });
  return flat.offsets(entries);
}

const plain: Readonly<Record<string, number>> = {
  n: 1,
  z: 4,
  u: 5,
  b: 6,
  '+l': 12,
  '+s': 13,
  Z: 19,
  U: 20,
  '+L': 21,
  '+r': 22,
  vz: 23,
  vu: 24,
  '+vl': 25,
  '+vL': 26,
};
const unit = (letter: string | undefined) => 'smun'.indexOf(letter ?? 's');

/** @returns Arrow's number of the type, and the place of its table */
function writeType(flat: FlatWriter, { format, sortedKeys }: ArrowField): [number, number] {
  const table = (number: number, ...fields: FlatField[]): [number, number] => [number, flat.table(fields)];
  const number = plain[format];
  if (number !== undefined) return table(number);
  const shape = shapeOf(format);
  const at = format.indexOf(':');
  const [name, rest] = at === -1 ? [format, ''] : [format.slice(0, at), format.slice(at + 1)];
  if (/^[csil]$/i.test(format) && shape.kind === 'fixed')
    return table(2, [0, 'i32', shape.bits], [1, 'u8', format === format.toLowerCase() ? 1 : 0]);
  if (/^[efg]$/.test(format)) return table(3, [0, 'i16', 'efg'.indexOf(format)]);
  if (name === 'd') {
    const [precision = 0, scale = 0, bits = 128] = rest.split(',').map(Number);
    return table(7, [0, 'i32', precision], [1, 'i32', scale], [2, 'i32', bits]);
  }
  if (name.startsWith('td')) return table(8, [0, 'i16', name === 'tdm' ? 1 : 0]);
  if (name.startsWith('tt') && shape.kind === 'fixed')
    return table(9, [0, 'i16', unit(name[2])], [1, 'i32', shape.bits]);
  if (name.startsWith('ts')) {
    const zone: FlatField[] = rest === '' ? [] : [[1, 'offset', flat.string(rest)]];
    return table(10, [0, 'i16', unit(name[2])], ...zone);
  }
  if (name.startsWith('ti')) return table(11, [0, 'i16', 'MDn'.indexOf(name[2] as string)]);
  if (name.startsWith('tD')) return table(18, [0, 'i16', unit(name[2])]);
  if (name === 'w') return table(15, [0, 'i32', Number(rest)]);
  if (name === '+w') return table(16, [0, 'i32', Number(rest)]);
  if (name === '+m') return table(17, [0, 'u8', sortedKeys ? 1 : 0]);
  if (shape.kind !== 'union') throw new Error(`no type of Arrow's: ${format}`);
  const ids = flat.integers(shape.ids);
  return table(14, [0, 'i16', shape.isDense ? 1 : 0], [1, 'offset', ids]);
}
