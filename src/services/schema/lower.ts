/** What a function of a schema is in C: its parameters one by one, in order. */
import type { Type } from '../../native/functions.js';
import { snake } from './names.js';
import type {
  Callback,
  Enumeration,
  Flags,
  Parameter,
  Result,
  Scalar,
  ServiceFunction,
  Span,
  Value,
  WritableSpan,
} from './types.js';

/** One kind of number in each language. */
export interface Representation {
  c: string;
  rust: string;
  /** What native/functions.ts calls it. */
  type: Type;
  bytes: 1 | 2 | 4 | 8;
  floating: boolean;
}

const whole = (c: string, rust: string, bytes: 1 | 2 | 4 | 8): Representation => ({
  c,
  rust,
  type: c.replace(/_t$/, '') as Type,
  bytes,
  floating: false,
});

export const representations: Readonly<Record<Value['kind'], Representation>> = {
  i8: whole('int8_t', 'i8', 1),
  u8: whole('uint8_t', 'u8', 1),
  i16: whole('int16_t', 'i16', 2),
  u16: whole('uint16_t', 'u16', 2),
  i32: whole('int32_t', 'i32', 4),
  u32: whole('uint32_t', 'u32', 4),
  i64: whole('int64_t', 'i64', 8),
  u64: whole('uint64_t', 'u64', 8),
  safeInteger: whole('int64_t', 'i64', 8),
  safeUnsigned: whole('uint64_t', 'u64', 8),
  enum: whole('int32_t', 'i32', 4),
  flags: whole('uint32_t', 'u32', 4),
  f32: { c: 'float', rust: 'f32', type: 'float', bytes: 4, floating: true },
  f64: { c: 'double', rust: 'f64', type: 'double', bytes: 8, floating: true },
  bool: whole('int32_t', 'i32', 4),
};

/** What a C parameter is for. */
export type Role =
  | 'host'
  | 'value'
  | 'record'
  | 'handle'
  | 'data'
  | 'size'
  | 'out'
  | 'function'
  | 'closure'
  | 'answer'
  | 'error';

export interface CParameter {
  role: Role;
  /** Its name in C and Rust. */
  name: string;
  /** The name of the parameter that a size, a count or a closure belongs to. */
  beside?: string;
  /** The schema's name of the parameter that it belongs to; empty for `host` and `error`. */
  of: string;
  type: Parameter | undefined;
  floating: boolean;
  bytes: 1 | 2 | 4 | 8;
}

/** More would not fit the words of the stack that native/node/bind_service.cc passes on. */
const maxParameters = 12;

/** Whether a failure comes with a message. */
export const saysWhy = ({ kind }: Result): boolean => kind === 'statusWithMessage' || kind === 'returns';

/** The parameters of a function as C declares them, the caller's host first. */
export function lower({ parameters, result }: ServiceFunction): CParameter[] {
  return [
    pointer('host', 'host', '', undefined),
    ...lowerAll(parameters),
    ...(result.kind === 'returns' ? [pointer('answer', 'reply', '', undefined)] : []),
    ...(saysWhy(result) ? [pointer('error', 'error', '', undefined)] : []),
  ];
}

/** The parameters of a callback, what its maker wants to have back first. */
export function lowerCallback({ parameters }: Callback): CParameter[] {
  const taken = lowerAll(parameters);
  // No parameter ends in `_` but one named as a reserved word.
  const name = taken.some((one) => one.name === 'data') ? 'data_' : 'data';
  return [pointer('closure', name, '', undefined), ...taken];
}

/** Why the lowered function cannot be; undefined when it can. */
export function cannotLower(lowered: readonly CParameter[]): string | undefined {
  const names = lowered.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) return `two of its parameters are called ${twice} in C`;
  if (lowered.length > maxParameters) {
    return `it has ${lowered.length} parameters in C, and may have ${maxParameters}`;
  }
  return undefined;
}

function lowerAll(parameters: Readonly<Record<string, Parameter>>): CParameter[] {
  return Object.entries(parameters).flatMap(([of, type]): CParameter[] => {
    const name = snake(of);
    const stem = name.replace(/_$/, '');
    switch (type.kind) {
      case 'text':
      case 'bytes':
      case 'buffer':
        return [
          pointer('data', name, of, type),
          { role: 'size', name: `${stem}_size`, beside: name, of, type, floating: false, bytes: 8 },
        ];
      case 'span':
      case 'writableSpan':
        return [
          pointer('data', name, of, type),
          { role: 'size', name: `${stem}_count`, beside: name, of, type, floating: false, bytes: 8 },
        ];
      case 'record':
      case 'handle':
        return [pointer(type.kind, name, of, type)];
      case 'out':
        return [pointer('out', name, of, type)];
      case 'callback':
        return [
          pointer('function', name, of, type),
          { ...pointer('closure', `${stem}_data`, of, type), beside: name },
        ];
      default: {
        const { floating, bytes } = representations[type.kind];
        return [{ role: 'value', name, of, type, floating, bytes }];
      }
    }
  });
}

const pointer = (role: Role, name: string, of: string, type: Parameter | undefined): CParameter => ({
  role,
  name,
  of,
  type,
  floating: false,
  bytes: 8,
});

/** Whether its numbers have names. */
export const isNamed = (type: Parameter): type is Enumeration | Flags =>
  type.kind === 'enum' || type.kind === 'flags';

/** Whether the function may write to it. */
export const isWritten = ({ kind }: Parameter): boolean => kind === 'buffer' || kind === 'writableSpan';

/** Whether a pointer and a count of elements stand for it. */
export const isSpan = (type: Parameter | undefined): type is Span | WritableSpan =>
  type?.kind === 'span' || type?.kind === 'writableSpan';

/** A parameter's type. Addresses are numbers: they cost half of what bigints do. */
export function parameterType({ role, type }: CParameter): Type {
  if (role === 'value') return representations[(type as Value).kind].type;
  return role === 'size' ? 'uint64' : 'uintptr_t';
}

export function resultType(result: Result): Type {
  if (result.kind === 'none') return 'void';
  return Object.hasOwn(representations, result.kind)
    ? representations[(result as Scalar).kind].type
    : 'int32';
}
