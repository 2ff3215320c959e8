/** One value as text, and as JSON has it. */
import { clean } from '../../messages/clean.js';

const units: Readonly<Record<string, bigint>> = { s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n };
const maxCell = 200;

/** For a person: one line, at most 200 characters. */
export function cellText(value: unknown, type: string): string {
  const plain = plainValue(value, type);
  const text = plain === null ? 'null' : typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
  const short = text.length > maxCell ? `${text.slice(0, maxCell)}…` : text;
  return clean(short);
}

/**
 * What JSON.stringify writes: times as ISO 8601 to the last digit, bytes in hex, and integers that a number doesn't hold
 * as text.
 */
export function plainValue(value: unknown, type = ''): unknown {
  if (value === null || value === undefined) return null;
  const unit = /^timestamp\[(\w+)/.exec(type)?.[1];
  if (unit !== undefined && typeof value === 'bigint') return timeText(value, unit, type.includes(','));
  if (type.startsWith('date') && typeof value === 'number')
    return new Date(value).toJSON()?.slice(0, 10) ?? null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Date) return value.toJSON();
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, one]) => [String(key), plainValue(one)]));
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return [...(value as Iterable<unknown>)].map((one) => plainValue(one));
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainValue(one)]));
  return value;
}

/** @param isZoned instants have a Z; times of a wall clock have none */
function timeText(value: bigint, unit: string, isZoned: boolean): string {
  const perSecond = units[unit] ?? 1n;
  const fraction = ((value % perSecond) + perSecond) % perSecond;
  const seconds = (value - fraction) / perSecond;
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return `${value} ${unit}`;
  const digits = perSecond.toString().length - 1;
  const rest = digits > 0 ? `.${fraction.toString().padStart(digits, '0')}` : '';
  return `${date.toISOString().slice(0, -5)}${rest}${isZoned ? 'Z' : ''}`;
}
