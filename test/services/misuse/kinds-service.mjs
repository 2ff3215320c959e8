/** What kinds.c provides; `mortise` is the package in either form. */
export function define({
  defineService,
  f64,
  fn,
  handle,
  i8,
  i32,
  none,
  out,
  record,
  returns,
  status,
  text,
  u32,
}) {
  const Stream = handle('stream', { destroy: 'close' });
  const Pair = record('pair', { first: i8, second: f64 });
  return defineService('test.kinds', '1.0', {
    repeat: fn({ how: i32, times: u32 }, returns(text), { thread: 'any' }),
    swap: fn({ pair: Pair, swapped: out(Pair) }, status),
    open: fn({ stream: out(Stream) }, status, { thread: 'any' }),
    next: fn({ stream: Stream, step: i32 }, i32, { thread: 'any' }),
    close: fn({ stream: Stream }, none, { thread: 'any' }),
    count: fn({}, i32),
  });
}
