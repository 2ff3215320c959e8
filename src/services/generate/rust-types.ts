/** How parameters and results of a schema look in Rust: raw, as C has them, and native, as programs like them. */

import { canFail, failureOf } from '../schema/failure.js';
import {
  type CParameter,
  isNamed,
  isSpan,
  isWritten,
  lower,
  lowerCallback,
  representations,
} from '../schema/lower.js';
import { decimal, snake } from '../schema/names.js';
import type {
  Callback,
  Handle,
  Out,
  Parameter,
  RecordOf,
  Result,
  Scalar,
  ServiceFunction,
  Sized,
  Value,
} from '../schema/types.js';
import { aboutFunction } from './describe.js';
import { namedType } from './rust-named.js';

/** Whether tables of the major's first minor lack it. */
export const isLater = ({ since }: ServiceFunction): boolean => since !== undefined && !since.endsWith('.0');

/** What it does, as a doc comment. */
export const doc = (fn: ServiceFunction, indent: string): string =>
  aboutFunction(fn)
    .map((line) => `${indent}/// ${line.replace(/\[(main|any)-thread\]/, '\\[$1-thread\\]')}`)
    .join('\n');

/** The C function's type. */
export function pointer(fn: ServiceFunction): string {
  const parameters = lower(fn).map((one) => `${one.name}: ${rawType(one)}`);
  return `unsafe extern "C" fn(${parameters.join(', ')})${arrow(rawResult(fn.result))}`;
}

export function rawType({ role, type }: CParameter): string {
  switch (role) {
    case 'host':
      return '*const sys::Host';
    case 'answer':
      return '*mut sys::Reply';
    case 'error':
      return '*mut sys::Error';
    case 'closure':
      return '*mut c_void';
    case 'size':
      return 'u64';
    case 'out':
      return `*mut ${rawSized((type as Out).of)}`;
    case 'handle':
      return '*mut c_void';
    case 'record':
      return `*const ${namedType(type as RecordOf)}`;
    case 'data':
      if (isSpan(type)) return `${isWritten(type) ? '*mut' : '*const'} ${scalarType(type.of)}`;
      return type?.kind === 'buffer' ? '*mut u8' : '*const u8';
    case 'function': {
      const callback = type as Callback;
      const parameters = lowerCallback(callback).map(rawType);
      return `unsafe extern "C" fn(${parameters.join(', ')})${arrow(rawResult(callback.result))}`;
    }
    case 'value':
      return representations[(type as Value).kind].rust;
  }
}

export function rawResult(result: Result): string {
  if (result.kind === 'none') return '()';
  return Object.hasOwn(representations, result.kind) ? representations[(result as Value).kind].rust : 'i32';
}

export const arrow = (type: string): string => (type === '()' ? '' : ` -> ${type}`);

const rawSized = (type: Sized | Handle): string =>
  type.kind === 'handle'
    ? '*mut c_void'
    : type.kind === 'record'
      ? namedType(type)
      : representations[type.kind].rust;

/** A number or a record as Rust programs like it. */
export const scalarType = (type: Sized | Handle): string =>
  type.kind === 'handle'
    ? '*mut c_void'
    : type.kind === 'record' || isNamed(type)
      ? namedType(type)
      : type.kind === 'bool'
        ? 'bool'
        : representations[type.kind].rust;

export const isScalar = (result: Result | Parameter): result is Scalar =>
  Object.hasOwn(representations, result.kind);

/** A parameter as Rust programs pass and receive it. */
export function nativeType(type: Parameter): string {
  if (type.kind === 'text') return '&str';
  if (type.kind === 'bytes') return '&[u8]';
  if (type.kind === 'buffer') return '&mut [u8]';
  if (isSpan(type)) return `${isWritten(type) ? '&mut ' : '&'}[${scalarType(type.of)}]`;
  if (type.kind === 'record') return `&${namedType(type)}`;
  if (type.kind === 'callback') return `&mut dyn ${closureType(type)}`;
  return scalarType(type as Value);
}

export function closureType({ parameters, result }: Callback): string {
  return `FnMut(${Object.values(parameters).map(nativeType).join(', ')})${arrow(callbackResult(result))}`;
}

export function callbackResult(result: Result): string {
  if (isScalar(result)) return scalarType(result);
  return result.kind === 'none' ? '()' : 'Result<(), Error>';
}

export const inputs = (fn: ServiceFunction) =>
  Object.entries(fn.parameters).filter(([, { kind }]) => kind !== 'out');

export const outs = (fn: ServiceFunction): [string, Sized | Handle][] =>
  Object.entries(fn.parameters).flatMap(([name, type]): [string, Sized | Handle][] =>
    type.kind === 'out' ? [[snake(name), type.of]] : [],
  );

export const declared = (fn: ServiceFunction): string[] =>
  inputs(fn).map(([name, type]) => `${snake(name)}: ${nativeType(type)}`);

export const providerParameters = (key: string, fn: ServiceFunction): string =>
  ["caller: &Caller<'_>", ...providerDeclared(key, fn)].join(', ');

/** What a provider gets: of its own handles what it made. */
export const providerDeclared = (key: string, fn: ServiceFunction): string[] =>
  inputs(fn).map(([name, type]) => {
    const own =
      type.kind === 'handle' ? `${type.destroy === key ? '' : '&'}Self::${namedType(type)}` : undefined;
    return `${snake(name)}: ${own ?? nativeType(type)}`;
  });

const providerType = (type: Sized | Handle): string =>
  type.kind === 'handle' ? `Self::${namedType(type)}` : scalarType(type);

/** The result's, when there is one. */
export function answerTypes({ result }: ServiceFunction): string[] {
  if (result.kind === 'returns') return [result.of.kind === 'text' ? 'String' : 'Vec<u8>'];
  return isScalar(result) ? [scalarType(result)] : [];
}

/** What a call answers when it worked: nothing, a value, or a tuple of result and outs. */
function valueType(fn: ServiceFunction, typeOf: typeof scalarType): string {
  const types = [...answerTypes(fn), ...outs(fn).map(([, type]) => typeOf(type))];
  return types.length === 1 ? (types[0] as string) : `(${types.join(', ')})`;
}

export const outcomeType = (fn: ServiceFunction, typeOf = scalarType): string =>
  canFail(fn) ? `Result<${valueType(fn, typeOf)}, Error>` : valueType(fn, typeOf);

/** The same of a provider. */
export const providerOutcome = (fn: ServiceFunction): string => outcomeType(fn, providerType);

export const tuple = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] as string) : `(${values.join(', ')})`;

/** From C's number to Rust's, and back; a record is the same in both. */
export function fromRaw(type: Sized | Handle, value: string): string {
  if (type.kind === 'record' || type.kind === 'handle') return value;
  if (isNamed(type)) return `${namedType(type)}(${value})`;
  return type.kind === 'bool' ? `${value} != 0` : value;
}
export function toRaw(type: Sized | Handle, value: string): string {
  if (type.kind === 'record' || type.kind === 'handle') return value;
  if (isNamed(type)) return `${value}.0`;
  return type.kind === 'bool' ? `i32::from(${value})` : value;
}

/** What an implementation gave for an out parameter. No parameter ends in `_` but one named as a keyword. */
export const outOf = (name: string): string => `${name.replace(/_$/, '')}_out_`;

/** The parameter that holds the count of another's elements. */
export const countOf = (name: string): string => `${name.replace(/_$/, '')}_count`;

/** What C passed as a slice: an expression that is unsafe. Its bytes or elements are `name`. */
export function sliceOf(type: Parameter, name: string): string {
  const size = isSpan(type) ? countOf(name) : sizeOf(name);
  const of = isSpan(type) ? (isWritten(type) ? 'span_mut' : 'span') : isWritten(type) ? 'buffer' : 'bytes';
  return `unsafe { generated::${of}(${name}, ${size}) }`;
}

/** The parameter that holds the size of another. */
export const sizeOf = (name: string): string => `${name.replace(/_$/, '')}_size`;

export function zero(type: Sized | Handle): string {
  if (type.kind === 'handle') return '::core::ptr::null_mut()';
  if (type.kind === 'record') return `${namedType(type)}::default()`;
  return representations[type.kind].floating ? '0.0' : '0';
}

/** What a call of a function that can't fail answers when it wasn't made. */
export function failureValue(fn: ServiceFunction): string {
  return tuple([
    ...(isScalar(fn.result) ? [fromRaw(fn.result, failureLiteral(fn))] : []),
    ...outs(fn).map(([, type]) => fromRaw(type, zero(type))),
  ]);
}

export function failureLiteral(fn: ServiceFunction): string {
  const failure = failureOf(fn);
  if (failure === undefined) return '()';
  if (!isScalar(fn.result)) return 'sys::ERROR';
  const { rust, floating } = representations[fn.result.kind];
  if (!floating) return String(failure);
  if (Number.isNaN(failure)) return `${rust}::NAN`;
  if (!Number.isFinite(failure)) return `${rust}::${(failure as number) < 0 ? 'NEG_' : ''}INFINITY`;
  return decimal(failure as number);
}
