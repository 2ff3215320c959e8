import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { Output } from '../../src/cli/output.js';

/** A stream whose reader takes a chunk when the test says so. */
function slow() {
  const pending: ((error?: Error) => void)[] = [];
  const stream = new Writable({
    highWaterMark: 4,
    write: (_chunk, _encoding, done) => {
      pending.push(done);
    },
  });
  return { stream, take: (error?: Error) => pending.shift()?.(error) };
}

const failure = (code: string) => Object.assign(new Error(code), { code });
const settled = async (promise: Promise<void>) => {
  let state = 'pending';
  promise.then(
    () => (state = 'done'),
    () => (state = 'failed'),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return state;
};

it('waits for a reader that is behind', async () => {
  const { stream, take } = slow();
  const output = new Output(stream, {});
  const written = output.write('more than four');
  expect(await settled(written)).toBe('pending');
  take();
  expect(await settled(written)).toBe('done');
  expect(stream.listenerCount('drain')).toBe(0);
});

it.each(['EPIPE', 'EOF'])('goes on quietly when the reader has gone (%s)', async (code) => {
  const { stream, take } = slow();
  const output = new Output(stream, {});
  const written = output.write('more than four');
  take(failure(code));
  await written;
  expect(output.isClosed).toBe(true);
  await output.write('into the void');
  await output.flush();
});

it('does not hide that the disk is full', async () => {
  const { stream, take } = slow();
  const output = new Output(stream, {});
  const written = output.write('more than four');
  take(failure('ENOSPC'));
  await written;
  await expect(output.write('more')).rejects.toThrow('ENOSPC');
  await expect(output.flush()).rejects.toThrow('ENOSPC');
});

it('flushes what was written', async () => {
  const { stream, take } = slow();
  const output = new Output(stream, {});
  await output.write('abc');
  const flushed = output.flush();
  expect(await settled(flushed)).toBe('pending');
  take();
  take();
  expect(await settled(flushed)).toBe('done');
});
