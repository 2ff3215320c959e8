/** Arguments for what plugins offer, checked before a plugin sees them. */
import { MortiseError } from '../errors.js';
import { bufferOf, isBytes, isDetached, lengthOf, offsetOf } from '../native/views.js';

/** Plugins take texts as C strings, where a zero would end them early. */
export function requireText(plugin: string, key: string, text: unknown): asserts text is string {
  if (typeof text === 'string' && !text.includes('\0')) return;
  const found = typeof text === 'string' ? 'a text with a zero' : typeof text;
  throw badArgument(plugin, key, 'a text without zeros', found);
}

export function requireInteger(plugin: string, key: string, number: unknown, max: number): void {
  if (Number.isInteger(number) && (number as number) >= 0 && (number as number) <= max) return;
  throw badArgument(plugin, key, `an integer from 0 to ${max}`, String(number));
}

export function requireBytes(plugin: string, bytes: unknown, key = 'bytes'): Buffer {
  if (!isBytes(bytes)) throw badArgument(plugin, key, 'a Uint8Array', typeof bytes);
  if (isDetached(bytes)) throw badArgument(plugin, key, 'memory that was not transferred away', 'none');
  return Buffer.from(bufferOf(bytes), offsetOf(bytes), lengthOf(bytes));
}

export function requireObject(plugin: string, key: string, value: unknown, with_: string): void {
  if (typeof value === 'object' && value !== null) return;
  throw badArgument(plugin, key, `an object with ${with_}`, value === null ? 'null' : typeof value);
}

export function badArgument(plugin: string, where: string, expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: `${where} must be ${expected}`,
    subject: plugin,
    where,
    expected,
    found,
    remedy: `Check ${where} before the call.`,
  });
}
