/** C functions that TypeScript calls, and TypeScript's own for C, by signatures that schemas give. */
import { type Addon, addon, type NativeCallCount } from './addon.js';
import { koffi, prototype } from './koffi.js';

/** What they take and answer. In the order of native/node/registers.h. */
export const types = [
  'void',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float',
  'double',
  /** An address: a number, a bigint, null, or a Uint8Array, which stands for its memory. C gives a number where it fits. */
  'uintptr_t',
] as const;

export type Type = (typeof types)[number];

export interface Signature {
  result: Type;
  parameters: readonly Type[];
}

type Settle = (error: unknown, answer?: unknown) => void;

/** Numbers of 64 bits are bigints where a number doesn't hold them. */
export interface CFunction {
  (...values: unknown[]): unknown;
  /** Calls it on a thread of a pool. */
  async: (...values: [...unknown[], Settle]) => void;
}

/** Long enough for a main thread that is busy; short enough for one that waits for the thread that calls. */
export const defaultPatienceMs = 30_000;

/** A function that C may call until it is given back. */
export interface Lent {
  address: bigint;
  giveBack(): void;
}

interface FunctionAddon {
  bindFunction(
    address: bigint,
    result: number,
    parameters: number[],
    name: string,
    count?: NativeCallCount,
  ): CFunction | undefined;
  lendCallback(
    fn: (...values: number[]) => unknown,
    result: number,
    parameters: number[],
    failure: bigint,
    milliseconds: number,
  ): bigint | undefined;
  giveBackCallback(address: bigint): void;
}

/**
 * The addon does it where it knows the calling convention: a worker that is ended while it is in there ends. While it
 * is in koffi, which does it elsewhere, that would end the process.
 */
function own(): (Addon & FunctionAddon) | undefined {
  const all = addon() as Addon & Partial<FunctionAddon>;
  return all.bindFunction ? (all as Addon & FunctionAddon) : undefined;
}

const numbers = new Map<Type, number>(types.map((type, index) => [type, index]));
const numberOf = (type: Type) => numbers.get(type) as number;

/**
 * @param name what didn't return, when a signal has to end the process
 * @param count where its calls are counted; koffi's aren't
 */
export function bindFunction(
  address: bigint,
  { result, parameters }: Signature,
  name: string,
  count?: NativeCallCount,
): CFunction {
  const bound = own()?.bindFunction(address, numberOf(result), parameters.map(numberOf), name, count);
  if (bound) return bound;
  const takesBytes = parameters.map((type) => (type === 'uintptr_t' ? 'void *' : type));
  return koffi().decode(address, prototype(result, takesBytes)) as CFunction;
}

/**
 * @param fn never throws
 * @param failure the bits of a result that C gets when `fn` can't be called any more
 * @param patienceMs how long a call on another thread waits for this one
 * @returns undefined when the process has no more of them
 */
export function lend(
  fn: (...values: number[]) => unknown,
  signature: Signature,
  failure: bigint,
  patienceMs: number,
): Lent | undefined {
  const native = own();
  if (!native) return lendOfKoffi(fn, signature);
  const { result, parameters } = signature;
  const address = native.lendCallback(fn, numberOf(result), parameters.map(numberOf), failure, patienceMs);
  return address === undefined ? undefined : { address, giveBack: () => native.giveBackCallback(address) };
}

/** koffi's. Never unregistered, because calling it then would end the process; used again instead. */
interface Pooled {
  address: bigint;
  answer: (...values: number[]) => unknown;
}

const pool = new Map<string, Pooled[]>();

function lendOfKoffi(fn: Pooled['answer'], { result, parameters }: Signature): Lent | undefined {
  const signature = `${result}(${parameters.join()})`;
  const free = pool.get(signature) ?? [];
  pool.set(signature, free);
  const pooled = free.pop() ?? register(result, parameters);
  if (!pooled) return undefined;
  pooled.answer = fn;
  const giveBack = () => {
    pooled.answer = () => undefined;
    free.push(pooled);
  };
  return { address: pooled.address, giveBack };
}

function register(result: Type, parameters: readonly Type[]): Pooled | undefined {
  const pooled: Pooled = { address: 0n, answer: () => undefined };
  try {
    const type = koffi().pointer(prototype(result, parameters));
    pooled.address = koffi().register((...values: number[]) => pooled.answer(...values), type);
    return pooled;
  } catch {
    return undefined;
  }
}
