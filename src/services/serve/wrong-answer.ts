/** What an implementation may answer wrongly. */
import { shown } from '../../messages/shown.js';
import { leftAlone } from '../promise.js';
import { isNamed } from '../schema/lower.js';
import { oddField, typeAt } from '../schema/records.js';
import type { ServiceFunction } from '../schema/types.js';
import { inWords, resultInWords } from '../schema/words.js';

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

const asynchronous = 'it is asynchronous, and C waits for its answer';

/** The functions that the source of an answer calls when a value doesn't fit. `key` is empty for the result. */
export function refusals(fn: ServiceFunction) {
  const outs = Object.entries(fn.parameters).filter(([, { kind }]) => kind === 'out');
  return {
    wrong(key: string, found: unknown): never {
      if (leftAlone(found)) throw new WrongAnswer('an answer', 'a promise', asynchronous);
      const what = key === '' ? 'its answer' : key;
      const type = key === '' ? resultInWords(fn.result) : kindOf(fn, key);
      throw new WrongAnswer(`${what}: ${type}`, found, `${what} is not ${type}`);
    },
    onlyFields(given: object, names: readonly string[], path: string): void {
      const odd = oddField(given, names);
      if (odd === undefined) return;
      throw new WrongAnswer(`${path}: only ${names.join(', ')}`, odd, `${path} has no field ${shown(odd)}`);
    },
    gone(key: string): never {
      throw new WrongAnswer(
        `${key}: memory of the length that it had`,
        'transferred or resized memory',
        `it transferred or resized ${key}, which the caller waits for`,
      );
    },
    notObject(found: unknown): never {
      const isPromise = leftAlone(found);
      throw new WrongAnswer(
        outs.length > 0 ? `an object with ${outs.map(([key]) => key).join(', ')}` : 'nothing',
        isPromise ? 'a promise' : found,
        isPromise ? asynchronous : 'its answer is not an object',
      );
    },
  };
}

function kindOf(fn: ServiceFunction, key: string): string | undefined {
  const type = typeAt(fn.parameters, key);
  const of = type?.kind === 'out' ? type.of : type;
  return of && (isNamed(of) || of.kind === 'record') ? inWords(of) : of?.kind;
}
