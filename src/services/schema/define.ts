/** Defines services, and refuses what cannot be one. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { arrays } from '../../native/typed-arrays.js';
import { cannotLower, lower, lowerCallback, representations, saysWhy } from './lower.js';
import { checkNamed } from './named.js';
import { isMemberName, isServiceName, snake } from './names.js';
import { maxSignature, statedSignature } from './signature.js';
import type { Parameter, Parameters, Result, Service, ServiceFunction, ServiceFunctions } from './types.js';
import type { Failure } from './values.js';

export interface FunctionOptions<
  Answer extends Result,
  Since extends string | undefined,
  Thread extends 'main' | 'any' = 'main' | 'any',
> {
  /** The version that added the function, when it is not the first minor: "1.1". */
  since?: Since;
  /** On which threads it may be called. Default `main`, the only one that TypeScript can serve. */
  thread?: Thread;
  /** The result that stands for "it failed". Default: −1 for a status, NaN for a double, else 0. */
  failure?: Failure<Answer>;
  /** What it does, for the generated headers. */
  doc?: string;
}

/** One function of a service: parameters by name, and a result. */
export function fn<
  const Takes extends Parameters,
  Answer extends Result,
  Since extends string | undefined = undefined,
  const Thread extends 'main' | 'any' = 'main',
>(
  parameters: Takes,
  result: Answer,
  options: FunctionOptions<Answer, Since, Thread> = {},
): ServiceFunction<Takes, Answer, Since extends string ? true : false, Thread> {
  const { since, thread = 'main' as Thread, failure, doc } = options;
  return Object.freeze({ parameters: Object.freeze({ ...parameters }), result, since, thread, failure, doc });
}

const brand = Symbol.for('mortise.Service');

/**
 * A service: a name, a version and its functions. Within a major, functions are only appended; one that came
 * with a later minor says so with `since`.
 * ```
 * const PriceRule = defineService('shop.price_rule', '1.0', {
 *   apply: fn({ cart: bytes, cents: out(i64) }, status),
 * });
 * ```
 * @throws MortiseError MORTISE_ERR_SERVICE_SCHEMA
 */
export function defineService<const Functions extends ServiceFunctions>(
  name: string,
  version: string,
  functions: Functions,
  { doc }: { doc?: string } = {},
): Service<Functions> {
  const problem = (where: string, message: string, expected: string, found: unknown, remedy: string) =>
    new MortiseError({
      code: 'MORTISE_ERR_SERVICE_SCHEMA',
      message,
      subject: typeof name === 'string' && name !== '' ? name : 'defineService',
      where,
      expected,
      found: shown(found),
      remedy,
    });
  if (typeof name !== 'string' || !isServiceName(name)) {
    throw problem(
      'name',
      `${shown(name)} is not a valid service name`,
      'dotted lower-case words, such as shop.price_rule, at most 63 bytes',
      name,
      'Name it after who defines it, a dot, and what it is.',
    );
  }
  if (name.startsWith('mortise.')) {
    throw problem(
      'name',
      `${name} is kept for mortise’s own services`,
      'another first word',
      name,
      'Begin the name with a word of your own, such as shop.price_rule.',
    );
  }
  const [major, minor] = parseVersion(version) ?? [];
  if (major === undefined || minor === undefined) {
    throw problem(
      'version',
      `${shown(version)} is not a version of a service`,
      'major.minor, each from 0 to 65535, such as 1.0',
      version,
      'Begin with 1.0; raise the minor when functions are appended, the major for any other change.',
    );
  }
  const entries = isRecord(functions) ? Object.entries(functions) : [];
  if (entries.length === 0) {
    throw problem(
      'functions',
      'it has no functions',
      'an object with at least one fn(…)',
      functions,
      'Add a function: { apply: fn({ cart: bytes }, status) }.',
    );
  }
  const names = new Set<string>();
  let latest = 0;
  for (const [key, value] of entries) {
    const refuse = (message: string, expected: string, found: unknown, remedy: string) => {
      throw problem(key, message, expected, found, remedy);
    };
    if (!isMemberName(key) || taken.has(key) || /^v\d+$/.test(key) || names.has(snake(key))) {
      refuse(
        `${shown(key)} cannot be a function’s name`,
        `letters, digits and _, starting with a small letter, once in C; not ${[...taken].join(', ')}`,
        key,
        'Choose another name.',
      );
    }
    names.add(snake(key));
    latest = checkFunction(value, { major, minor, latest }, refuse);
  }
  checkNamed(functions, (where, ...rest) => {
    throw problem(where, ...rest);
  });
  const { length } = statedSignature({ functions });
  if (length > maxSignature) {
    throw problem(
      'functions',
      'its functions take more words than a plugin’s file may hold of a service',
      `a signature of at most ${maxSignature} bytes`,
      `${length} bytes`,
      'Cut the service into several.',
    );
  }
  const service = { name, major, minor, functions: Object.freeze({ ...functions }), doc };
  Object.defineProperty(service, brand, { value: true });
  return Object.freeze(service);
}

/** Names that a provider's own fields, a table's members, or promises have. */
const taken: ReadonlySet<string> = new Set([
  'plugin',
  'then',
  'size',
  'reserved',
  'constructor',
  'register',
  'service',
  'signature',
]);

/** True for what `defineService` made, in whichever copy of the package. */
export const isService = (value: unknown): value is Service =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;

type Refuse = (message: string, expected: string, found: unknown, remedy: string) => void;

/** @returns the minor that the function came with */
function checkFunction(
  value: unknown,
  version: { major: number; minor: number; latest: number },
  refuse: Refuse,
): number {
  if (!isRecord(value) || !isRecord(value.parameters) || !isRecord(value.result)) {
    refuse('it is not a function of a service', 'fn(parameters, result)', value, 'Make it with fn(…).');
  }
  const given = value as unknown as ServiceFunction;
  checkResult(given.result, refuse);
  for (const [name, type] of Object.entries(given.parameters)) {
    if (!isMemberName(name) || name === 'result' || name === 'caller') {
      refuse(
        `${shown(name)} cannot be a parameter’s name`,
        'letters, digits and _, starting with a small letter; not result or caller',
        name,
        'Choose another name.',
      );
    }
    checkParameter(name, type, refuse);
  }
  const why = cannotLower(lower(given));
  if (why) refuse(why, apart('host, reply and error are'), why, 'Rename or merge parameters.');
  if (given.thread !== 'main' && given.thread !== 'any') {
    refuse('its thread is unknown', "'main' or 'any'", given.thread, 'Leave it out, or say any.');
  }
  if (given.failure !== undefined) checkFailure(given, refuse);
  return checkSince(given.since, version, refuse);
}

/** @param taken names of what C adds of itself */
const apart = (taken: string): string =>
  `at most 12 parameters in C, of different names; ${taken} taken there`;

function checkSince(
  since: string | undefined,
  { major, minor, latest }: { major: number; minor: number; latest: number },
  refuse: Refuse,
): number {
  const [sinceMajor, sinceMinor] = since === undefined ? [major, 0] : (parseVersion(since) ?? []);
  if (sinceMajor !== major || sinceMinor === undefined || sinceMinor > minor) {
    refuse(
      `${shown(since)} is not a version of this major up to ${major}.${minor}`,
      `${major}.1 to ${major}.${minor}`,
      since,
      'Say with which minor the function came, and raise the service’s version to it.',
    );
  }
  const came = sinceMinor as number;
  if (came < latest) {
    refuse(
      `it came with ${major}.${came} but stands behind a function of ${major}.${latest}`,
      'functions in the order in which they came: a table is only appended to',
      since ?? 'no since',
      'Move it before the later ones, or correct its since.',
    );
  }
  return came;
}

function checkParameter(name: string, type: unknown, refuse: Refuse): void {
  const isKnown =
    isRecord(type) &&
    (isValue(type) ||
      ['text', 'bytes', 'buffer', 'callback'].includes(String(type.kind)) ||
      isFixed(type) ||
      type.kind === 'handle' ||
      (type.kind === 'out' &&
        isRecord(type.of) &&
        (isValue(type.of) || isFixed(type.of) || type.of.kind === 'handle')) ||
      (/^(span|writableSpan)$/.test(String(type.kind)) && isRecord(type.of) && isElement(type.of)));
  if (!isKnown) {
    refuse(
      `${name} has no type that a service knows`,
      `${kinds.join(', ')}, enumeration(…), flags(…), record(…) of those, handle(…), text, bytes, buffer, span(…) or writableSpan(…) of a number but bool and the safe ones, out(…) of a number, a record or a handle, or callback(…)`,
      isRecord(type) ? (type.kind ?? type) : type,
      'Take the type from mortise: import { bytes, i64, out } from "mortise".',
    );
  }
  const parameter = type as Parameter;
  if (parameter.kind !== 'callback') return;
  checkResult(parameter.result, refuse);
  if (saysWhy(parameter.result)) {
    refuse(
      `${name} cannot give a message or an answer of any length`,
      'status, none or a number',
      parameter.result.kind,
      'Use status.',
    );
  }
  for (const [inner, innerType] of Object.entries(parameter.parameters)) {
    const isPlain =
      isRecord(innerType) && (isValue(innerType) || ['text', 'bytes'].includes(String(innerType.kind)));
    if (!isMemberName(inner) || !isPlain) {
      refuse(
        `${name} takes a ${inner} that a callback cannot take`,
        'a number, text or bytes',
        isRecord(innerType) ? innerType.kind : innerType,
        'Callbacks take numbers, text and bytes.',
      );
    }
  }
  const why = cannotLower(lowerCallback(parameter));
  if (why) refuse(`${name}: ${why}`, apart('data_ is'), why, 'Rename or merge parameters.');
}

function checkResult(result: unknown, refuse: Refuse): void {
  if (
    isRecord(result) &&
    (isScalar(result) ||
      /^(status|statusWithMessage|none)$/.test(String(result.kind)) ||
      (result.kind === 'returns' && isRecord(result.of) && /^(text|bytes)$/.test(String(result.of.kind))))
  ) {
    return;
  }
  refuse(
    'its result has no type that a service knows',
    `status, statusWithMessage, none, returns(text), returns(bytes), or ${kinds.join(', ')}`,
    isRecord(result) ? (result.kind ?? result) : result,
    'Give text and bytes back with returns(text) or returns(bytes), and records through out(…).',
  );
}

function checkFailure({ result, failure }: ServiceFunction, refuse: Refuse): void {
  const fits = isScalar(result as unknown as Record<string, unknown>) && fitsScalar(result.kind, failure);
  if (fits) return;
  refuse(
    'its failure is not a value of its result',
    `a value of ${result.kind}`,
    failure,
    'Only numbers need one: a status fails with −1.',
  );
}

/** True when JavaScript's value is one that C's type can hold. */
function fitsScalar(kind: string, value: unknown): boolean {
  switch (kind) {
    case 'bool':
      return typeof value === 'boolean';
    case 'f32':
      return typeof value === 'number' && Number.isFinite(value) === Number.isFinite(Math.fround(value));
    case 'f64':
      return typeof value === 'number';
    case 'safeInteger':
      return Number.isSafeInteger(value);
    case 'safeUnsigned':
      return Number.isSafeInteger(value) && (value as number) >= 0;
    case 'i64':
      return Number.isSafeInteger(value) || (typeof value === 'bigint' && BigInt.asIntN(64, value) === value);
    case 'u64':
      return typeof value === 'bigint'
        ? BigInt.asUintN(64, value) === value
        : Number.isSafeInteger(value) && (value as number) >= 0;
    default: {
      const bits = Number(kind.slice(1));
      const [min, max] = kind.startsWith('u')
        ? [0, 2 ** bits - 1]
        : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
      return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
    }
  }
}

const isElement = (type: Record<string, unknown>): boolean =>
  typeof type.kind === 'string' && Object.hasOwn(arrays, type.kind);

/** Records may have records, but not without an end. */
const maxDepth = 8;

/** A record of what has a fixed size. */
const isFixed = (type: Record<string, unknown>, depth = 1): boolean =>
  type.kind === 'record' &&
  depth <= maxDepth &&
  isRecord(type.fields) &&
  Object.values(type.fields).every(
    (field) => isRecord(field) && (isValue(field) || isFixed(field, depth + 1)),
  );

/** A number, or one that has a name. */
const isValue = (type: Record<string, unknown>): boolean =>
  isScalar(type) || type.kind === 'enum' || type.kind === 'flags';

function isScalar(type: Record<string, unknown>): boolean {
  return typeof type.kind === 'string' && kinds.includes(type.kind);
}

/** Of numbers without names. */
const kinds: readonly string[] = Object.keys(representations).filter(
  (kind) => kind !== 'enum' && kind !== 'flags',
);

function parseVersion(version: unknown): [number, number] | undefined {
  const [, major, minor] = /^(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})$/.exec(String(version)) ?? [];
  const pair: [number, number] = [Number(major), Number(minor)];
  return pair.every((part) => part <= 65_535) ? pair : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
