/** Callbacks that C passes to an implementation. */
import { addon } from '../../native/addon.js';
import { bindFunction } from '../../native/functions.js';
import { WrongArgument } from '../../native/memory.js';
import { isBytes, isDetached, lengthOf } from '../../native/views.js';
import { lentLong } from '../reentry.js';
import { misfit, read, written } from '../schema/checks.js';
import { compile } from '../schema/compile.js';
import { isNamed, lowerCallback, parameterType, representations, resultType } from '../schema/lower.js';
import { safe } from '../schema/safe.js';
import type { Bytes, Callback, Result, Scalar, Text, Value } from '../schema/types.js';
import { inWords } from '../schema/words.js';

const isScalar = (result: Result): result is Scalar => Object.hasOwn(representations, result.kind);

/** A C callback as the function that an implementation gets. Dead once its call has returned. */
export function callable(name: string, type: Callback) {
  const lowered = lowerCallback(type);
  const signature = { result: resultType(type.result), parameters: lowered.map(parameterType) };
  const parts = Object.entries(type.parameters).map(argumentOf);
  const result = isScalar(type.result)
    ? `return ${read(type.result, 'answer')};`
    : type.result.kind === 'status'
      ? 'if (answer !== 0) refused(answer);'
      : '';
  return compile<(pointer: number, data: number, live: { yes: boolean }) => unknown>(
    `return (pointer, data, live) => {
      if (pointer === 0) nobody();
      const call = bind(BigInt(pointer));
      return (given) => {
        if (!live.yes) dead();
        ${parts.map(({ check }) => check).join('\n')}
        ${parts.flatMap(({ lend }) => lend ?? []).join('\n')}
        const answer = call(${['data', ...parts.flatMap(({ pass }) => pass)].join(', ')});
        ${result}
      };
    };`,
    {
      Buffer,
      bind: (address: bigint) => bindFunction(address, signature, `the caller’s ${name}`),
      address: (buffer: Buffer) => (buffer.length === 0 ? 0 : addon().addressOf(buffer)),
      safe,
      isBytes,
      lentLong,
      lengthOf,
      isDetached,
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

/** A property of what the implementation passes: how it is checked, what of its bytes is lent, and what C gets. */
function argumentOf(
  [name, type]: [name: string, type: Value | Text | Bytes],
  index: number,
): { check: string; lend?: string; pass: readonly string[] } {
  const [key, value] = [JSON.stringify(name), `a${index}`];
  const words = JSON.stringify(isNamed(type) ? inWords(type) : type.kind);
  const take = (isWrong: string) =>
    `const ${value} = given[${key}]; if (${isWrong}) misuse(${key}, ${words}, ${value});`;
  switch (type.kind) {
    case 'text':
      return {
        check: `${take(`typeof ${value} !== 'string'`)} const t${index} = Buffer.from(${value});`,
        pass: [`address(t${index})`, `t${index}.length`],
      };
    case 'bytes':
      return {
        check: take(`!isBytes(${value})`),
        lend: `
          const b${index} = lentLong(${value}), n${index} = lengthOf(b${index});
          if (n${index} === 0 && isDetached(b${index})) misuse(${key}, 'bytes that are still there', ${value});`,
        pass: [`b${index}`, `n${index}`],
      };
    default:
      return { check: take(misfit(type, value)), pass: [written(type, value)] };
  }
}
