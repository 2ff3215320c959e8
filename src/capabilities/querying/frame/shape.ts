/** How Arrow's types lie in memory, and what they are called. Types are written as the C data interface writes them. */

/** The buffers of a type, after its validity. */
export type Shape =
  | { kind: 'null' | 'struct' | 'run-ends' }
  /** One value after the other; `bits` each. */
  | { kind: 'fixed'; bits: number }
  /** Offsets of 32 or 64 bits into bytes, or into a child. */
  | { kind: 'bytes' | 'list' | 'list-view'; bits: 32 | 64 }
  | { kind: 'views' }
  | { kind: 'fixed-list'; size: number }
  | { kind: 'union'; isDense: boolean; ids: readonly number[] };

const fixedBits: Readonly<Record<string, number>> = {
  b: 1,
  c: 8,
  C: 8,
  s: 16,
  S: 16,
  i: 32,
  I: 32,
  l: 64,
  L: 64,
  e: 16,
  f: 32,
  g: 64,
  tdD: 32,
  tdm: 64,
  tts: 32,
  ttm: 32,
  ttu: 64,
  ttn: 64,
  tDs: 64,
  tDm: 64,
  tDu: 64,
  tDn: 64,
  tiM: 32,
  tiD: 64,
  tin: 128,
};

const others: Readonly<Record<string, Shape>> = {
  n: { kind: 'null' },
  z: { kind: 'bytes', bits: 32 },
  u: { kind: 'bytes', bits: 32 },
  Z: { kind: 'bytes', bits: 64 },
  U: { kind: 'bytes', bits: 64 },
  vz: { kind: 'views' },
  vu: { kind: 'views' },
  '+l': { kind: 'list', bits: 32 },
  '+m': { kind: 'list', bits: 32 },
  '+L': { kind: 'list', bits: 64 },
  '+vl': { kind: 'list-view', bits: 32 },
  '+vL': { kind: 'list-view', bits: 64 },
  '+s': { kind: 'struct' },
  '+r': { kind: 'run-ends' },
};

/** @throws Error a format that Arrow doesn't have */
export function shapeOf(format: string): Shape {
  const bits = fixedBits[format];
  if (bits !== undefined) return { kind: 'fixed', bits };
  const other = others[format];
  if (other) return other;
  if (/^ts[smun]:/.test(format)) return { kind: 'fixed', bits: 64 };
  const [name = '', rest = ''] = format.split(':', 2);
  if (name === 'd') return { kind: 'fixed', bits: Number(rest.split(',')[2] ?? 128) };
  if (name === 'w') return { kind: 'fixed', bits: 8 * Number(rest) };
  if (name === '+w') return { kind: 'fixed-list', size: Number(rest) };
  if (name === '+ud' || name === '+us')
    return { kind: 'union', isDense: name === '+ud', ids: rest === '' ? [] : rest.split(',').map(Number) };
  throw new Error(`no type of Arrow's: ${format}`);
}

const names: Readonly<Record<string, string>> = {
  n: 'null',
  b: 'bool',
  c: 'int8',
  C: 'uint8',
  s: 'int16',
  S: 'uint16',
  i: 'int32',
  I: 'uint32',
  l: 'int64',
  L: 'uint64',
  e: 'float16',
  f: 'float32',
  g: 'float64',
  z: 'binary',
  u: 'utf8',
  Z: 'large_binary',
  U: 'large_utf8',
  vz: 'binary_view',
  vu: 'utf8_view',
  tdD: 'date32',
  tdm: 'date64',
  tts: 'time32[s]',
  ttm: 'time32[ms]',
  ttu: 'time64[us]',
  ttn: 'time64[ns]',
  tDs: 'duration[s]',
  tDm: 'duration[ms]',
  tDu: 'duration[us]',
  tDn: 'duration[ns]',
  tiM: 'interval[months]',
  tiD: 'interval[days, ms]',
  tin: 'interval[months, days, ns]',
};
const unitNames: Readonly<Record<string, string>> = { s: 's', m: 'ms', u: 'us', n: 'ns' };

interface Typed {
  readonly format: string;
  readonly children: readonly (Typed & { readonly name: string })[];
  readonly dictionary: Typed | null;
}

/** As a person reads it: `timestamp[ns]`, `list<utf8>`, `dictionary<utf8>`. */
export function typeName(field: Typed): string {
  const { format, children, dictionary } = field;
  if (dictionary) return `dictionary<${typeName(dictionary)}>`;
  const name = names[format];
  if (name) return name;
  const [before = '', rest = ''] = splitOnce(format);
  const inside = () => children.map(typeName).join(', ');
  if (before.startsWith('ts')) {
    const unit = unitNames[before[2] as string];
    return rest === '' ? `timestamp[${unit}]` : `timestamp[${unit}, ${rest}]`;
  }
  if (before === 'd') return `decimal(${rest.split(',').slice(0, 2).join(', ')})`;
  if (before === 'w') return `fixed_size_binary(${rest})`;
  if (before === '+w') return `fixed_size_list<${inside()}>(${rest})`;
  if (before === '+s')
    return `struct<${children.map((child) => `${child.name}: ${typeName(child)}`).join(', ')}>`;
  if (before === '+m')
    return `map<${children.flatMap((entries) => entries.children.map(typeName)).join(', ')}>`;
  if (before === '+r') return `run_end_encoded<${children.slice(1).map(typeName).join('')}>`;
  if (before === '+ud' || before === '+us') return `union<${inside()}>`;
  return `list<${inside()}>`;
}

function splitOnce(format: string): [string, string] {
  const at = format.indexOf(':');
  return at === -1 ? [format, ''] : [format.slice(0, at), format.slice(at + 1)];
}
