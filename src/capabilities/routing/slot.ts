/**
 * The memory that a routing call shares with native code, so that it passes next to nothing. native/routing/slot.h
 * draws the layout and says why there is a short and a long part.
 */
import { endianness } from 'node:os';
import { MortiseError } from '../../errors.js';
import { byteLength, isBinary, noParameterList, type Parameter, tooMuch } from './parameter.js';
import type { RoutingDefaults } from './query.js';

/** Indices of 32-bit words. */
export const word = {
  shards: 0,
  situation: 1,
  parameterCount: 2,
  statement: 3,
  decider: 4,
  target: 5,
  readWrite: 6,
  shard: 7,
  faultCount: 8,
  busy: 9,
  faults: 12,
} as const;

const faultCapacity = 8;
const wordsPerFault = 4;

/** mortise_parameter has six words, and its size is the third. */
const shortSizesAt = word.faults + faultCapacity * wordsPerFault + 2;
const wordsPerShort = 6;
const shortCount = 16;
const shortBytesAt = shortSizesAt - 2 + shortCount * wordsPerShort;
const shortLength = 12;
const shortWords = shortLength / 4;
/** Characters are put together as bytes of a little-endian word, and a size as the low word of 64 bits. */
const mostShort = endianness() === 'LE' ? shortCount : -1;

const descriptorsAt = shortBytesAt + shortCount * shortWords;
/** Descriptors of long parameters without bytes here: null, or among the call's arguments. */
const isNull = -1;
const isArgument = -2;
/** How many of the first parameters may be arguments. */
const argumentCount = 4;

/** PostgreSQL's protocol counts parameters in 16 bits. */
const mostParameters = 65_535;
const mostBytes = 256 * 1024 * 1024;

/** One answer that broke the rules, as native code left it. */
export interface Fault {
  plugin: number;
  kind: number;
  value: number;
  /** How many shards there were, when the answer named none of them. */
  shards: number;
}

/**
 * Writes parameters into a slot's short part; false when they aren't all ASCII of at most 12 characters.
 * Kept small, so that V8 puts it into its callers, and in words rather than bytes, so that a call uses one
 * typed array instead of two.
 */
export function writeShort(words: Int32Array, params: readonly Parameter[]): boolean {
  const count = params.length;
  if (!Array.isArray(params) || count > mostShort) return false;
  for (let index = 0; index < count; index++) {
    const text = params[index];
    if (typeof text !== 'string' || text.length > shortLength) return false;
    const length = text.length;
    let at = shortBytesAt + index * shortWords;
    let four = 0;
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      seen |= unit;
      four |= unit << ((i & 3) << 3);
      if ((i & 3) === 3) {
        words[at++] = four;
        four = 0;
      }
    }
    if (seen > 0x7f) return false;
    if ((length & 3) !== 0) words[at] = four;
    words[shortSizesAt + index * wordsPerShort] = length;
  }
  words[word.parameterCount] = count;
  return true;
}

export class Slot {
  readonly memory: ArrayBuffer;
  readonly words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #bytes: Buffer;

  constructor(
    readonly parameterCapacity = 64,
    readonly byteCapacity = 16 * 1024,
  ) {
    const bytesAt = (descriptorsAt + parameterCapacity) * 4;
    this.memory = new ArrayBuffer(bytesAt + byteCapacity);
    this.words = new Int32Array(this.memory);
    this.#doubles = new Float64Array(this.memory, 0, (word.faults + faultCapacity * wordsPerFault) / 2);
    this.#bytes = Buffer.from(this.memory, bytesAt);
  }

  /** A slot that holds these parameters, and a little more. */
  static for(params: readonly Parameter[]): Slot {
    if (params.length > mostParameters) throw tooMuch(`${mostParameters} parameters`, `${params.length}`);
    let size = 0;
    // Each begins at a multiple of four, and a UTF-16 unit takes at most 3 bytes of UTF-8.
    for (const [index, param] of params.entries()) {
      size += 3 + (typeof param === 'string' ? param.length * 3 : byteLength(param, index));
    }
    if (size > mostBytes) throw tooMuch(`${mostBytes} bytes of parameters`, `up to ${size}`);
    const even = params.length + (params.length & 1);
    return new Slot(Math.max(64, even), Math.max(16 * 1024, Math.ceil((size * 1.5) / 8) * 8));
  }

  /** Writes what is known of cluster and session. */
  writeSituation(query: RoutingDefaults, defaults: Required<RoutingDefaults>): void {
    const shards = query.shards ?? defaults.shards;
    if (typeof shards !== 'number' || shards >>> 0 !== shards || shards === 0) throw badShards(shards);
    this.words[word.shards] = shards;
    this.words[word.situation] =
      ((query.hasReplicas ?? defaults.hasReplicas) ? 1 : 0) |
      ((query.hasPrimary ?? defaults.hasPrimary) ? 2 : 0) |
      ((query.inTransaction ?? defaults.inTransaction) ? 4 : 0) |
      ((query.writeOverride ?? defaults.writeOverride) ? 8 : 0);
  }

  /**
   * Writes parameters of any kind into the long part; false when they need a larger slot. A string among
   * the first four is only announced: native code reads it from the call's arguments, which is faster than
   * encoding it here.
   */
  writeLong(params: readonly Parameter[]): boolean {
    if (!Array.isArray(params)) throw noParameterList(params);
    if (params.length > this.parameterCapacity) return false;
    let at = 0;
    for (let index = 0; index < params.length; index++) {
      const param = params[index] as Parameter;
      let descriptor: number;
      if (param === null) {
        descriptor = isNull;
      } else if (typeof param === 'string' && index < argumentCount) {
        descriptor = isArgument;
      } else {
        const size = this.#writeBytes(param, index, at);
        if (size === undefined) return false;
        descriptor = (size << 1) | (isBinary(param) ? 1 : 0);
        at += (size + 3) & ~3;
      }
      this.words[descriptorsAt + index] = descriptor;
    }
    this.words[word.parameterCount] = params.length;
    return true;
  }

  /** Its size in bytes; undefined when it doesn't fit. */
  #writeBytes(param: Exclude<Parameter, null>, index: number, at: number): number | undefined {
    const left = this.byteCapacity - at;
    if (typeof param === 'string') return param.length * 3 > left ? undefined : this.#bytes.write(param, at);
    const size = byteLength(param, index);
    if (size + 3 > left) return undefined;
    this.#bytes.set(param instanceof Uint8Array ? param : param.bytes, at);
    return size;
  }

  /** The answers that broke the rules; at most eight are kept. */
  faults(): Fault[] {
    const count = Math.min(this.words[word.faultCount] as number, faultCapacity);
    return Array.from({ length: count }, (_, index) => {
      const at = word.faults + index * wordsPerFault;
      return {
        plugin: this.words[at] as number,
        kind: this.words[at + 1] as number,
        value: this.#doubles[at / 2 + 1] as number,
        shards: (this.words[word.shards] as number) >>> 0,
      };
    });
  }
}

function badShards(found: unknown): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_QUERY',
    message: 'the number of shards is not one',
    where: 'shards',
    expected: 'an integer from 1 to 4294967295',
    found: String(found),
    remedy: 'Pass how many shards the cluster has, or leave it out to use the configuration.',
  });
}
