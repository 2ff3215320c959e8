/** A function written in TypeScript, as the callback that C calls: it takes numbers, and never throws. */

import { shown } from '../../messages/shown.js';
import { answerAddon } from '../../native/answers.js';
import type { Signature } from '../../native/functions.js';
import { copyOf, textOf, WrongArgument } from '../../native/memory.js';
import { serviceAddon } from '../../native/services.js';
import { isBytes } from '../../native/views.js';
import { misfit, written } from '../schema/checks.js';
import { compile } from '../schema/compile.js';
import { failureOf } from '../schema/failure.js';
import { lower, parameterType, representations, resultType } from '../schema/lower.js';
import { safe } from '../schema/safe.js';
import type { Result, Scalar, ServiceFunction } from '../schema/types.js';
import { unknown } from '../schema/unknown.js';
import type { Caller } from '../schema/values.js';
import { type Failed, isFailed } from './fail.js';
import { type AnswerPart, partOf } from './parts.js';
import { refusals } from './wrong-answer.js';

/** What an answering function needs of its host. */
export interface Surroundings {
  /** By the address of the caller's host table. */
  callers: Map<number, Caller>;
  /** Finds a caller that isn't in `callers` yet. Throws when it is nobody. */
  callerOf(host: number): Caller;
  /** Says that a call failed: the error, or what was wrong with the answer. */
  failed(name: string, caller: Caller | undefined, error: unknown): void;
}

/** As C calls it. */
export const signatureOf = (fn: ServiceFunction): Signature => ({
  result: resultType(fn.result),
  parameters: lower(fn).map(parameterType),
});

/** The callback for one function. */
export function answering(
  name: string,
  fn: ServiceFunction,
  functions: Readonly<Record<string, unknown>>,
  surroundings: Surroundings,
): (...raw: number[]) => unknown {
  const parts = lower(fn).map(partOf);
  const native = serviceAddon();
  return compile(sourceOf(name, fn, parts), {
    ...Object.assign({}, ...parts.map(({ values }) => values)),
    ...refusals(fn),
    functions,
    failure: failureOf(fn),
    callers: surroundings.callers,
    callerOf: surroundings.callerOf,
    failed: surroundings.failed,
    isFailed,
    isBytes,
    give,
    messageOf,
    text: textOf,
    copyOf,
    copyBack: native.copyBack,
    write: native.writeOut,
    explain,
    safe,
    unknown,
  });
}

function sourceOf(name: string, fn: ServiceFunction, parts: readonly AnswerPart[]): string {
  const expected = fn.result;
  const all = (piece: Exclude<keyof AnswerPart, 'values'>): string[] =>
    parts.flatMap((part) => part[piece] ?? []);
  const raw = parts.map((_, index) => `p${index}`).join(', ');
  const key = JSON.stringify(name);
  const hasOuts = all('check').length > 0;
  const hasCallback = Object.values(fn.parameters).some(({ kind }) => kind === 'callback');
  return `
    return function answer(${raw}) {
      let caller;
      ${hasCallback ? 'const live = { yes: true };' : ''}
      try {
        caller = callers.get(p0);
        if (caller === undefined) caller = callerOf(p0);
        ${all('before').join('\n')}
        const result = functions[${key}]({ ${all('input').join(', ')} }, caller);
        if (typeof result === 'object' && isFailed(result)) return declined(${raw}, result);
        ${resultCheck(expected, hasOuts)}
        ${[...all('check'), ...all('back'), ...all('store')].join('\n')}
        ${giving(expected, parts, hasOuts)}
        return ${resultOf(expected, hasOuts)};
      } catch (error) {
        failed(${key}, caller, error);
        return declined(${raw}, { message: messageOf(error) });
      } ${hasCallback ? 'finally { live.yes = false; }' : ''}
    };
    function declined(${raw}, error) {
      ${all('failed').join('\n')}
      return failure;
    }`;
}

/** Is the answer as a whole what the result asks for? */
function resultCheck(result: Result, hasOuts: boolean): string {
  const wrong = (value: string) =>
    isScalar(result)
      ? misfit(result, value)
      : result.kind === 'returns'
        ? result.of.kind === 'text'
          ? `typeof ${value} !== 'string'`
          : `!isBytes(${value})`
        : '';
  const isValue = wrong('') !== '';
  const object = "if (typeof result !== 'object' || result === null || typeof result.then === 'function')";
  if (hasOuts) {
    return `${object} notObject(result);${isValue ? `if (${wrong('result.result')}) wrong('', result.result);` : ''}`;
  }
  if (isValue) return `if (${wrong('result')}) wrong('', result);`;
  return "if (result && typeof result.then === 'function') notObject(result);";
}

/** Gives C the text or bytes; it runs code of the caller's, so all else is done. */
function giving(result: Result, parts: readonly AnswerPart[], hasOuts: boolean): string {
  if (result.kind !== 'returns') return '';
  return `give(p${parts.length - 2}, ${hasOuts ? 'result.result' : 'result'});`; // before the error
}

function resultOf(result: Result, hasOuts: boolean): string {
  if (isScalar(result)) return written(result, hasOuts ? 'result.result' : 'result');
  return result.kind === 'none' ? 'undefined' : '0';
}

const isScalar = (result: Result): result is Scalar => Object.hasOwn(representations, result.kind);

/** What was thrown, in words; whatever it is. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : shown(thrown);
  } catch {
    return 'an error that cannot be shown';
  }
}

function give(address: number, answer: string | Uint8Array): void {
  const taken = typeof address === 'number' ? answerAddon().giveAnswer(address, answer) : undefined;
  if (taken === undefined)
    throw new WrongArgument('the caller passed no mortise_reply to give the answer to');
  if (!taken)
    throw new WrongArgument(`the caller has no room for an answer of ${Buffer.byteLength(answer)} bytes`);
}

/** Says in C's mortise_error why the call failed. */
function explain(address: number, { message: said }: Pick<Failed, 'message'>): void {
  if (address === 0) return;
  // 1,024 bytes, the last of them zero; UTF-8 is cut between characters.
  const message = Buffer.alloc(1024);
  message.write(said, 0, 1023, 'utf8');
  serviceAddon().copyMemory(address + 8, serviceAddon().addressOf(message), message.length);
}
