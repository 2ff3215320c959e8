/** Source text that checks one value, for the functions that compile.ts writes. */
import type { Value } from './types.js';

/** An expression that is true when `value` does not fit the type. */
export function misfit(type: Value, value: string): string {
  const { kind } = type;
  switch (kind) {
    case 'bool':
      return `typeof ${value} !== 'boolean'`;
    case 'f32':
    case 'f64':
      return `typeof ${value} !== 'number'`;
    case 'safeInteger':
      return `!Number.isSafeInteger(${value})`;
    case 'safeUnsigned':
      return `!Number.isSafeInteger(${value}) || ${value} < 0`;
    case 'i64':
      return `!(typeof ${value} === 'bigint' ? BigInt.asIntN(64, ${value}) === ${value} : Number.isSafeInteger(${value}))`;
    case 'u64':
      return `!(typeof ${value} === 'bigint' ? BigInt.asUintN(64, ${value}) === ${value} : Number.isSafeInteger(${value}) && ${value} >= 0)`;
    case 'i32':
      return `typeof ${value} !== 'number' || ${value} !== (${value} | 0)`;
    case 'u32':
      return `typeof ${value} !== 'number' || ${value} !== (${value} >>> 0)`;
    case 'enum':
      return Object.keys(type.members)
        .map((name) => `${value} !== ${JSON.stringify(name)}`)
        .join(' && ');
    case 'flags':
      return `typeof ${value} !== 'number' || ${value} !== (${value} >>> 0) || (${value} & ${others(type.bits)}) !== 0`;
    default: {
      const bits = Number(kind.slice(1));
      const cut = kind.startsWith('u')
        ? `${value} & ${2 ** bits - 1}`
        : `${value} << ${32 - bits} >> ${32 - bits}`;
      return `typeof ${value} !== 'number' || ${value} !== (${cut})`;
    }
  }
}

/** An expression that makes of a number that C gave what the schema's reader gets. */
export function read(type: Value, value: string): string {
  const { kind } = type;
  if (kind === 'bool') return `${value} !== 0`;
  if (kind === 'i64') return `BigInt(${value})`;
  // koffi, where it is used, gives the highest of them as negative numbers.
  if (kind === 'u64') return `BigInt.asUintN(64, BigInt(${value}))`;
  if (kind === 'safeInteger') return `safe(${value})`;
  if (kind === 'safeUnsigned') return `safe(${value} < 0 ? BigInt.asUintN(64, BigInt(${value})) : ${value})`;
  if (kind === 'enum') {
    const cases = Object.entries(type.members).map(
      ([name, number]) => `${value} === ${number} ? ${JSON.stringify(name)} : `,
    );
    return `(${cases.join('')}unknown(${value}, ${JSON.stringify(type.name)}))`;
  }
  if (kind === 'flags') {
    return `((${value} & ${others(type.bits)}) === 0 ? ${value} : unknown(${value}, ${JSON.stringify(type.name)}))`;
  }
  return value;
}

/** An expression that makes of a checked value what C takes. */
export function written(type: Value, value: string): string {
  if (type.kind === 'bool') return `(${value} ? 1 : 0)`;
  if (type.kind !== 'enum') return value;
  const [last, ...before] = Object.entries(type.members).reverse() as [[string, number]];
  const cases = (before as [string, number][])
    .reverse()
    .map(([name, number]) => `${value} === ${JSON.stringify(name)} ? ${number} : `);
  return `(${cases.join('')}${last[1]})`;
}

/** The bits that no flag has. */
const others = (bits: Readonly<Record<string, number>>): number =>
  ~Object.values(bits).reduce((all, bit) => all | bit, 0);
