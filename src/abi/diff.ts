/** Loads and writes what `mortise abi-diff` is given. */
import { open, stat, writeFile } from 'node:fs/promises';
import { MortiseError } from '../errors.js';
import { formatSnapshot } from './canonical.js';
import { type HeaderOptions, snapshotHeaders } from './headers.js';
import { type AbiSnapshot, readSnapshot } from './snapshot.js';
import { isHeader } from './text/header-set.js';

/**
 * A directory of headers or one header is compiled (see {@link snapshotHeaders}); a snapshot file is read.
 *
 * @throws MortiseError MORTISE_ERR_ABI_KIND for a file that is neither; those of snapshotHeaders and readSnapshot
 */
export async function loadSnapshot(path: string, options: HeaderOptions = {}): Promise<AbiSnapshot> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory() || isHeader(path)) return snapshotHeaders(path, options);
  if (stats?.isFile() && !path.endsWith('.json') && !(await startsAsJson(path))) {
    // Who names a language says that it is a header: those of C++ have no ending.
    if (options.language) return snapshotHeaders(path, options);
    throw new MortiseError({
      code: 'MORTISE_ERR_ABI_KIND',
      message: 'it is neither a header, nor a snapshot, nor a module',
      subject: path,
      expected:
        'a directory of headers; a file that ends in .h, .hpp, .hh or .hxx; a snapshot; or a .js or .ts module that exports services',
      remedy: 'Name one of these.',
    });
  }
  return readSnapshot(path);
}

/** A snapshot may be called anything. */
async function startsAsJson(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (!file) return true; // reading it says why it can't be read
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return /^\s*\{/.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}

/** @throws MortiseError MORTISE_ERR_USAGE when the file can't be written. */
export async function writeSnapshot(path: string, snapshot: AbiSnapshot): Promise<void> {
  try {
    await writeFile(path, formatSnapshot(snapshot));
  } catch (cause) {
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_USAGE',
        message: `the snapshot cannot be written: ${(cause as Error).message}`,
        subject: path,
        remedy: 'Name a file in a directory that exists and can be written to.',
      },
      { cause },
    );
  }
}
