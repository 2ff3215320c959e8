/** How each parameter of C is written into the source of an answer. */
import { misfit, read, written } from '../schema/checks.js';
import { type CParameter, isSpan, isWritten } from '../schema/lower.js';
import type { Callback, Out, Span, Value, WritableSpan } from '../schema/types.js';
import { callable } from './callable.js';
import { outKind } from './out.js';
import { ReceivedSpan } from './span.js';

/** Source text of one parameter, for each place of the answer where it has a say. */
export interface AnswerPart {
  /** Before the implementation runs. */
  before?: string;
  /** A property of what the implementation is given. */
  input?: string;
  /** Of what it answered: takes an out, and refuses what isn't of its type. */
  check?: string;
  /** Once all outs fit: gives C what the implementation wrote into its copy. */
  back?: string;
  /** Last: gives C an out. */
  store?: string;
  /** What C gets when it failed. */
  failed?: string;
  /** What its free name in the source means. */
  value?: readonly [name: string, value: unknown];
}

/** @param index its place: the source calls it `p` and that, and its size or closure is the next */
export function partOf({ role, of, type }: CParameter, index: number): AnswerPart {
  const [key, at, next] = [JSON.stringify(of), `p${index}`, `p${index + 1}`];
  switch (role) {
    case 'value':
      return { input: `${key}: ${read(type as Value, at)}` };
    case 'data':
      if (type?.kind === 'text') return { input: `${key}: text(${at}, ${next})` };
      if (type?.kind === 'bytes') return { input: `${key}: copyOf(${at}, ${next})` };
      if (isSpan(type)) return span(key, index, type);
      return {
        before: `const b${index} = copyOf(${at}, ${next});`,
        input: `${key}: b${index}`,
        back: `if (!copyBack(${at}, b${index}, ${next})) gone(${key});`,
      };
    case 'function':
      return {
        input: `${key}: bind${index}(${at}, ${next}, live)`,
        value: [`bind${index}`, callable(of, type as Callback)],
      };
    case 'out':
      return out(key, index, (type as Out).of);
    case 'error':
      return { failed: `explain(${at}, error);` };
    case 'host':
    case 'size':
    case 'closure':
      return {}; // read with what they belong to
  }
}

function span(key: string, index: number, type: Span | WritableSpan): AnswerPart {
  const [at, count, bytes, kind] = [`p${index}`, `p${index + 1}`, `b${index}`, `span${index}`];
  return {
    before: `const ${bytes} = ${kind}.copy(${at}, ${count});`,
    input: `${key}: ${kind}.view(${bytes})`,
    ...(isWritten(type) && {
      back: `if (!copyBack(${at}, ${bytes}, ${kind}.sizeOf(${count}))) gone(${key});`,
    }),
    value: [kind, new ReceivedSpan(type.of.kind)],
  };
}

function out(key: string, index: number, of: Value): AnswerPart {
  const [at, value, kind] = [`p${index}`, `o${index}`, outKind(of)];
  return {
    check: `const ${value} = result[${key}]; if (${misfit(of, value)}) wrong(${key}, ${value});`,
    store: `write(${at}, ${kind}, ${written(of, value)});`,
    failed: `write(${at}, ${kind}, 0);`,
  };
}
