/** Opens a file safely and reads from it. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { MortiseError } from '../errors.js';
import { assertInside } from './bytes.js';
import { hex, truncated } from './faults.js';
import type { ByteSource } from './image.js';

/** A source that holds a file open. Closing twice is fine; reading after it is not. */
export interface OpenFile extends ByteSource {
  readonly path: string;
  /** Permission bits and owner, as `fs.Stats` gives them: those of the file that is open, whatever the path means now. */
  readonly mode: number;
  readonly uid: number;
  /** @throws MortiseError MORTISE_ERR_FILE_CHANGED when it was written to since it was opened */
  assertUnchanged(): void;
  close(): void;
}

/**
 * Opens a regular, non-empty file for reading at offsets; nothing of it is read yet.
 *
 * @throws MortiseError MORTISE_ERR_FILE_MISSING, _NOT_REGULAR, _UNREADABLE or _EMPTY
 */
export function openFile(path: string): OpenFile {
  // Asked before opening, because to open a device can already do something…
  assertRegular(
    path,
    attempt(path, () => statSync(path)),
  );
  // …and never wait: between the two calls the path may have become a FIFO that nobody writes to.
  // Windows has no such flag, and no FIFOs among its files.
  const fd = attempt(path, () => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  let stats: Stats;
  try {
    stats = attempt(path, () => fstatSync(fd));
    assertRegular(path, stats);
  } catch (error) {
    closeSync(fd);
    throw error;
  }

  let open = true;
  return {
    path,
    size: stats.size,
    mode: stats.mode,
    uid: stats.uid,
    assertUnchanged() {
      const now = attempt(path, () => fstatSync(fd));
      const same = now.size === stats.size && now.mtimeMs === stats.mtimeMs && now.ctimeMs === stats.ctimeMs;
      if (!same) throw changed(path, stats, now);
    },
    read(offset, length, into) {
      assertInside(this, offset, length);
      const bytes = into?.subarray(0, length) ?? Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const count = attempt(path, () => readSync(fd, bytes, filled, length - filled, offset + filled));
        if (count === 0) {
          throw truncated(
            this,
            `offset ${hex(offset + filled)}`,
            `${stats.size} bytes`,
            'a file that shrank meanwhile',
          );
        }
        filled += count;
      }
      return bytes;
    },
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

function changed(path: string, before: Stats, now: Stats): MortiseError {
  const text = ({ size, mtime }: Stats) => `${size} bytes of ${mtime.toISOString()}`;
  return new MortiseError({
    code: 'MORTISE_ERR_FILE_CHANGED',
    message: 'it changed while it was read',
    subject: path,
    expected: text(before),
    found: text(now),
    remedy: 'Try again when nothing writes to it; install a new version by renaming it into place.',
  });
}

function assertRegular(path: string, stats: Stats): void {
  if (!stats.isFile()) {
    throw new MortiseError({
      code: 'MORTISE_ERR_FILE_NOT_REGULAR',
      message: `it is ${kindOf(stats)}`,
      subject: path,
      expected: 'a regular file',
      found: kindOf(stats),
      remedy: stats.isDirectory() ? 'Name a file inside it.' : 'Name the shared library itself.',
    });
  }
  if (stats.size === 0) {
    throw new MortiseError({
      code: 'MORTISE_ERR_FILE_EMPTY',
      message: 'the file is empty',
      subject: path,
      expected: 'a shared library',
      found: '0 bytes',
      remedy: 'Build or copy the file again; the last attempt left nothing in it.',
    });
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/** Runs one file-system call and gives its failure a code. */
function attempt<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    const { code = 'unknown', message } = cause as NodeJS.ErrnoException;
    // A NUL in the path (ERR_INVALID_ARG_VALUE) and a name that is too long can name no file either.
    const missing = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(code);
    throw new MortiseError(
      {
        code: missing ? 'MORTISE_ERR_FILE_MISSING' : 'MORTISE_ERR_FILE_UNREADABLE',
        message: missing ? 'there is no such file' : message,
        subject: path,
        expected: 'a file that can be read',
        found: code,
        remedy: missing
          ? 'Check the path, and that a symbolic link in it leads somewhere.'
          : 'Give the user that runs this process the right to read the file and to enter its directories.',
      },
      { cause },
    );
  }
}
