/** What functions of a service may take and answer, as values that a schema is written with. */

/** Numbers as C names them, with the `_t`: `i64` is `int64_t`. */
export type ScalarKind =
  | 'i8'
  | 'u8'
  | 'i16'
  | 'u16'
  | 'i32'
  | 'u32'
  | 'i64'
  | 'u64'
  | 'safeInteger'
  | 'safeUnsigned'
  | 'f32'
  | 'f64'
  | 'bool';

export interface Scalar<Kind extends ScalarKind = ScalarKind> {
  readonly kind: Kind;
}

const scalar = <Kind extends ScalarKind>(kind: Kind): Scalar<Kind> => Object.freeze({ kind });

/** 8 bits: a number from −128 to 127. */
export const i8 = scalar('i8');
/** 8 bits: a number from 0 to 255. */
export const u8 = scalar('u8');
/** 16 bits: a number from −32,768 to 32,767. */
export const i16 = scalar('i16');
/** 16 bits: a number from 0 to 65,535. */
export const u16 = scalar('u16');
/** 32 bits: a number from −2³¹ to 2³¹ − 1. */
export const i32 = scalar('i32');
/** 32 bits: a number from 0 to 2³² − 1. */
export const u32 = scalar('u32');
/** 64 bits: read as a bigint, so that none of them is lost; written as a bigint or a safe integer. */
export const i64 = scalar('i64');
/** 64 bits without a sign: read as a bigint, written as a bigint or a safe integer. */
export const u64 = scalar('u64');
/** `int64_t` in C and a number here: from −(2⁵³ − 1) to 2⁵³ − 1; anything beyond is an error, never rounded. */
export const safeInteger = scalar('safeInteger');
/** `uint64_t` in C and a number here: from 0 to 2⁵³ − 1; anything beyond is an error, never rounded. */
export const safeUnsigned = scalar('safeUnsigned');
/** `float`: a number, rounded to single precision. */
export const f32 = scalar('f32');
/** `double`: a number. */
export const f64 = scalar('f64');
/** `int32_t` in C, 0 or 1, and a boolean here. Anything but 0 reads as true. */
export const bool = scalar('bool');

/** The names that an enumeration or flags have, and their numbers. */
export type Members<Name extends string = string> = Readonly<Record<Name, number>>;

export interface Enumeration<Name extends string = string> {
  readonly kind: 'enum';
  readonly name: string;
  readonly members: Members<Name>;
}
/**
 * One of several names: `enumeration('shape', { low_pass: 0, high_pass: 1 })` is `'low_pass' | 'high_pass'`; in C
 * `int32_t`, with a constant for each. Any other number is an error.
 * @param name what C and Rust call it, within the service
 */
export function enumeration<const Values extends Members>(
  name: string,
  members: Values,
): Enumeration<keyof Values & string> {
  return Object.freeze({ kind: 'enum', name, members: Object.freeze({ ...members }) });
}

export interface Flags<Name extends string = string> {
  readonly kind: 'flags';
  readonly name: string;
  /** The bit of each: `Mode.bits.loop | Mode.bits.mute` */
  readonly bits: Members<Name>;
}
/**
 * Any of several bits: `flags('mode', { loop: 1, mute: 2 })`; a number here, made of its `bits`; in C `uint32_t`, with a
 * constant for each. Any other bit is an error.
 * @param name what C and Rust call them, within the service
 */
export function flags<const Bits extends Members>(name: string, bits: Bits): Flags<keyof Bits & string> {
  return Object.freeze({ kind: 'flags', name, bits: Object.freeze({ ...bits }) });
}

/** What is one number in C. */
export type Value = Scalar | Enumeration | Flags;

/** What a record is made of. */
export interface RecordFields {
  readonly [name: string]: Value | RecordOf;
}

export interface RecordOf<Fields extends RecordFields = RecordFields> {
  readonly kind: 'record';
  readonly name: string;
  readonly fields: Fields;
}
/**
 * Several numbers together: `record('settings', { gain: f32, mode: Mode })` is an object with just these properties; in C
 * a struct of that name. Fields may be records themselves.
 * @param name what C and Rust call it, within the service
 */
export function record<const Fields extends RecordFields>(name: string, fields: Fields): RecordOf<Fields> {
  return Object.freeze({ kind: 'record', name, fields: Object.freeze({ ...fields }) });
}

/** What takes a fixed number of bytes. */
export type Sized = Value | RecordOf;

export interface Handle<Name extends string = string> {
  readonly kind: 'handle';
  readonly name: string & Name;
  /** The function that destroys it. */
  readonly destroy: string;
}
/**
 * Something that a plugin makes and the caller holds: `handle('stream', { destroy: 'close' })`. A function gives it with
 * `out(…)`, others take it; in C a pointer to a struct that only the plugin knows. What the caller has not destroyed is
 * destroyed when the plugin or the host stops.
 * @param name what C and Rust call it, within the service
 * @param destroy the service's function that ends it: it takes the handle alone, and answers `none`
 */
export function handle<const Name extends string>(
  name: Name,
  { destroy }: { destroy: string },
): Handle<Name> {
  return Object.freeze({ kind: 'handle', name, destroy });
}

export interface Text {
  readonly kind: 'text';
}
/** A string; in C a pointer to UTF-8 and a length in bytes. Valid for that call; not ended by a zero. */
export const text: Text = Object.freeze({ kind: 'text' });

export interface Bytes {
  readonly kind: 'bytes';
}
/** Bytes to read; in C a pointer and a length. Valid for that call. */
export const bytes: Bytes = Object.freeze({ kind: 'bytes' });

export interface WritableBuffer {
  readonly kind: 'buffer';
}
/** Bytes that the caller owns and the function may write; in C a pointer and a length. Valid for that call. */
export const buffer: WritableBuffer = Object.freeze({ kind: 'buffer' });

/** What spans are made of: numbers that JavaScript has typed arrays of. */
export type ElementKind = Exclude<ScalarKind, 'bool' | 'safeInteger' | 'safeUnsigned'>;

export interface Span<Kind extends ElementKind = ElementKind> {
  readonly kind: 'span';
  readonly of: Scalar<Kind>;
}
/**
 * Numbers to read: `span(f32)` is a `Float32Array`; in C a pointer, aligned for its elements, and their count. Valid for
 * that call.
 */
export function span<Kind extends ElementKind>(of: Scalar<Kind>): Span<Kind> {
  return Object.freeze({ kind: 'span', of });
}

export interface WritableSpan<Kind extends ElementKind = ElementKind> {
  readonly kind: 'writableSpan';
  readonly of: Scalar<Kind>;
}
/** A {@link span} that the caller owns and the function may write. */
export function writableSpan<Kind extends ElementKind>(of: Scalar<Kind>): WritableSpan<Kind> {
  return Object.freeze({ kind: 'writableSpan', of });
}

export interface Out<Of extends Sized | Handle = Sized | Handle> {
  readonly kind: 'out';
  readonly of: Of;
}
/** A number, a record or a handle that the function gives back beside its result; in C a pointer to it. */
export function out<Of extends Sized | Handle>(of: Of): Out<Of> {
  return Object.freeze({ kind: 'out', of });
}

export interface Callback<
  Takes extends CallbackParameters = CallbackParameters,
  Answer extends Result = Result,
> {
  readonly kind: 'callback';
  readonly parameters: Takes;
  readonly result: Answer;
}
/** What a callback may take. */
export type CallbackParameters = Readonly<Record<string, Value | Text | Bytes>>;

/**
 * A function that the caller hands over, to be called while the call lasts and on its thread; in C a function
 * pointer and a `void *` that is its first argument.
 */
export function callback<Takes extends CallbackParameters, Answer extends Result>(
  parameters: Takes,
  result: Answer,
): Callback<Takes, Answer> {
  return Object.freeze({ kind: 'callback', parameters: Object.freeze({ ...parameters }), result });
}

export interface Status {
  readonly kind: 'status';
}
/** `int32_t`: 0 is success, anything else a failure. Here a failure is an error that is thrown. */
export const status: Status = Object.freeze({ kind: 'status' });

export interface StatusWithMessage {
  readonly kind: 'statusWithMessage';
}
/** A {@link status} whose failures say why: in C a `mortise_error *` is the last parameter. */
export const statusWithMessage: StatusWithMessage = Object.freeze({ kind: 'statusWithMessage' });

export interface None {
  readonly kind: 'none';
}
/** No result: `void`. Such a function cannot say that it failed. */
export const none: None = Object.freeze({ kind: 'none' });

export interface Returns<Of extends Text | Bytes = Text | Bytes> {
  readonly kind: 'returns';
  readonly of: Of;
}
/**
 * A text or bytes of any length as the result: `returns(text)` is a string, `returns(bytes)` a Buffer. In C the function
 * gives them to a `mortise_reply *` while it runs, and answers a status; a `mortise_error *` says why it failed.
 */
export function returns<Of extends Text | Bytes>(of: Of): Returns<Of> {
  return Object.freeze({ kind: 'returns', of });
}

export type Parameter = Sized | Handle | Text | Bytes | WritableBuffer | Span | WritableSpan | Out | Callback;
export type Parameters = Readonly<Record<string, Parameter>>;
export type Result = Scalar | Status | StatusWithMessage | None | Returns;

/** One function of a service. Made by `fn`. */
export interface ServiceFunction<
  Takes extends Parameters = Parameters,
  Answer extends Result = Result,
  Later extends boolean = boolean,
  Thread extends 'main' | 'any' = 'main' | 'any',
> {
  readonly parameters: Takes;
  readonly result: Answer;
  /** The version that it came with when that is not the first minor: "1.1". */
  readonly since?: string;
  /** Only here for inference. */
  readonly later?: Later;
  /** On which threads it may be called. */
  readonly thread: Thread;
  /** What C sees when the implementation failed. */
  readonly failure?: number | bigint | boolean;
  /** What it does, for the generated headers. */
  readonly doc?: string;
}

export type ServiceFunctions = Readonly<Record<string, ServiceFunction>>;

/** A named, versioned table of functions. Made by `defineService`. */
export interface Service<Functions extends ServiceFunctions = ServiceFunctions> {
  /** "shop.price_rule" */
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  readonly functions: Functions;
  /** What it is for. */
  readonly doc?: string;
}
