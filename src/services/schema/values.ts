/** The TypeScript types of a service's values, inferred from its schema. */
import type { MortiseError } from '../../errors.js';
import type { Failed } from '../serve/fail.js';
import type { ServiceHandle } from '../use/handle.js';
import type {
  Bytes,
  Callback,
  CallbackParameters,
  ElementKind,
  Enumeration,
  Flags,
  Handle,
  Out,
  Parameters,
  RecordOf,
  Result,
  Returns,
  Scalar,
  Service,
  ServiceFunction,
  ServiceFunctions,
  Span,
  Text,
  WritableBuffer,
  WritableSpan,
} from './types.js';

type Wide = 'i64' | 'u64';

/** The typed array of each kind of number. */
interface Arrays extends Record<ElementKind, ArrayBufferView> {
  i8: Int8Array;
  u8: Uint8Array;
  i16: Int16Array;
  u16: Uint16Array;
  i32: Int32Array;
  u32: Uint32Array;
  i64: BigInt64Array;
  u64: BigUint64Array;
  f32: Float32Array;
  f64: Float64Array;
}

/** What JavaScript gets from C. */
export type Taken<Type> =
  Type extends Scalar<infer Kind>
    ? Kind extends 'bool'
      ? boolean
      : Kind extends Wide
        ? bigint
        : number
    : Type extends Enumeration<infer Name>
      ? Name
      : Type extends Flags
        ? number
        : Type extends Text
          ? string
          : Type extends Bytes | WritableBuffer
            ? Buffer
            : Type extends Span<infer Kind> | WritableSpan<infer Kind>
              ? Arrays[Kind]
              : Type extends Callback<infer Takes, infer Answer>
                ? (...given: Handed<Takes>) => TakenResult<Answer>
                : Type extends RecordOf<infer Fields>
                  ? { -readonly [Name in keyof Fields]: Taken<Fields[Name]> }
                  : Type extends Handle
                    ? ServiceHandle
                    : never;

/** What JavaScript hands to C. */
export type Given<Type> =
  Type extends Scalar<infer Kind>
    ? Kind extends 'bool'
      ? boolean
      : Kind extends Wide
        ? bigint | number
        : number
    : Type extends Enumeration<infer Name>
      ? Name
      : Type extends Flags
        ? number
        : Type extends Text
          ? string
          : Type extends Bytes | WritableBuffer
            ? Uint8Array
            : Type extends Span<infer Kind> | WritableSpan<infer Kind>
              ? Arrays[Kind]
              : Type extends Callback<infer Takes, infer Answer>
                ? (taken: { readonly [Name in keyof Takes]: Taken<Takes[Name]> }) => GivenResult<Answer>
                : Type extends RecordOf<infer Fields>
                  ? { readonly [Name in keyof Fields]: Given<Fields[Name]> }
                  : Type extends Handle
                    ? ServiceHandle
                    : never;

type TakenResult<Answer> =
  Answer extends Returns<infer Of> ? Taken<Of> : Answer extends Scalar ? Taken<Answer> : undefined;
type GivenResult<Answer> = Answer extends Returns<infer Of> ? Given<Of> : GivenNumber<Answer>;
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a result need not return anything
type GivenNumber<Answer> = Answer extends Scalar ? Given<Answer> : void;
/** A callback without parameters is called without an argument. */
type Handed<Takes extends CallbackParameters> = keyof Takes extends never
  ? []
  : [given: { readonly [Name in keyof Takes]: Given<Takes[Name]> }];

type Inputs<Takes extends Parameters> = {
  [Name in keyof Takes as Takes[Name] extends Out ? never : Name]: Takes[Name];
};
type Outs<Takes extends Parameters> = {
  [Name in keyof Takes as Takes[Name] extends Out ? Name : never]: Takes[Name] extends Out<infer Of>
    ? Of
    : never;
};

/** What a caller gets: the outs by name, or the result, or both with the result called `result`. */
type TakenAnswer<Takes extends Parameters, Answer extends Result> = keyof Outs<Takes> extends never
  ? TakenResult<Answer>
  : Answer extends Scalar | Returns
    ? { result: TakenResult<Answer> } & { -readonly [Name in keyof Outs<Takes>]: Taken<Outs<Takes>[Name]> }
    : { -readonly [Name in keyof Outs<Takes>]: Taken<Outs<Takes>[Name]> };

/** What an implementation answers, in the same form. */
type GivenAnswer<Takes extends Parameters, Answer extends Result> = keyof Outs<Takes> extends never
  ? GivenResult<Answer>
  : Answer extends Scalar | Returns
    ? { result: GivenResult<Answer> } & { -readonly [Name in keyof Outs<Takes>]: Given<Outs<Takes>[Name]> }
    : { -readonly [Name in keyof Outs<Takes>]: Given<Outs<Takes>[Name]> };

type Arguments<Takes extends Parameters> = keyof Inputs<Takes> extends never
  ? []
  : [given: { readonly [Name in keyof Inputs<Takes>]: Given<Inputs<Takes>[Name]> }];

/** How a call tells that the plugin failed. */
export type Mode = 'throws' | 'results' | 'async';
/** With `errors: 'results'`. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value; readonly error?: undefined }
  | { readonly ok: false; readonly value?: undefined; readonly error: MortiseError };
type Wrapped<Value, How extends Mode> = How extends 'async'
  ? Promise<Value>
  : How extends 'results'
    ? Outcome<Value>
    : Value;

type Call<Function extends ServiceFunction, How extends Mode> =
  Function extends ServiceFunction<infer Takes, infer Answer, boolean>
    ? (...given: Arguments<Takes>) => Wrapped<TakenAnswer<Takes, Answer>, How>
    : never;

/**
 * A service that a plugin provides, as functions. Those of a later minor than the plugin has are undefined; those that
 * belong to the main thread aren't there for other threads.
 */
export type Provided<Of extends Service, How extends Mode = 'throws'> = {
  readonly [Name in keyof Of['functions'] as How extends 'async'
    ? Of['functions'][Name] extends { readonly thread: 'any' }
      ? Name
      : never
    : Name]: Of['functions'][Name] extends ServiceFunction<infer _Takes, infer _Answer, true>
    ? Call<Of['functions'][Name], How> | undefined
    : Call<Of['functions'][Name], How>;
} & {
  /** The name of the plugin that provides it. */
  readonly plugin: string;
};

/** Who calls a service that is written in TypeScript. */
export interface Caller {
  /** The calling plugin's name. */
  readonly plugin: string;
}

/** The functions of a service as they are written in TypeScript. */
export type Implementation<Functions extends ServiceFunctions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends ServiceFunction<
    infer Takes,
    infer Answer,
    boolean
  >
    ? (
        taken: { readonly [Input in keyof Inputs<Takes>]: Taken<Inputs<Takes>[Input]> },
        caller: Caller,
      ) => GivenAnswer<Takes, Answer> | Failed
    : never;
};

/** A result that a failure value stands for. */
export type Failure<Answer extends Result> = Answer extends Scalar ? Given<Answer> : never;
