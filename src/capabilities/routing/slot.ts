/**
 * The memory that a routing call shares with native code, so that it passes next to nothing. native/routing/slot.h
 * draws the layout and says why there is a short and a long part.
 */
import { MortiseError } from '../../errors.js';
import { isBytes } from '../../native/views.js';
import { byteLength, isBinary, type Parameter, tooMuch } from './parameter.js';
import type { RoutingDefaults } from './query.js';
import { word } from './short.js';

const faultCapacity = 8;
/** A flag of the count of faults. */
const hasReason = 0x8000_0000;
const sqlstateSize = 8;
const reasonSize = 256;
const wordsPerFault = 4;

/** Descriptors of long parameters without bytes here: null, or among the call's arguments. */
const isNull = -1;
const isArgument = -2;
/** How many of the first parameters may be arguments. */
const argumentCount = 4;

const maxBytes = 256 * 1024 * 1024;

/** One answer that broke the rules, as native code left it. */
export interface Fault {
  /** Its index in the chain. */
  plugin: number;
  kind: number;
  value: number;
  /** How many shards there were, when the answer named none of them. */
  shards: number;
}

/**
 * What is known of cluster and session as one number: the shards, times 16, and a bit for each flag. Takes values
 * rather than the query that has them: V8 needn't make an object that no call gets.
 * @throws MortiseError MORTISE_ERR_QUERY
 */
export function situationOf(
  defaults: Required<RoutingDefaults>,
  shards?: unknown,
  hasReplicas?: unknown,
  hasPrimary?: unknown,
  inTransaction?: unknown,
  writeOverride?: unknown,
): number {
  const count = shards ?? defaults.shards;
  if (typeof count !== 'number' || count >>> 0 !== count || count === 0) throw badShards(count);
  return (
    count * 16 +
    (((hasReplicas ?? defaults.hasReplicas) ? 1 : 0) |
      ((hasPrimary ?? defaults.hasPrimary) ? 2 : 0) |
      ((inTransaction ?? defaults.inTransaction) ? 4 : 0) |
      ((writeOverride ?? defaults.writeOverride) ? 8 : 0))
  );
}

export class Slot {
  readonly memory: ArrayBuffer;
  readonly words: Int32Array;
  /** As it was last written. */
  situation = 0;
  readonly #doubles: Float64Array;
  readonly #bytes: Buffer;

  constructor(
    readonly parameterCapacity = 64,
    readonly byteCapacity = 16 * 1024,
  ) {
    const bytesAt = (word.descriptors + parameterCapacity) * 4;
    this.memory = new ArrayBuffer(bytesAt + byteCapacity);
    this.words = new Int32Array(this.memory);
    this.#doubles = new Float64Array(this.memory, 0, (word.faults + faultCapacity * wordsPerFault) / 2);
    this.#bytes = Buffer.from(this.memory, bytesAt);
  }

  /** A slot that holds these parameters, and a little more. */
  static for(params: readonly Parameter[]): Slot {
    let size = 0;
    // Each begins at a multiple of four, and a UTF-16 unit takes at most 3 bytes of UTF-8.
    for (const [index, param] of params.entries()) {
      size += 3 + (typeof param === 'string' ? param.length * 3 : byteLength(param, index));
    }
    if (size > maxBytes) throw tooMuch(`${maxBytes} bytes of parameters`, `up to ${size}`);
    const even = params.length + (params.length & 1);
    return new Slot(Math.max(64, even), Math.max(16 * 1024, Math.ceil((size * 1.5) / 8) * 8));
  }

  /** Writes what `situationOf` gave. */
  writeSituation(situation: number): void {
    const { words } = this;
    words[word.shards] = Math.floor(situation / 16);
    words[word.hasReplicas] = situation & 1;
    words[word.hasPrimary] = (situation >> 1) & 1;
    words[word.inTransaction] = (situation >> 2) & 1;
    words[word.writeOverride] = (situation >> 3) & 1;
    this.situation = situation;
  }

  /**
   * Writes parameters of any kind into the long part; false when they need a larger slot. A string among
   * the first four is only announced: native code reads it from the call's arguments, which is faster than
   * encoding it here.
   */
  writeLong(params: readonly Parameter[]): boolean {
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
      this.words[word.descriptors + index] = descriptor;
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
    this.#bytes.set(isBytes(param) ? param : param.bytes, at);
    return size;
  }

  /** Why the query is blocked, as the plugin wrote it; undefined when it said nothing of it. */
  reason(): { sqlstate: Buffer; text: Buffer } | undefined {
    if (((this.words[word.faultCount] as number) & hasReason) === 0) return undefined;
    const bytes = Buffer.from(this.memory, word.reason * 4, sqlstateSize + reasonSize);
    return { sqlstate: bytes.subarray(0, sqlstateSize), text: bytes.subarray(sqlstateSize) };
  }

  /** The answers that broke the rules; at most eight are kept. */
  faults(): Fault[] {
    const count = Math.min((this.words[word.faultCount] as number) & ~hasReason, faultCapacity);
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
    message: 'shards is not a valid number of shards',
    where: 'shards',
    expected: 'an integer from 1 to 4294967295',
    found: String(found),
    remedy: 'Pass how many shards the cluster has, or leave it out to use the configuration.',
  });
}
