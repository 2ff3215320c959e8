/**
 * The memory that a routing call shares with native code, so that it passes no argument but the SQL.
 * The layout is native/chain.h's SlotHeader, SlotParameter[], bytes.
 */
import { MortiseError } from '../errors.js';
import type { Parameter, RoutingDefaults } from './query.js';

/** Indices of the header's 32-bit words. */
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
  faults: 12,
} as const;

const faultCapacity = 8;
const wordsPerFault = 4;
const descriptorsAt = word.faults + faultCapacity * wordsPerFault;
/** PostgreSQL's protocol counts parameters in 16 bits. */
const mostParameters = 65_535;
const mostBytes = 256 * 1024 * 1024;
/** Descriptors of parameters that have no bytes here: null, or among the call's arguments. */
const isNull = -1;
const isArgument = -2;
/** How many of the first parameters may be arguments. */
const argumentCount = 4;
/**
 * Up to this length a string is written here, character by character; a longer one is passed as an
 * argument, which costs the same whatever its length.
 */
const shortText = 12;

/** One answer that broke the rules, as native code left it. */
export interface Fault {
  plugin: number;
  kind: number;
  value: number;
}

export class Slot {
  readonly memory: ArrayBuffer;
  readonly words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #bytes: Buffer;
  /** Index of the word where the parameters' bytes begin; each parameter begins at a word. */
  readonly #bytesAt: number;
  /** True when the call must pass the first parameters as arguments. */
  passesArguments = false;

  constructor(
    readonly parameterCapacity = 64,
    readonly byteCapacity = 16 * 1024,
  ) {
    this.#bytesAt = descriptorsAt + parameterCapacity;
    this.memory = new ArrayBuffer(this.#bytesAt * 4 + byteCapacity);
    this.words = new Int32Array(this.memory);
    this.#doubles = new Float64Array(this.memory, 0, descriptorsAt / 2);
    this.#bytes = Buffer.from(this.memory, this.#bytesAt * 4);
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
   * Writes the parameters; false when they need a larger slot. A longer string among the first four is
   * only announced: native code reads it from the call's arguments, which is faster than encoding it here.
   */
  writeParameters(params: readonly Parameter[]): boolean {
    // Short ASCII here, so that the loop that nearly every call takes stays small; the rest below.
    if (!Array.isArray(params)) throw noParameterList(params);
    const words = this.words;
    const count = params.length;
    if (count > this.parameterCapacity || count * shortText > this.byteCapacity) {
      return this.#writeOthers(params, 0, 0);
    }
    const start = this.#bytesAt;
    let at = start;
    for (let index = 0; index < count; index++) {
      const param = params[index];
      if (typeof param !== 'string' || param.length > shortText) {
        return this.#writeOthers(params, index, (at - start) * 4);
      }
      const length = param.length;
      const before = at;
      for (let i = 0; i < length; i += 4) {
        const four = fourCharacters(param, i, length - i);
        if (four < 0) return this.#writeOthers(params, index, (before - start) * 4);
        words[at++] = four;
      }
      words[descriptorsAt + index] = length << 1;
    }
    words[word.parameterCount] = count;
    this.passesArguments = false;
    return true;
  }

  /** From `first` on, whatever they are; `at` is where the next bytes go. */
  #writeOthers(params: readonly Parameter[], first: number, at: number): boolean {
    if (params.length > this.parameterCapacity) return false;
    this.passesArguments = false;
    let next = at;
    for (let index = first; index < params.length; index++) {
      const param = params[index];
      if (param === null) {
        this.words[descriptorsAt + index] = isNull;
      } else if (typeof param === 'string' && index < argumentCount) {
        this.words[descriptorsAt + index] = isArgument;
        this.passesArguments = true;
      } else {
        const size = this.#writeBytes(param, index, next);
        if (size === undefined) return false;
        this.words[descriptorsAt + index] = (size << 1) | (isBinary(param) ? 1 : 0);
        next += (size + 3) & ~3;
      }
    }
    this.words[word.parameterCount] = params.length;
    return true;
  }

  /** Its size in bytes; undefined when it doesn't fit. */
  #writeBytes(param: Parameter | undefined, index: number, at: number): number | undefined {
    const left = this.byteCapacity - at;
    // A UTF-16 unit takes at most 3 bytes of UTF-8.
    if (typeof param === 'string') return param.length * 3 > left ? undefined : this.#bytes.write(param, at);
    const bytes = bytesOf(param, index);
    if (bytes.length > left) return undefined;
    this.#bytes.set(bytes, at);
    return bytes.length;
  }

  /** A slot that holds these parameters, and a little more. */
  static for(params: readonly Parameter[]): Slot {
    if (params.length > mostParameters) throw tooMuch(`${mostParameters} parameters`, `${params.length}`);
    let size = 0;
    for (const [index, param] of params.entries()) {
      if (typeof param === 'string') size += param.length * 3 + 3;
      else if (param !== null) size += bytesOf(param, index).length + 3;
    }
    size = Math.max(size, params.length * shortText);
    if (size > mostBytes) throw tooMuch(`${mostBytes} bytes of parameters`, `up to ${size}`);
    return new Slot(
      Math.max(64, params.length + (params.length & 1)),
      Math.max(16 * 1024, Math.ceil((size * 1.5) / 8) * 8),
    );
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
      };
    });
  }
}

/**
 * Up to four characters as the bytes of a little-endian word; -1 when one isn't ASCII. Written out, because
 * a loop over single characters takes half as long again.
 */
function fourCharacters(text: string, at: number, left: number): number {
  const a = text.charCodeAt(at);
  if (left === 1) return a > 0x7f ? -1 : a;
  const b = text.charCodeAt(at + 1);
  if (left === 2) return (a | b) > 0x7f ? -1 : a | (b << 8);
  const c = text.charCodeAt(at + 2);
  if (left === 3) return (a | b | c) > 0x7f ? -1 : a | (b << 8) | (c << 16);
  const d = text.charCodeAt(at + 3);
  return (a | b | c | d) > 0x7f ? -1 : a | (b << 8) | (c << 16) | (d << 24);
}

function isBinary(param: Parameter | undefined): boolean {
  return (
    typeof param === 'object' && param !== null && (param instanceof Uint8Array || param.format === 'binary')
  );
}

function bytesOf(param: unknown, index: number): Uint8Array {
  if (param instanceof Uint8Array) return param;
  const { bytes, format } = (param ?? {}) as { bytes?: unknown; format?: unknown };
  if (bytes instanceof Uint8Array && (format === 'text' || format === 'binary')) return bytes;
  throw new MortiseError({
    code: 'MORTISE_ERR_PARAMETER',
    message: `parameter $${index + 1} cannot be bound`,
    where: `params[${index}]`,
    expected: 'a string, null, a Uint8Array, or { bytes: Uint8Array, format: "text" or "binary" }',
    found: nameOf(param),
    remedy: 'Pass numbers, booleans and dates as the text that PostgreSQL would print: String(42).',
  });
}

function noParameterList(params: unknown): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PARAMETER',
    message: 'the parameters are no list',
    where: 'params',
    expected: 'an array, one item for each $n',
    found: nameOf(params),
    remedy: 'Pass params: ["42"], or leave it out.',
  });
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

function tooMuch(expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PARAMETER',
    message: 'the parameters are larger than any query can carry',
    where: 'params',
    expected: `at most ${expected}`,
    found,
    remedy: 'Send large values in batches.',
  });
}

/** A value's kind, for an error message. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return `an object (${value.constructor?.name ?? 'without a prototype'})`;
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}
