/** A column's values as plain JavaScript has them. */
import type { ArrowField } from '../../../native/arrow.js';

/** Decimals become text, which is exact and reads as a number; the rest is as the library gives it. */
export function plainValues(field: ArrowField, column: Iterable<unknown>): unknown[] {
  const values = [...column];
  const { format } = field.dictionary ?? field;
  if (!format.startsWith('d:')) return values;
  const scale = Number(format.slice(2).split(',')[1]);
  return values.map((value) => {
    if (typeof value === 'bigint' || typeof value === 'number') return decimalText(BigInt(value), scale);
    // apache-arrow's: words, the lowest first.
    if (value instanceof Uint32Array) return decimalText(signed(value), scale);
    return value;
  });
}

function signed(words: Uint32Array): bigint {
  let value = 0n;
  for (let index = words.length - 1; index >= 0; index--)
    value = (value << 32n) | BigInt(words[index] as number);
  return BigInt.asIntN(32 * words.length, value);
}

/** @param scale how many of the digits stand after the point */
export function decimalText(units: bigint, scale: number): string {
  if (scale <= 0) return `${units * 10n ** BigInt(-scale)}`;
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
