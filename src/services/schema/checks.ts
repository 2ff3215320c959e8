/** Source text that checks one value, for the functions that compile.ts writes. */
import type { Scalar } from './types.js';

/** An expression that is true when `value` does not fit the kind. */
export function misfit({ kind }: Scalar, value: string): string {
  switch (kind) {
    case 'bool':
      return `typeof ${value} !== 'boolean'`;
    case 'f32':
    case 'f64':
      return `typeof ${value} !== 'number'`;
    case 'safeInteger':
      return `!Number.isSafeInteger(${value})`;
    case 'i64':
      return `!(typeof ${value} === 'bigint' ? BigInt.asIntN(64, ${value}) === ${value} : Number.isSafeInteger(${value}))`;
    case 'u64':
      return `!(typeof ${value} === 'bigint' ? BigInt.asUintN(64, ${value}) === ${value} : Number.isSafeInteger(${value}) && ${value} >= 0)`;
    case 'i32':
      return `typeof ${value} !== 'number' || ${value} !== (${value} | 0)`;
    case 'u32':
      return `typeof ${value} !== 'number' || ${value} !== (${value} >>> 0)`;
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
export function read({ kind }: Scalar, value: string): string {
  if (kind === 'bool') return `${value} !== 0`;
  if (kind === 'i64') return `BigInt(${value})`;
  // koffi, where it is used, gives the highest of them as negative numbers.
  if (kind === 'u64') return `BigInt.asUintN(64, BigInt(${value}))`;
  if (kind === 'safeInteger') return `safe(${value})`;
  return value;
}

/** An expression that makes of a checked value what C takes. */
export const written = ({ kind }: Scalar, value: string): string =>
  kind === 'bool' ? `(${value} ? 1 : 0)` : value;
