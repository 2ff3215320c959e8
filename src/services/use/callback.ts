/** Callbacks that JavaScript passes to a plugin. */
import { koffi, prototype } from '../../native/koffi.js';
import { copyOf, textOf } from '../../native/memory.js';
import { leftAlone } from '../promise.js';
import { misfit, read, written } from '../schema/checks.js';
import { compile } from '../schema/compile.js';
import { type CParameter, koffiResult, koffiType, lowerCallback, representations } from '../schema/lower.js';
import { safe } from '../schema/safe.js';
import type { Callback, Scalar } from '../schema/types.js';

/** A JavaScript function as C gets it, for the length of one call. What it throws is kept, and C sees a failure. */
export function callbackOf(type: Callback) {
  const lowered = lowerCallback(type);
  const result = koffiResult(type.result);
  const pointerType = koffi().pointer(
    prototype(
      result,
      lowered.map((parameter) => koffiType(parameter, 'answer')),
    ),
  );
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
    { safe, textOf, copyOf, settled, wrong: (found: unknown) => wrong(type.result.kind, found) },
  );
  return (given: unknown, caught: object) => {
    const pointer = koffi().register(make(given, caught), pointerType);
    return { pointer, release: () => koffi().unregister(pointer) };
  };
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
  if (role === 'value') return [`${key}: ${read(type as Scalar, at)}`];
  if (role !== 'data') return [];
  return [`${key}: ${type?.kind === 'text' ? `textOf(${at}, ${size})` : `copyOf(${at}, ${size})`}`];
}
