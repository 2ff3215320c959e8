/** Types of a schema as JavaScript calls them, for messages. */
import { arrays } from '../../native/typed-arrays.js';
import { isSpan } from './lower.js';
import type { Parameter, Result } from './types.js';

/** Kinds that JavaScript has other names for. */
const others: Readonly<Record<string, string>> = {
  text: 'a string',
  bytes: 'a Uint8Array',
  buffer: 'a Uint8Array',
  bool: 'a boolean',
  callback: 'a function that answers at once',
};

/** What a result is called. */
export const resultInWords = (result: Result): string =>
  result.kind === 'returns' ? inWords(result.of) : result.kind;

/** "a Float32Array" */
export function inWords(type: Parameter): string {
  if (isSpan(type)) return `a ${arrays[type.of.kind].name}`;
  if (type.kind === 'enum') return `one of ${Object.keys(type.members).join(', ')}`;
  if (type.kind === 'record') return `an object with ${Object.keys(type.fields).join(', ')}`;
  if (type.kind === 'handle') return `a ${type.name} that the plugin gave`;
  if (type.kind === 'flags') return `a number of the bits of ${Object.keys(type.bits).join(', ')}`;
  return others[type.kind] ?? type.kind;
}
