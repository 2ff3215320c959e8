/** A service with everything that a schema can say, for the tests of what is generated and called. */
import {
  bool,
  buffer,
  bytes,
  callback,
  defineService,
  enumeration,
  f32,
  f64,
  flags,
  fn,
  i8,
  i16,
  i32,
  i64,
  none,
  out,
  record,
  returns,
  safeInteger,
  safeUnsigned,
  span,
  status,
  statusWithMessage,
  text,
  u8,
  u16,
  u32,
  u64,
  writableSpan,
} from '../../../src/index.js';

export const Shape = enumeration('shape', { lowPass: 0, highPass: 1, type: -2 });
export const Mode = flags('mode', { loop: 1, mute: 2, last: 0x80000000 });
export const Point = record('point', { x: f64, y: f32 });
/** With room between its fields, all kinds of numbers, and a record. */
export const Settings = record('settings', {
  tiny: i8,
  gain: f32,
  mode: Mode,
  shape: Shape,
  isLoud: bool,
  frames: u64,
  whole: safeInteger,
  type: u16,
  at: Point,
});

const functions = {
  narrow: fn({ a: i8, b: u8, c: i16, d: u16 }, i32, { doc: 'a + b + c + d' }),
  wide: fn({ a: i64, b: u64, low: out(i64), high: out(u64) }, bool),
  whole: fn({ value: safeInteger }, safeInteger, { failure: -7 }),
  real: fn({ a: f32, b: f64, half: out(f32) }, f64),
  flag: fn({ yes: bool, not: out(bool) }, status, { doc: 'Turns `yes` round.' }),
  join: fn({ left: text, right: text, size: out(u64), joined: buffer }, statusWithMessage),
  sum: fn({ type: bytes, total: out(u32) }, status),
  each: fn(
    {
      items: bytes,
      visit: callback({ index: u32, item: u8, name: text, rest: bytes }, i32),
      stop: callback({}, status),
    },
    statusWithMessage,
  ),
  // Two more than the registers of x86-64, and floating-point numbers between them.
  many: fn({ a: i32, b: f64, c: i32, d: i32, e: f64, f: i32, g: i32, h: i32, i: i64, sum: out(f64) }, status),
  note: fn({ type: u16 }, none),
  scale: fn({ samples: span(f32), by: f64, scaled: writableSpan(f32) }, statusWithMessage),
  total: fn({ counts: span(u64), kind: span(i16), visit: callback({}, none) }, i64, { failure: -1n }),
  name: fn(
    {
      shape: Shape,
      mode: Mode,
      count: safeUnsigned,
      visit: callback({ shape: Shape, mode: Mode }, none),
      other: out(Shape),
      both: out(Mode),
      next: out(safeUnsigned),
    },
    status,
  ),
  tune: fn({ settings: Settings, step: u8, tuned: out(Settings), middle: out(Point) }, statusWithMessage),
  greet: fn({ name: text, size: out(u64) }, returns(text)),
  blob: fn({ size: u32 }, returns(bytes)),
  single: fn({ value: f32 }, f32, { failure: -1 }),
} as const;

/** Served by TypeScript, called by plugins. */
export const Served = defineService('test.served', '1.0', functions, { doc: 'everything, for tests' });
/** Provided by plugins, called by TypeScript. */
export const Used = defineService('test.used', '1.1', {
  ...functions,
  latest: fn({ value: u8 }, u8, { since: '1.1', thread: 'any' }),
});
