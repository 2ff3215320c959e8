import { expect, it } from 'vitest';
import { bytesOf, readBinary } from '../../src/binary/index.js';
import { refused } from './inside.js';

it.each([
  ['a script', '#!/bin/sh\n'],
  ['a linker script', '/* GNU ld script */'],
  ['a static library (ar archive)', '!<arch>\nfoo.o/'],
  ['a zip archive', 'PK\x03\x04\x14\0'],
  ['a gzip archive', '\x1f\x8b\x08\0'],
  ['a WebAssembly module', '\0asm\x01\0\0\0'],
  ['LLVM bitcode', 'BC\xc0\xde\x35\x14\0\0'],
  ['an HTML page', '<!DOCTYPE html>\n<html><head><title>404</title>'],
  ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\n'],
  ['text: "hello"', 'hello'],
  ['bytes 0001020304', '\0\x01\x02\x03\x04'],
  ['bytes 7f', '\x7f'],
])('says that the file is %s', (found, text) => {
  expect(refused(Buffer.from(text, 'latin1'))).toMatchObject({ code: 'MORTISE_ERR_BINARY_FORMAT', found });
});

it('says that there is nothing', () => {
  expect(() => readBinary(bytesOf(Buffer.alloc(0)))).toThrow(
    expect.objectContaining({ code: 'MORTISE_ERR_FILE_EMPTY' }),
  );
});
