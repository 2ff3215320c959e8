/**
 * The short part of a slot, and the answer: what nearly every call writes and reads. V8 puts no more than some 900
 * bytes of bytecode into a caller, and forgets what it could leave out when it must stop: so this counts bytes.
 */
import { endianness } from 'node:os';
import type { Decision } from './query.js';

// Indices of 32-bit words. Constants of this file, because members of an object take five times the bytecode.
const statement = 0;
const parameterCount = 1;
const decider = 2;
const answeredTarget = 3;
const answeredAccess = 4;
const shard = 5;
const faultCount = 6;
const busy = 7;
/** The same and further ones, for files that don't count bytes. */
export const word = {
  statement,
  parameterCount,
  faultCount,
  busy,
  faults: 8,
  shards: 41,
  hasReplicas: 42,
  hasPrimary: 43,
  inTransaction: 44,
  writeOverride: 45,
  /** After 16 short parameters and their bytes. */
  descriptors: 200,
} as const;

/** mortise_parameter has six words, and its size is the third. */
const shortSizes = 58;
const wordsPerShort = 6;
const shortBytes = 152;
const shortWords = 3;
const shortLength = 12;

/** Characters are put together as bytes of a little-endian word, and a size as the low word of 64 bits. */
export const maxShort = endianness() === 'LE' ? 16 : -1;

type Target = null | 'all' | 'blocked';
type Access = Decision['readWrite'];
/** By the numbers in mortise/route.h, which native code has checked. */
const targets: readonly Target[] = [null, null, 'all', 'blocked'];
const accesses: readonly Access[] = [null, 'read', 'write'];

/** @param names of the deciders, from -1: nobody */
export function decisionOf(words: Int32Array, names: readonly (string | null)[]): Decision {
  const target = words[answeredTarget] as number;
  return {
    plugin: names[(words[decider] as number) + 1] as string | null,
    shard: target === 1 ? (words[shard] as number) >>> 0 : (targets[target] as Target),
    readWrite: accesses[words[answeredAccess] as number] as Access,
  };
}

/**
 * Writes a parameter into a slot's short part; false when it isn't ASCII of at most 12 characters. In words rather
 * than bytes, so that a call uses one typed array instead of two.
 */
export function writeShort(words: Int32Array, index: number, text: unknown): boolean {
  return writeAt(words, index * shortWords + shortBytes, index * wordsPerShort + shortSizes, text);
}

function writeAt(words: Int32Array, at: number, sizeAt: number, text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const length = text.length;
  words[sizeAt] = length;
  if (length > 4) return writeLonger(words, at, text);
  if (length === 0) return true;
  let seen = text.charCodeAt(0);
  let four = seen;
  if (length > 1) {
    let unit = text.charCodeAt(1);
    seen |= unit;
    four |= unit << 8;
    if (length > 2) {
      unit = text.charCodeAt(2);
      seen |= unit;
      four |= unit << 16;
      if (length > 3) {
        unit = text.charCodeAt(3);
        seen |= unit;
        four |= unit << 24;
      }
    }
  }
  words[at] = four;
  return seen < 0x80;
}

/** More than four characters: apart, so that V8 puts the usual case into its callers. */
function writeLonger(words: Int32Array, at: number, text: string): boolean {
  const length = text.length;
  if (length > shortLength) return false;
  const first = fourOf(text, 0, length);
  const second = fourOf(text, 4, length);
  words[at] = first;
  words[at + 1] = second;
  if (length <= 8) return first >= 0 && second >= 0;
  const third = fourOf(text, 8, length);
  words[at + 2] = third;
  return first >= 0 && second >= 0 && third >= 0;
}

/** Up to four characters as the bytes of a word; negative when they aren't all ASCII. */
function fourOf(text: string, from: number, length: number): number {
  let unit = text.charCodeAt(from);
  let seen = unit;
  let four = unit;
  if (length > from + 1) {
    unit = text.charCodeAt(from + 1);
    seen |= unit;
    four |= unit << 8;
    if (length > from + 2) {
      unit = text.charCodeAt(from + 2);
      seen |= unit;
      four |= unit << 16;
      if (length > from + 3) {
        unit = text.charCodeAt(from + 3);
        seen |= unit;
        four |= unit << 24;
      }
    }
  }
  return seen > 0x7f ? -1 : four;
}

/**
 * Writes up to two parameters; false when there are more, or others. What comes before the first write may run other
 * code, getters and such; nothing after it does.
 */
export function writeTwo(words: Int32Array, params: readonly unknown[]): boolean {
  const count = params.length;
  if (count > 2 || !Array.isArray(params)) return false;
  const first: unknown = count > 0 ? params[0] : '';
  const second: unknown = count > 1 ? params[1] : '';
  if (words[busy] !== 0) return false;
  words[parameterCount] = count;
  return (
    writeAt(words, shortBytes, shortSizes, first) &&
    writeAt(words, shortBytes + shortWords, shortSizes + wordsPerShort, second)
  );
}
