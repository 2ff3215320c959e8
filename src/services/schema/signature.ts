/** The signature of a service that is defined in TypeScript: its functions in words. */
import { failureOf } from './failure.js';
import { saysWhy } from './lower.js';
import { snake } from './names.js';
import type { Members, Parameter, Result, Service, ServiceFunction } from './types.js';

/** A longer one is refused wherever it is read. */
export const maxSignature = 65_535;

/** "is_open(host, day: i64) -> bool [any-thread];close(…) -> status [main-thread] since 1.1" */
export const statedSignature = ({ functions }: Pick<Service, 'functions'>): string =>
  statedFunctions(functions).join(';');

/** The same for those that came with a minor up to that, one by one. */
export function statedFunctions(functions: Service['functions'], minor = Number.POSITIVE_INFINITY): string[] {
  return Object.entries(functions).flatMap(([name, fn]) => (minorOf(fn) <= minor ? [stated(name, fn)] : []));
}

function stated(name: string, fn: ServiceFunction): string {
  const { parameters, result, thread, since } = fn;
  const takes = ['host', ...parametersOf(parameters), ...(saysWhy(result) ? ['error'] : [])];
  const said = failureOf(fn);
  const failure = String(said) === String(failureOf({ ...fn, failure: undefined })) ? '' : ` or ${said}`;
  const later = minorOf(fn) > 0 ? ` since ${since}` : '';
  return `${word(name)}(${takes.join(', ')}) -> ${resultWord(result)}${failure} [${thread}-thread]${later}`;
}

const minorOf = ({ since }: ServiceFunction): number => Number(since?.split('.')[1] ?? 0);

const parametersOf = (parameters: Readonly<Record<string, Parameter>>): string[] =>
  Object.entries(parameters).map(([name, type]) => `${word(name)}: ${typeWord(type)}`);

/** A type in words: equal for types that are the same in C. */
export function typeWord(type: Parameter): string {
  if (type.kind === 'out') return `out ${typeWord(type.of)}`;
  if (type.kind === 'span') return `span ${type.of.kind}`;
  if (type.kind === 'writableSpan') return `writable span ${type.of.kind}`;
  if (type.kind === 'enum') return `enum ${word(type.name)}(${membersOf(type.members)})`;
  if (type.kind === 'flags') return `flags ${word(type.name)}(${membersOf(type.bits)})`;
  if (type.kind === 'record') return `record ${word(type.name)}(${parametersOf(type.fields).join(', ')})`;
  if (type.kind === 'handle') return `handle ${word(type.name)}`;
  if (type.kind === 'safeInteger') return 'i64'; // the same in C
  if (type.kind === 'safeUnsigned') return 'u64';
  if (type.kind !== 'callback') return type.kind;
  return `callback(${parametersOf(type.parameters).join(', ')}) -> ${resultWord(type.result)}`;
}

const membersOf = (members: Members): string =>
  Object.entries(members)
    .map(([name, value]) => `${word(name)}: ${value}`)
    .join(', ');

function resultWord(result: Result): string {
  const { kind } = result;
  if (kind === 'returns') return result.of.kind;
  if (kind === 'statusWithMessage') return 'status';
  if (kind === 'safeInteger') return 'i64';
  return kind === 'safeUnsigned' ? 'u64' : kind;
}

/** As in C, without the `_` of a word that is reserved there: which are may grow. */
const word = (name: string): string => snake(name).replace(/_$/, '');
