/** Puts a lock file in place as a whole, or not at all. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { MortiseError } from '../../errors.js';

/** One that already says the same is left alone. @throws MortiseError MORTISE_ERR_LOCK_WRITE */
export function saveLock(path: string, text: string): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    if (isSame(path, text)) return;
    writeFileSync(partial, text, { flag: 'wx' });
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    const { message } = cause as Error;
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_LOCK_WRITE',
        message,
        subject: path,
        remedy: 'Name another file with --output, or make its directory writable.',
      },
      { cause },
    );
  }
}

function isSame(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
}
