/** Loads, compares and writes what `mortise abi-diff` is given. */
import { stat, writeFile } from 'node:fs/promises';
import { MortiseError } from '../errors.js';
import { formatSnapshot } from './canonical.js';
import type { CompilerOptions } from './compiler.js';
import { snapshotHeaders } from './headers.js';
import { type AbiSnapshot, readSnapshot } from './snapshot.js';

/** A directory of headers is compiled (see {@link snapshotHeaders}); a file is read. */
export async function loadSnapshot(path: string, options: CompilerOptions = {}): Promise<AbiSnapshot> {
  const isDirectory = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return isDirectory ? snapshotHeaders(path, options) : readSnapshot(path);
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
