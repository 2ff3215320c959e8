/** The coded errors for files that are malformed, truncated or too large. */
import type { MortiseError as Coded, Problem } from '../errors.js';
import { MortiseError } from '../errors.js';

/** What a fault is about: a file that knows its path, or bytes in memory that don't. */
interface Subject {
  readonly path?: string;
}

type Details = Pick<Problem, 'expected' | 'found' | 'remedy'>;

/** The file is of a kind that the reader doesn't know. */
export function notAnImage(
  source: Subject,
  message: string,
  details: Details & Pick<Problem, 'where'>,
): Coded {
  return new MortiseError({
    code: 'MORTISE_ERR_BINARY_FORMAT',
    message,
    subject: source.path,
    where: 'offset 0x0',
    remedy: 'Name the shared library itself: a .so, .dylib, .dll or .node file.',
    ...details,
  });
}

/** A structure says that its bytes go on where the file has ended. */
export function truncated(source: Subject, where: string, expected: string, found: string): Coded {
  return new MortiseError({
    code: 'MORTISE_ERR_BINARY_TRUNCATED',
    message: 'the file ends before what it describes',
    subject: source.path,
    where,
    expected,
    found,
    remedy: 'Copy or download the file again; a part of it is missing.',
  });
}

/** Two statements of the file can't both be true. */
export function malformed(source: Subject, where: string, message: string, details: Details = {}): Coded {
  return new MortiseError({
    code: 'MORTISE_ERR_BINARY_MALFORMED',
    message,
    subject: source.path,
    where,
    remedy: 'Build the library again, or get a fresh copy: its headers are damaged.',
    ...details,
  });
}

/** A count or a size is beyond anything that a linker writes. */
export function tooMuch(source: Subject, where: string, what: string, limit: number, found: number): Coded {
  return new MortiseError({
    code: 'MORTISE_ERR_BINARY_LIMIT',
    message: `too many ${what}`,
    subject: source.path,
    where,
    expected: `at most ${limit}`,
    found: String(found),
    remedy: 'Build the library again, or get a fresh copy: no real library is like this.',
  });
}

/** An offset as error messages write it. */
export function hex(offset: number): string {
  return `0x${offset.toString(16)}`;
}
