/** What the plugin beside this file provides, and what it calls; `mortise` is the package in either form. */
export function define({
  buffer,
  bytes,
  callback,
  defineService,
  fn,
  i32,
  i64,
  none,
  out,
  status,
  statusWithMessage,
  text,
}) {
  return {
    /** Written in TypeScript. */
    Held: defineService('test.held', '1.0', {
      take: fn({ data: bytes }, i64, { failure: -1n }),
      read: fn({ words: text }, i64, { failure: -1n }),
      fill: fn({ data: buffer }, statusWithMessage),
      visit: fn({ visit: callback({ part: bytes, words: text }, status) }, i64, { failure: -1n }),
    }),
    /** Written in C. */
    Misuse: defineService('test.misuse', '1.0', {
      lie: fn({ what: i32, place: i32, size: i64 }, i64),
      ask: fn({ size: i64 }, statusWithMessage),
      sum: fn({ data: bytes, ask: i32 }, i64),
      each: fn({ data: bytes, visit: callback({ n: i32 }, status) }, i64),
      write: fn({ data: buffer, visit: callback({}, none) }, status),
      ends: fn({ data: bytes, other: bytes, n: i32, first: out(i64) }, i64),
      keep: fn({ visit: callback({ n: i32 }, i32) }, none),
      stale: fn({ how: i32, visit: callback({ n: i32 }, i32) }, i32),
      wrong: fn({ place: i32, size: i64, visit: callback({ part: bytes, words: text }, status) }, status),
      later: fn({ data: bytes, milliseconds: i32 }, i64, { thread: 'any' }),
      mark: fn({ data: buffer, milliseconds: i32 }, i64, { thread: 'any' }),
    }),
  };
}
