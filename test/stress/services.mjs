/** The services of the stress: one that TypeScript serves, and one that its plugin does. */
import {
  bytes,
  callback,
  defineService,
  f64,
  fn,
  i64,
  none,
  out,
  status,
  statusWithMessage,
  text,
} from '../../dist/index.js';

export const Six = defineService('stress.six', '1.0', {
  take: fn({ data: bytes }, i64, { failure: -1n }),
  words: fn({ said: text, count: out(i64) }, statusWithMessage),
  half: fn({ of: f64 }, f64),
  call: fn({ back: callback({ value: i64 }, i64) }, i64, { failure: -1n }),
  plus: fn({ a: i64, b: i64 }, i64, { failure: -1n }),
  note: fn({}, none),
});

export const Plug = defineService('stress.plug', '1.0', {
  each: fn({ data: bytes, visit: callback({ index: i64, part: bytes }, status) }, status),
  all: fn({}, i64, { failure: -1n }),
  slow: fn({ data: bytes }, i64, { failure: -1n, thread: 'any' }),
});
