/**
 * The short part of a slot, and the answer: what nearly every call writes and reads. V8 puts no more than some 900
 * bytes of bytecode into a caller, and forgets what it could leave out when it must stop: so this counts bytes.
 */
import { endianness } from 'node:os';
import type { Decision } from './query.js';

/** Indices of 32-bit words. The functions below have them as numbers: a name takes several times the bytecode. */
export const word = {
  statement: 0,
  parameterCount: 1,
  decider: 2,
  target: 3,
  access: 4,
  shard: 5,
  faultCount: 6,
  busy: 7,
  faults: 8,
  shards: 41,
  hasReplicas: 42,
  hasPrimary: 43,
  inTransaction: 44,
  writeOverride: 45,
  /** The size of the first of 16 short parameters. A mortise_parameter has six words, and its size is the third. */
  shortSizes: 62,
  /** Their bytes, in three words each. */
  shortBytes: 156,
  /** Why the query is blocked: an SQLSTATE in two words, and a text in 64. */
  reason: 204,
  descriptors: 270,
} as const;

/** Characters are put together as bytes of a little-endian word, and a size as the low word of 64 bits. */
export const maxShort = endianness() === 'LE' ? 16 : -1;
const maxShortLength = 12;

type Target = null | 'all' | 'blocked';
type Access = Decision['readWrite'];
/** By the numbers in mortise/route.h, which native code has checked. */
const targets: readonly Target[] = [null, null, 'all', 'blocked'];
const accesses: readonly Access[] = [null, 'read', 'write'];

/** @param names of the deciders, from -1: nobody */
export function decisionOf(words: Int32Array, names: readonly (string | null)[]): Decision {
  const target = words[/* target */ 3] as number;
  return {
    plugin: names[(words[/* decider */ 2] as number) + 1] as string | null,
    shard: target === 1 ? (words[/* shard */ 5] as number) >>> 0 : (targets[target] as Target),
    readWrite: accesses[words[/* access */ 4] as number] as Access,
  };
}

/**
 * Writes a parameter into a slot's short part; false when it isn't ASCII of at most 12 characters. In words rather
 * than bytes, so that a call uses one typed array instead of two.
 */
export function writeShort(words: Int32Array, index: number, text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const { length } = text;
  const at = word.shortBytes + index * 3;
  words[word.shortSizes + index * 6] = length;
  if (length === 0) return true;
  if (length > 4) return writeLonger(words, at, text);
  const four = fourOf(text, 0, length);
  words[at] = four;
  return four >= 0;
}

/** More than four characters: apart, so that V8 puts the usual case into its callers. */
export function writeLonger(words: Int32Array, at: number, text: string): boolean {
  const length = text.length;
  if (length > maxShortLength) return false;
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
  // Characters 0 and 2, and 1 and 3, in halves of a word: so one look at each word's upper bits tells ASCII.
  let even = text.charCodeAt(from);
  let odd = 0;
  if (length > from + 1) {
    odd = text.charCodeAt(from + 1);
    if (length > from + 2) {
      even |= text.charCodeAt(from + 2) << 16;
      if (length > from + 3) odd |= text.charCodeAt(from + 3) << 16;
    }
  }
  return ((even | odd) & ~0x7f007f) === 0 ? even | (odd << 8) : -1;
}
