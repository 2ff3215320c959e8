/** How each parameter of C is written into the source of an answer. */
import { misfit, read, written } from '../schema/checks.js';
import { type CParameter, isSpan, isWritten } from '../schema/lower.js';
import { takeRecord } from '../schema/records.js';
import type { Callback, Out, RecordOf, Span, Value, WritableSpan } from '../schema/types.js';
import { callable } from './callable.js';
import { outKind } from './out.js';
import { ReceivedRecord, received } from './record.js';
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
  /** What its free names in the source mean. */
  values?: Readonly<Record<string, unknown>>;
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
        values: { [`bind${index}`]: callable(of, type as Callback) },
      };
    case 'record':
      return {
        before: `const r${index} = record${index}.copy(${at});`,
        input: `${key}: ${received(type as RecordOf, `r${index}`)}`,
        values: { [`record${index}`]: new ReceivedRecord(type as RecordOf) },
      };
    case 'out': {
      const { of: type_ } = type as Out;
      if (type_.kind === 'handle') return {};
      return type_.kind === 'record' ? recordOut(of, index, type_) : out(key, index, type_);
    }
    case 'answer':
      return {}; // given last
    case 'error':
      return { failed: `explain(${at}, error);` };
    case 'handle': // implement refuses them
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
    values: { [kind]: new ReceivedSpan(type.of.kind) },
  };
}

function recordOut(of: string, index: number, type: RecordOf): AnswerPart {
  const [at, value] = [`p${index}`, `o${index}`];
  const { variables, source, leaves, values } = takeRecord(type, value, of, {
    misfit,
    wrong: (path, found) => `wrong(${JSON.stringify(path)}, ${found});`,
  });
  const put = (offset: number, type: Value, what: string) =>
    `write(${at} + ${offset}, ${outKind(type)}, ${what});`;
  const where = (text: string) => `if (${at} !== 0) { ${text} }`;
  return {
    check: `const ${value} = result[${JSON.stringify(of)}]; let ${variables.join(', ')}; ${source}`,
    store: where(
      leaves.map(({ variable, type, offset }) => put(offset, type, written(type, variable))).join(' '),
    ),
    failed: where(leaves.map(({ type, offset }) => put(offset, type, '0')).join(' ')),
    values,
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
