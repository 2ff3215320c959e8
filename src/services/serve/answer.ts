/** A function written in TypeScript, as the callback that C calls: it takes numbers, and never throws. */

import { shown } from '../../messages/shown.js';
import { koffi, prototype } from '../../native/koffi.js';
import { copyOf, textOf, WrongArgument } from '../../native/memory.js';
import { serviceAddon } from '../../native/services.js';
import { misfit, read, written } from '../schema/checks.js';
import { compile } from '../schema/compile.js';
import { failureOf } from '../schema/failure.js';
import { koffiResult, koffiType, lower, lowerCallback, representations } from '../schema/lower.js';
import { safe } from '../schema/safe.js';
import type { Callback, Result, Scalar, ServiceFunction } from '../schema/types.js';
import type { Caller } from '../schema/values.js';
import { type Failed, isFailed } from './fail.js';
import { outKind } from './out.js';

/** What an answering function needs of its host. */
export interface Surroundings {
  /** By the address of the caller's host table. */
  callers: Map<number, Caller>;
  /** Finds a caller that isn't in `callers` yet. Throws when it is nobody. */
  callerOf(host: number): Caller;
  /** Says that a call failed: the error, or what was wrong with the answer. */
  failed(name: string, caller: Caller | undefined, error: unknown): void;
}

/** What went wrong with an answer; not the implementation's own error. */
export class WrongAnswer extends Error {
  constructor(
    readonly expected: string,
    readonly found: unknown,
    message: string,
  ) {
    super(message);
  }
}

/** How koffi must call it. */
export const signatureOf = (fn: ServiceFunction): { result: string; parameters: string[] } => ({
  result: koffiResult(fn.result),
  parameters: lower(fn).map((parameter) => koffiType(parameter, 'answer')),
});

/** The callback for one function. */
export function answering(
  name: string,
  fn: ServiceFunction,
  functions: Readonly<Record<string, unknown>>,
  surroundings: Surroundings,
): (...raw: number[]) => unknown {
  const lowered = lower(fn);
  const raw = lowered.map((_, index) => `p${index}`);
  const [host] = raw;
  const before: string[] = [];
  const after: string[] = [];
  const outs: string[] = [];
  const stores: string[] = [];
  const zeros: string[] = [];
  const inputs: string[] = [];
  const values: Record<string, unknown> = {};
  lowered.forEach(({ role, of, type }, index) => {
    const at = `p${index}`;
    const [key, next] = [JSON.stringify(of), `p${index + 1}`];
    if (role === 'value') inputs.push(`${key}: ${read(type as Scalar, at)}`);
    if (role === 'data' && type?.kind === 'text') inputs.push(`${key}: text(${at}, ${next})`);
    if (role === 'data' && type?.kind === 'bytes') inputs.push(`${key}: copyOf(${at}, ${next}).bytes`);
    if (role === 'data' && type?.kind === 'buffer') {
      before.push(`const b${index} = copyOf(${at}, ${next});`);
      inputs.push(`${key}: b${index}.bytes`);
      after.push(`copy(${at}, b${index}.address, ${next});`);
    }
    if (role === 'function') {
      values[`bind${index}`] = callable(of, type as Callback);
      inputs.push(`${key}: bind${index}(${at}, ${next}, live)`);
    }
    if (role === 'out' && type?.kind === 'out') {
      const kind = outKind(type.of);
      outs.push(
        `const o${index} = result[${key}]; if (${misfit(type.of, `o${index}`)}) wrong(${key}, o${index});`,
      );
      stores.push(`write(${at}, ${kind}, ${written(type.of, `o${index}`)});`);
      zeros.push(`write(${at}, ${kind}, 0);`);
    }
    if (role === 'error') zeros.push(`explain(${at}, error);`);
  });
  const hasCallback = lowered.some(({ role }) => role === 'function');
  const types = new Map<string, string>(
    Object.entries(fn.parameters).map(([key, type]) => [key, type.kind === 'out' ? type.of.kind : type.kind]),
  );
  const source = `
    return function answer(${raw.join(', ')}) {
      let caller;
      ${hasCallback ? 'const live = { yes: true };' : ''}
      try {
        caller = callers.get(${host});
        if (caller === undefined) caller = callerOf(${host});
        ${before.join('\n')}
        const result = functions[${JSON.stringify(name)}]({ ${inputs.join(', ')} }, caller);
        if (typeof result === 'object' && isFailed(result)) return declined(${raw.join(', ')}, result);
        ${resultCheck(fn.result, outs.length > 0)}
        ${outs.join('\n')}
        ${after.join('\n')}
        ${stores.join('\n')}
        return ${resultOf(fn.result, outs.length > 0)};
      } catch (error) {
        failed(${JSON.stringify(name)}, caller, error);
        return declined(${raw.join(', ')}, { message: messageOf(error) });
      } ${hasCallback ? 'finally { live.yes = false; }' : ''}
    };
    function declined(${raw.join(', ')}, error) {
      ${zeros.join('\n')}
      return failure;
    }`;
  const native = serviceAddon();
  return compile(source, {
    ...values,
    functions,
    failure: failureOf(fn),
    callers: surroundings.callers,
    callerOf: surroundings.callerOf,
    failed: surroundings.failed,
    isFailed,
    messageOf,
    text: textOf,
    copyOf,
    copy: native.copyMemory,
    write: native.writeOut,
    explain,
    safe,
    wrong: (key: string, found: unknown): never => {
      if (leftAlone(found)) throw new WrongAnswer('an answer', 'a promise', asynchronous);
      const type = key === '' ? fn.result.kind : types.get(key);
      const what = key === '' ? 'its answer' : key;
      throw new WrongAnswer(`${what}: ${type}`, found, `${what} is not ${type}`);
    },
    notObject: (found: unknown): never => {
      const names = [...types].filter(([key]) => fn.parameters[key]?.kind === 'out').map(([key]) => key);
      const isPromise = leftAlone(found);
      throw new WrongAnswer(
        names.length > 0 ? `an object with ${names.join(', ')}` : 'nothing',
        isPromise ? 'a promise' : found,
        isPromise ? asynchronous : 'its answer is no object',
      );
    },
  });
}

/** Is the answer as a whole what the result asks for? */
function resultCheck(result: Result, hasOuts: boolean): string {
  const isValue = isScalar(result);
  const object = "if (typeof result !== 'object' || result === null || typeof result.then === 'function')";
  if (hasOuts) {
    return `${object} notObject(result);${isValue ? `if (${misfit(result, 'result.result')}) wrong('', result.result);` : ''}`;
  }
  if (isValue) return `if (${misfit(result, 'result')}) wrong('', result);`;
  return "if (result && typeof result.then === 'function') notObject(result);";
}

function resultOf(result: Result, hasOuts: boolean): string {
  if (isScalar(result)) return written(result, hasOuts ? 'result.result' : 'result');
  return result.kind === 'none' ? 'undefined' : '0';
}

const isScalar = (result: Result): result is Scalar => Object.hasOwn(representations, result.kind);

const asynchronous = 'it is asynchronous, and C waits for its answer';

/** Whether it's a promise; then its failure, for which nobody waits, doesn't end the process. */
function leftAlone(found: unknown): boolean {
  const isPromise = typeof (found as { then?: unknown } | null | undefined)?.then === 'function';
  if (isPromise) Promise.resolve(found).catch(() => {});
  return isPromise;
}

/** What was thrown, in words; whatever it is. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : shown(thrown);
  } catch {
    return 'an error that cannot be shown';
  }
}

/** Says in C's mortise_error why the call failed. */
function explain(address: number, { message: said }: Pick<Failed, 'message'>): void {
  if (address === 0) return;
  // 1,024 bytes, the last of them zero; UTF-8 is cut between characters.
  const message = Buffer.alloc(1024);
  message.write(said, 0, 1023, 'utf8');
  serviceAddon().copyMemory(address + 8, Number(koffi().address(message)), message.length);
}

/** A C callback as the function that an implementation gets. Dead once its call has returned. */
function callable(name: string, type: Callback) {
  const lowered = lowerCallback(type);
  const parameters = lowered.map((parameter) => koffiType(parameter, 'call'));
  const proto = prototype(koffiResult(type.result), parameters);
  const checks: string[] = [];
  const given: string[] = ['data'];
  Object.entries(type.parameters).forEach(([key, of], index) => {
    const value = `a${index}`;
    checks.push(`const ${value} = given[${JSON.stringify(key)}];`);
    if (of.kind === 'text') {
      checks.push(`if (typeof ${value} !== 'string') misuse(${JSON.stringify(key)}, 'text', ${value});`);
      checks.push(`const t${index} = Buffer.from(${value});`);
      given.push(`address(t${index})`, `t${index}.length`);
    } else if (of.kind === 'bytes') {
      checks.push(
        `if (!(${value} instanceof Uint8Array)) misuse(${JSON.stringify(key)}, 'bytes', ${value});`,
      );
      given.push(value, `${value}.length`);
    } else {
      checks.push(`if (${misfit(of, value)}) misuse(${JSON.stringify(key)}, '${of.kind}', ${value});`);
      given.push(written(of, value));
    }
  });
  const result = isScalar(type.result)
    ? `return ${read(type.result, 'answer')};`
    : type.result.kind === 'status'
      ? 'if (answer !== 0) refused(answer);'
      : '';
  return compile<(pointer: number, data: number, live: { yes: boolean }) => unknown>(
    `return (pointer, data, live) => {
      if (pointer === 0) nobody();
      const call = decode(BigInt(pointer), proto);
      return (given) => {
        if (!live.yes) dead();
        ${checks.join('\n')}
        const answer = call(${given.join(', ')});
        ${result}
      };
    };`,
    {
      proto,
      Buffer,
      decode: koffi().decode,
      address: (buffer: Buffer) => (buffer.length === 0 ? 0 : Number(koffi().address(buffer))),
      safe,
      nobody: (): never => {
        throw new WrongArgument(`the caller passed null as ${name}`);
      },
      misuse: (key: string, expected: string, found: unknown): never => {
        throw new TypeError(`${name} takes ${key} as ${expected}, not ${typeof found}`);
      },
      refused: (answer: number): never => {
        throw new Error(`the caller’s ${name} answered ${answer}`);
      },
      dead: (): never => {
        throw new Error(`${name} may only be called until the function that got it returns`);
      },
    },
  );
}
