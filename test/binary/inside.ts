import { expect } from 'vitest';
import { type BinaryFile, type ByteSource, bytesOf, readBinary } from '../../src/binary/index.js';
import { MortiseError } from '../../src/errors.js';

/** A source that fails the test when a read goes past the end instead of being refused as one. */
export function watched(bytes: Buffer): ByteSource & { total: number } {
  const source = bytesOf(bytes, 'damaged.so');
  return {
    size: source.size,
    path: source.path,
    total: 0,
    read(offset, length) {
      const view = source.read(offset, length);
      if (view.length !== length || offset < 0 || offset + length > bytes.length) {
        throw new Error(`read ${length} bytes from ${offset} of ${bytes.length}`);
      }
      this.total += length;
      return view;
    },
  };
}

/** The record, or the coded error that refused the file. Anything else is a failure of the reader. */
export function outcomeOf(bytes: Buffer): BinaryFile | MortiseError {
  const source = watched(bytes);
  const outcome = attempt(source);
  // A table or two may be read twice (the relocations, say), and small reads come by the page.
  if (source.total > 4 * bytes.length + 64 * 1024) {
    throw new Error(`read ${source.total} bytes of a file of ${bytes.length}`);
  }
  return outcome;
}

function attempt(source: ByteSource): BinaryFile | MortiseError {
  try {
    return readBinary(source);
  } catch (error) {
    if (error instanceof MortiseError && /^MORTISE_ERR_(FILE|BINARY)_/.test(error.code)) return error;
    throw error;
  }
}

/** Asserts that a file is refused, and that the error says all that a person needs. */
export function refused(bytes: Buffer): MortiseError {
  const outcome = outcomeOf(bytes);
  if (!(outcome instanceof MortiseError)) throw new Error('the file was not refused');
  expect(outcome).toMatchObject({
    subject: 'damaged.so',
    where: expect.any(String),
    remedy: expect.any(String),
  });
  return outcome;
}
