/** Arrow's schema out of a message, with types as the C data interface writes them. */
import type { ArrowField, ArrowSchema } from '../../../native/arrow.js';
import type { FlatTable } from './flat-read.js';

const maxFields = 10_000;
const maxDepth = 64;
const units = ['s', 'm', 'u', 'n'] as const;

/** A schema, and which dictionary each field of it has. */
export interface ReadSchema extends ArrowSchema {
  dictionaries: Map<ArrowField, bigint>;
}

export function readSchema(table: FlatTable): ReadSchema {
  if (table.u16(0, 0) !== 0) throw table.flat.damage('little-endian data', 'big-endian data');
  const dictionaries = new Map<ArrowField, bigint>();
  let count = 0;
  const field = (one: FlatTable, depth: number): ArrowField => {
    if (++count > maxFields) throw one.flat.damage(`at most ${maxFields} fields`, 'more');
    if (depth > maxDepth) throw one.flat.damage(`fields nested at most ${maxDepth} deep`, 'deeper ones');
    const children = one.tables(5).map((child) => field(child, depth + 1));
    const type = one.table(3);
    const name = one.string(0) ?? '';
    const value = {
      name,
      format: formatOf(one.u8(2, 0), type, children.length, one),
      nullable: one.u8(1, 0) !== 0,
      ordered: false,
      sortedKeys: one.u8(2, 0) === 17 && type?.u8(0, 0) === 1,
      metadata: readMetadata(one, 6),
      children,
      dictionary: null,
    };
    const encoding = one.table(4);
    if (!encoding) return value;
    const index = encoding.table(1);
    const indexed: ArrowField = {
      ...value,
      format: index ? formatOf(2, index, 0, one) : 'i',
      ordered: encoding.u8(2, 0) !== 0,
      sortedKeys: false,
      children: [],
      dictionary: { ...value, metadata: [] },
    };
    dictionaries.set(indexed, encoding.id(0));
    return indexed;
  };
  const fields = table.tables(1).map((one) => field(one, 0));
  return { fields, metadata: readMetadata(table, 2), dictionaries };
}

function readMetadata(table: FlatTable, field: number): [string, string][] {
  return table.tables(field).map((entry) => [entry.string(0) ?? '', entry.string(1) ?? '']);
}

/** How many children a type has; undefined: as many as it likes. */
const childCounts: Readonly<Record<number, number | undefined>> = {
  12: 1,
  13: undefined,
  14: undefined,
  16: 1,
  17: 1,
  21: 1,
  22: 2,
  25: 1,
  26: 1,
};

/** @param id Arrow's number of the type */
function formatOf(id: number, type: FlatTable | undefined, children: number, field: FlatTable): string {
  const wrong = (found: string) => field.flat.damage('a type of Arrow’s', found);
  const wanted = id in childCounts ? childCounts[id] : 0;
  if (wanted !== undefined && wanted !== children)
    throw field.flat.damage(`${wanted} children of type ${id}`, `${children}`);
  const one = <Value>(values: readonly Value[], index: number): Value => {
    const value = values[index];
    if (value === undefined) throw wrong(`type ${id} with ${index}`);
    return value;
  };
  const unit = (otherwise: number) => one(units, type?.u16(0, otherwise) ?? otherwise);
  const stride = () => {
    const size = type?.i32(0, 0) ?? 0;
    if (size < 0) throw wrong(`a size of ${size}`);
    return size;
  };
  switch (id) {
    case 1:
      return 'n';
    case 2: {
      const width = type?.i32(0, 0) ?? 0;
      const letter = { 8: 'c', 16: 's', 32: 'i', 64: 'l' }[width];
      if (letter === undefined) throw wrong(`integers of ${width} bits`);
      return type?.u8(1, 0) ? letter : letter.toUpperCase();
    }
    case 3:
      return one(['e', 'f', 'g'], type?.u16(0, 0) ?? 0);
    case 4:
      return 'z';
    case 5:
      return 'u';
    case 6:
      return 'b';
    case 7: {
      const [precision, scale, bits] = [type?.i32(0, 0) ?? 0, type?.i32(1, 0) ?? 0, type?.i32(2, 128) ?? 128];
      if (![32, 64, 128, 256].includes(bits)) throw wrong(`decimals of ${bits} bits`);
      if (precision < 1 || precision > 76) throw wrong(`decimals of ${precision} digits`);
      if (scale < -128 || scale > 127) throw wrong(`decimals with a scale of ${scale}`);
      return bits === 128 ? `d:${precision},${scale}` : `d:${precision},${scale},${bits}`;
    }
    case 8:
      return one(['tdD', 'tdm'], type?.u16(0, 1) ?? 1);
    case 9:
      return `tt${unit(1)}`;
    case 10:
      return `ts${unit(0)}:${type?.string(1) ?? ''}`;
    case 11:
      return one(['tiM', 'tiD', 'tin'], type?.u16(0, 0) ?? 0);
    case 12:
      return '+l';
    case 13:
      return '+s';
    case 14: {
      const mode = one(['+us:', '+ud:'], type?.u16(0, 0) ?? 0);
      return `${mode}${typeIds(type, children, field).join(',')}`;
    }
    case 15:
      return `w:${stride()}`;
    case 16:
      return `+w:${stride()}`;
    case 17:
      return '+m';
    case 18:
      return `tD${unit(1)}`;
    case 19:
      return 'Z';
    case 20:
      return 'U';
    case 21:
      return '+L';
    case 22:
      return '+r';
    case 23:
      return 'vz';
    case 24:
      return 'vu';
    case 25:
      return '+vl';
    case 26:
      return '+vL';
    default:
      throw wrong(`type ${id}`);
  }
}

function typeIds(type: FlatTable | undefined, children: number, field: FlatTable): number[] {
  const { start, length } = type?.vector(1, 4) ?? { start: 0, length: 0 };
  if (length === 0) return Array.from({ length: children }, (_, index) => index);
  const ids = Array.from({ length: Math.min(length, 129) }, (_, index) => field.flat.i32(start + 4 * index));
  if (length !== children || ids.some((id) => id < 0 || id > 127) || new Set(ids).size !== length)
    throw field.flat.damage(`${children} different ids of a union, from 0 to 127`, ids.join(', '));
  return ids;
}
