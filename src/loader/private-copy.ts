/** Copies of the files that were checked, in a directory that only this user can write to. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { ByteSource, OpenFile } from '../binary/index.js';
import { MortiseError, type Problem } from '../errors.js';
import { discard, sign, sweep } from './abandoned.js';
import { eachChunk } from './bytes.js';
import type { Dependency } from './dependencies/index.js';
import { Mirror, withoutTokens } from './mirror.js';

const chunk = 1024 * 1024;
/** Windows can't remove a file that nobody may write to. */
const copyMode = process.platform === 'win32' ? 0o700 : 0o500;

/**
 * Where a host keeps the copies that it loads: what was checked is what is loaded, and each copy is a
 * library of its own to the system's loader, which takes the same file twice for one.
 */
export class PrivateDirectory {
  readonly #base: string;
  #path: string;
  #made: Stats;
  #copies = 0;
  #staged = 0;
  #removed = false;

  private constructor(base: string) {
    this.#base = base;
    this.#path = make(base);
    try {
      this.#made = lstatSync(this.#path);
    } catch (cause) {
      throw failure(base, this.#path, cause);
    }
  }

  /**
   * Makes `mortise-<pid>-<random>` in `base`, which only this user can enter, and removes those that killed
   * processes of the same user left there.
   *
   * @throws MortiseError MORTISE_ERR_COPY_FAILED
   */
  static create(base: string = tmpdir()): PrivateDirectory {
    const directory = new PrivateDirectory(resolve(base));
    sweep(directory.#base);
    return directory;
  }

  get path(): string {
    return this.#path;
  }

  /**
   * Copies a file before it is checked, so that it can be checked in the copy. `copy` puts it where it belongs.
   *
   * @returns where it is, and the digest of its bytes in lower-case hex
   * @throws MortiseError MORTISE_ERR_COPY_FAILED
   */
  async stage(file: OpenFile): Promise<{ path: string; sha256: string }> {
    this.#assertThere(file.path);
    this.#renewIfGone();
    const own = join(this.#path, 'staged', String(++this.#staged));
    try {
      mkdirSync(own, { mode: 0o700, recursive: true });
      const path = join(own, withoutTokens(basename(file.path)));
      const hash = createHash('sha256');
      const fd = openSync(path, 'wx', copyMode);
      try {
        await eachChunk(file, (bytes) => {
          hash.update(bytes);
          writeWhole(fd, bytes);
        });
      } finally {
        closeSync(fd);
      }
      return { path, sha256: hash.digest('hex') };
    } catch (error) {
      rmSync(own, { recursive: true, force: true });
      throw error instanceof MortiseError ? error : failure(file.path, this.#path, error);
    }
  }

  /**
   * Writes the bytes of `source` to a file of the same name, and returns its absolute path. The same file
   * can be copied any number of times.
   *
   * Libraries that were found beside the original (`$ORIGIN`, `@loader_path`) lie at the same places beside the copy:
   * their own copies where they have been staged. Debug files are linked. The others are found as before.
   *
   * @param path Where the bytes come from; absolute, as it was given to `resolveDependencies`.
   * @param sha256 Of what was checked: lower-case hex.
   * @param mirrored The library's dependencies; those that don't lie beside it are passed over.
   * @param climbs Whether a path in it leads to directories above its own. Without one, and without libraries beside it,
   *   those directories are left out: to make and to remove them takes longer than all else here.
   * @throws MortiseError MORTISE_ERR_COPY_FAILED, also when the bytes are not those of which `sha256` was taken
   */
  copy(
    path: string,
    source: ByteSource,
    sha256: string,
    mirrored: readonly Dependency[],
    climbs = true,
  ): string {
    this.#assertThere(path);
    this.#renewIfGone();
    const original = resolve(path);
    const own = join(this.#path, String(++this.#copies));
    try {
      mkdirSync(own, { mode: 0o700 });
      const beside = mirrored.filter((one): one is Found => one.beside && one.path !== undefined);
      const places = beside.flatMap((one) => [one.path, ...(one.also ?? [])]);
      const flat = !climbs && places.length === 0;
      const mirror = new Mirror(own, [original, ...places], flat ? dirname(original) : '');
      const target = mirror.place(original);
      writeChecked(target, source, sha256, original);
      for (const one of beside) {
        const first = mirror.place(one.path);
        if (one.copy !== undefined) putAgain(one.copy, first);
        else copyFileSync(one.path, first);
        for (const path of one.also ?? []) putAgain(first, mirror.place(path));
      }
      for (const debug of debugFiles(original)) linkTo(debug, mirror.place(debug));
      return target;
    } catch (error) {
      rmSync(own, { recursive: true, force: true });
      throw error instanceof MortiseError ? error : failure(original, this.#path, error);
    }
  }

  /** Removes all copies; libraries that are loaded from them stay usable. Calling it again does nothing. */
  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    if (this.#isThere()) discard(this.#path);
  }

  #assertThere(path: string): void {
    if (this.#removed) {
      throw new MortiseError({
        code: 'MORTISE_ERR_HOST_CLOSED',
        message: 'its private directory is gone',
        subject: path,
      });
    }
  }

  /** Cleaners of temporary files take directories that nobody read for days, and anyone could make them anew. */
  #renewIfGone(): void {
    if (this.#isThere()) return;
    this.#path = make(this.#base);
    this.#made = lstatSync(this.#path);
  }

  #isThere(): boolean {
    const now = lstatSync(this.#path, { throwIfNoEntry: false });
    if (!now) return false;
    // The number alone proves nothing: file systems give it to the next directory that is made.
    const same = (['dev', 'ino', 'uid', 'mode', 'birthtimeMs'] as const).every(
      (key) => now[key] === this.#made[key],
    );
    return same && now.isDirectory();
  }
}

type Found = Dependency & { path: string };

function writeChecked(target: string, source: ByteSource, sha256: string, original: string): void {
  const hash = createHash('sha256');
  const fd = openSync(target, 'wx', copyMode);
  try {
    for (let offset = 0; offset < source.size; offset += chunk) {
      const bytes = readChecked(source, offset, original);
      hash.update(bytes);
      writeWhole(fd, bytes);
    }
  } finally {
    closeSync(fd);
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw changed(original, sha256, found);
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

/** The same file again where the file system can do that. Only of a private one, which nobody else can reach. */
function putAgain(own: string, place: string): void {
  if (lstatSync(place, { throwIfNoEntry: false })) return;
  try {
    linkSync(own, place);
  } catch {
    copyFileSync(own, place);
  }
}

function readChecked(source: ByteSource, offset: number, original: string): Buffer {
  try {
    return source.read(offset, Math.min(chunk, source.size - offset));
  } catch (error) {
    if (error instanceof MortiseError && error.code === 'MORTISE_ERR_BINARY_TRUNCATED') {
      throw changed(original, `${source.size} bytes`, 'fewer');
    }
    throw error;
  }
}

/** The system's loader finds it by the mirrored path, and maps the real file. */
function linkTo(original: string, place: string): void {
  if (lstatSync(place, { throwIfNoEntry: false })) return;
  const real = realpathSync(original);
  // Links need a privilege on Windows.
  if (process.platform === 'win32') copyFileSync(real, place);
  else symlinkSync(real, place);
}

/** Where debuggers look for a .gnu_debuglink or a .dSYM: beside the library, and in .debug there. */
function debugFiles(original: string): string[] {
  const [directory, name] = [dirname(original), basename(original)];
  return [
    join(directory, `${name}.debug`),
    join(directory, '.debug', name),
    join(directory, '.debug', `${name}.debug`),
    join(directory, `${name}.dSYM`),
  ].filter((path) => existsSync(path));
}

function make(base: string): string {
  if (withoutTokens(base) !== base) throw tokenInside(base);
  let path: string | undefined;
  try {
    path = mkdtempSync(join(base, `mortise-${process.pid}-`));
    sign(path);
    return path;
  } catch (error) {
    // A full disk has room for a directory, and not for a file.
    if (path !== undefined) rmSync(path, { recursive: true, force: true });
    throw failure(base, base, error);
  }
}

function tokenInside(base: string): MortiseError {
  const [found] = /\$\{?(ORIGIN|LIB|PLATFORM)\}?/.exec(base) ?? [base];
  return new MortiseError({
    code: 'MORTISE_ERR_COPY_FAILED',
    message: `${found} in the path of the private directory means another directory to the system's loader`,
    subject: base,
    where: base,
    expected: 'a path without $ORIGIN, $LIB and $PLATFORM',
    found,
    remedy: 'Set privateDirectory to a directory whose path has no such part.',
  });
}

function changed(path: string, expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_COPY_FAILED',
    message: 'the file changed while it was read',
    subject: path,
    expected,
    found,
    remedy: 'Load it again when nothing writes to it; install a new version by renaming it into place.',
  });
}

const spaceOut = ['ENOSPC', 'EDQUOT'];
const mayNot = ['EACCES', 'EPERM', 'EROFS'];

/** What else the system says, in words, and what to do about that alone. */
const others: Record<string, [message: string, remedy: string]> = {
  ENOENT: [
    'the private directory does not exist',
    'Create it, or set privateDirectory or TMPDIR to one that exists.',
  ],
  ENOTDIR: ['the private directory is a file', 'Set privateDirectory or TMPDIR to a directory.'],
  ENAMETOOLONG: [
    'the path of the private copy is too long for its file system',
    'Set privateDirectory to one with a shorter path.',
  ],
  EFBIG: ['this process may not write so large a file', 'Raise the limit on the size of files: ulimit -f.'],
  EMFILE: ['this process has no more file descriptors', 'Raise the limit on open files: ulimit -n.'],
  ENFILE: ['this system has no more file descriptors', 'End what holds so many files open.'],
};

function failure(subject: string, directory: string, cause: unknown): MortiseError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const problem: Problem = { code: 'MORTISE_ERR_COPY_FAILED', message, subject, where: directory };
  if (code === 'ERR_ACCESS_DENIED') {
    problem.message = 'Node.js’s permission model denies the private copy';
    problem.remedy = `Start Node.js with --allow-fs-read and --allow-fs-write for ${directory}, or set privateDirectory.`;
  } else if (spaceOut.includes(code)) {
    problem.message = 'no space is left for the private copy';
    problem.remedy = 'Make room there, or set privateDirectory to a directory that has some.';
  } else if (mayNot.includes(code)) {
    problem.message = `the private copy cannot be written: ${message}`;
    problem.remedy = 'Set privateDirectory to a directory that this user can write to.';
  } else {
    const [said, remedy] = others[code] ?? [message, 'Set privateDirectory to a directory on a local disk.'];
    problem.message = said;
    problem.remedy = remedy;
  }
  return new MortiseError(problem, { cause });
}
