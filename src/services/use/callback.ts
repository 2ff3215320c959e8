/** Callbacks that JavaScript passes to a plugin. */
import { defaultPatienceMs, lend, type Signature } from '../../native/functions.js';
import { copyOf, textOf } from '../../native/memory.js';
import { leftAlone } from '../promise.js';
import { misfit, read, written } from '../schema/checks.js';
import { compile } from '../schema/compile.js';
import {
  type CParameter,
  lowerCallback,
  parameterType,
  representations,
  resultType,
} from '../schema/lower.js';
import { safe } from '../schema/safe.js';
import type { Callback, Scalar, Value } from '../schema/types.js';
import { unknown } from '../schema/unknown.js';
import { callNumber, expired, type Receiver } from './expired.js';

/** A function that C may call. Used again for other calls, and given back when its thread ends. */
interface Lent {
  pointer: bigint;
  /** Of the call that it is for; 0: none. */
  call: number;
  /** Who has it, or had it the last time. */
  receiver: Receiver;
  answer(...raw: number[]): unknown;
}

/** A JavaScript function as C gets it, for the length of one call. What it throws is kept, and C sees a failure. */
export function callbackOf(type: Callback) {
  const lowered = lowerCallback(type);
  const result = resultType(type.result);
  const signature = { result, parameters: lowered.map(parameterType) };
  const inputs = lowered.flatMap(inputOf);
  const isNumber = Object.hasOwn(representations, type.result.kind);
  const failure = result === 'void' ? 'undefined' : isNumber ? '0' : '-1';
  const answer = isNumber
    ? `if (${misfit(type.result as Scalar, 'result')}) wrong(result);
       return ${written(type.result as Scalar, 'result')};`
    : `if (typeof result === 'object' && result !== null) settled(result);
       return ${result === 'void' ? 'undefined' : '0'};`;
  const make = compile<(given: unknown, caught: object) => (...raw: number[]) => unknown>(
    `return (given, caught) => (${lowered.map((_, index) => `p${index}`).join(', ')}) => {
      try {
        if (caught.error) return ${failure};
        const result = given({ ${inputs.join(', ')} });
        ${answer}
      } catch (thrown) {
        caught.error = { thrown };
        return ${failure};
      }
    };`,
    { safe, unknown, textOf, copyOf, settled, wrong: (found: unknown) => wrong(type.result.kind, found) },
  );
  const failed = result === 'void' ? undefined : isNumber ? 0 : -1;
  // One that is over fails as it did before.
  const free = poolOf(`${result}(${signature.parameters.join()}) ${failed}`);
  return (given: unknown, caught: object, receiver: Receiver) => {
    const lent = free.pop() ?? register(signature, failed, receiver);
    lent.answer = make(given, caught);
    lent.receiver = receiver;
    lent.call = callNumber(receiver);
    const release = () => {
      lent.call = 0;
      lent.answer = () => failed;
      free.push(lent);
    };
    return { pointer: lent.pointer, call: lent.call, release };
  };
}

const pools = new Map<string, Lent[]>();

function poolOf(signature: string): Lent[] {
  const pool = pools.get(signature) ?? [];
  pools.set(signature, pool);
  return pool;
}

function register(signature: Signature, failed: number | undefined, receiver: Receiver): Lent {
  const lent: Lent = { pointer: 0n, call: 0, receiver, answer: () => failed };
  // The first parameter is what C was given beside the function.
  const answer = (...raw: number[]) => {
    if (raw[0] === lent.call) return lent.answer(...raw);
    expired(raw[0] as number, lent.receiver);
    return failed;
  };
  const failure = BigInt.asUintN(64, BigInt(failed ?? 0));
  const made = lend(answer, signature, failure, defaultPatienceMs);
  if (!made) throw new Error('the process has no functions left that C could call');
  lent.pointer = made.address;
  return lent;
}

/** C took the answer already; a promise has none, and its failure would end the process. */
function settled(result: unknown): void {
  if (!leftAlone(result)) return;
  throw new TypeError('a callback answered a promise, and the plugin waits for its answer');
}

function wrong(kind: string, found: unknown): never {
  settled(found);
  throw new TypeError(`a callback answered ${typeof found} instead of ${kind}`);
}

/** A parameter as a property of what the function is given. */
function inputOf({ role, of, type }: CParameter, index: number): string[] {
  const [key, at, size] = [JSON.stringify(of), `p${index}`, `p${index + 1}`];
  if (role === 'value') return [`${key}: ${read(type as Value, at)}`];
  if (role !== 'data') return [];
  return [`${key}: ${type?.kind === 'text' ? `textOf(${at}, ${size})` : `copyOf(${at}, ${size})`}`];
}
