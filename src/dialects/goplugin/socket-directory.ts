/** A private, short directory for the sockets of one program, and for those of the host that it dials. */
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { MortiseError } from '../../errors.js';
import { maxSocketPath } from './address.js';

/** Go makes `plugin` and up to ten digits in it. */
const longestName = '/plugin1234567890';

export interface SocketDirectory {
  readonly path: string;
  /** Says whose it is, for `sweep`: what a killed host left is removed by the next one. */
  record(owner: Owner): void;
  /** With all that is in it. Safe to repeat. */
  remove(): void;
}

export interface Owner {
  host: ProcessName;
  program?: ProcessName;
}

/** A pid alone is given again. */
export interface ProcessName {
  pid: number;
  /** As `startTime` gives it. */
  started: string;
}

export const ownerFile = 'owner.json';

/**
 * @param chosen where to make it; default the user's run-time directory or the one for temporary files
 * @throws MortiseError MORTISE_ERR_SOCKET_DIRECTORY
 */
export function makeSocketDirectory(chosen?: string): SocketDirectory {
  const base = baseDirectory(chosen);
  const path = attempt(base, () => {
    const made = mkdtempSync(join(base, 'p'));
    chmodSync(made, 0o700); // whatever the umask says
    return made;
  });
  return {
    path,
    record: (owner) =>
      attempt(path, () => writeFileSync(join(path, ownerFile), JSON.stringify(owner), { mode: 0o600 })),
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 2 }),
  };
}

/** The one folder of this user's in which all such directories lie. */
export function baseDirectory(chosen?: string): string {
  const places = chosen === undefined ? usualPlaces() : [chosen];
  // On Windows programs listen on TCP.
  const isFit = (place: string) =>
    process.platform === 'win32' || Buffer.byteLength(longestIn(place)) <= maxSocketPath;
  const fitting = places.find(isFit);
  if (fitting === undefined) {
    const [place] = places as [string];
    throw unfit(place, {
      message: `the paths of sockets in it would have ${Buffer.byteLength(longestIn(place))} bytes`,
      expected: `at most ${maxSocketPath} bytes`,
      found: longestIn(place),
      remedy: 'Set `socketDirectory` to a directory with a shorter path.',
    });
  }
  const base = join(fitting, folderName());
  attempt(base, () => mkdirSync(base, { recursive: chosen !== undefined, mode: 0o700 }));
  const stats = attempt(base, () => lstatSync(base));
  const own = process.getuid?.();
  const isPrivate = own === undefined || (stats.uid === own && (stats.mode & 0o077) === 0);
  if (!stats.isDirectory() || !isPrivate) {
    throw unfit(base, {
      message: 'it is not a directory that only this user may enter',
      expected: `a directory of mode 0700 and owner ${own}`,
      found: `${stats.isDirectory() ? 'mode' : 'no directory, mode'} ${(stats.mode & 0o7777).toString(8).padStart(4, '0')}, owner ${stats.uid}`,
      remedy: 'Remove it, or set `socketDirectory` to a directory of your own.',
    });
  }
  return base;
}

function usualPlaces(): string[] {
  const { XDG_RUNTIME_DIR } = process.env;
  const first = XDG_RUNTIME_DIR && isOwnDirectory(XDG_RUNTIME_DIR) ? [XDG_RUNTIME_DIR] : [];
  return [...first, realpathSync(tmpdir()), ...(process.platform === 'win32' ? [] : ['/tmp'])];
}

function isOwnDirectory(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.getuid?.();
}

const folderName = () => `mortise-${process.getuid?.() ?? userInfo().username}`;
const longestIn = (place: string) => join(place, folderName(), 'pXXXXXX') + longestName;

function attempt<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return undefined as T; // it was made before, which is looked at next
    const remedy = 'Set `socketDirectory` to a directory that this user may write to.';
    throw unfit(
      path,
      { message, expected: 'a directory to write to', found: code ?? 'unknown', remedy },
      cause,
    );
  }
}

function unfit(
  subject: string,
  problem: { message: string; expected: string; found: string; remedy: string },
  cause?: unknown,
): MortiseError {
  return new MortiseError({ code: 'MORTISE_ERR_SOCKET_DIRECTORY', subject, ...problem }, { cause });
}
