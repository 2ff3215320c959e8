import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  opendirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { ByteSource } from '../binary/index.js';
import { MortiseError, type Problem } from '../errors.js';
import type { Dependency } from './dependencies/index.js';

const chunk = 1024 * 1024;
/** A temporary directory can hold a million files of others: look at so many, and remove so many. */
const maxEntries = 20_000;
const maxSwept = 64;
const ownerFile = 'owner';

/**
 * Where a host keeps the copies that it loads: what was checked is what is loaded, and each copy is a
 * library of its own to the system's loader, which takes the same file twice for one.
 */
export class PrivateDirectory {
  readonly #base: string;
  #path: string;
  #made: Stats;
  #copies = 0;
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
   * Writes the bytes of `source` to a file of the same name, and returns its absolute path. The same file
   * can be copied any number of times.
   *
   * Libraries that were found beside the original (`$ORIGIN`, `@loader_path`) are linked at the same places
   * beside the copy, and debug files too. The others are found as before.
   *
   * @param path Where the bytes come from; absolute, as it was given to `resolveDependencies`.
   * @param sha256 Of what was checked: lower-case hex.
   * @param mirrored The library's dependencies; those that don't lie beside it are passed over.
   * @throws MortiseError MORTISE_ERR_COPY_FAILED, also when the bytes are not those of which `sha256` was taken
   */
  copy(path: string, source: ByteSource, sha256: string, mirrored: readonly Dependency[]): string {
    if (this.#removed) {
      throw new MortiseError({
        code: 'MORTISE_ERR_HOST_CLOSED',
        message: 'its private directory is gone',
        subject: path,
      });
    }
    this.#renewIfGone();
    const original = resolve(path);
    const own = join(this.#path, String(++this.#copies));
    try {
      mkdirSync(own, { mode: 0o700 });
      const beside = mirrored.filter((one): one is Found => one.beside && one.path !== undefined);
      const mirror = new Mirror(own, [original, ...beside.map((one) => one.path)]);
      const target = mirror.place(original);
      writeChecked(target, source, sha256, original);
      for (const one of beside) linkTo(one.path, mirror.place(one.path));
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

/** The file system's tree again, below a directory of our own. */
class Mirror {
  readonly #root: string;

  constructor(root: string, originals: readonly string[]) {
    // A path may have more `..` than directories (`$ORIGIN/../../../lib`): the root is its own parent, and
    // ours is not. So many levels keep such a path inside.
    const above = Math.max(...originals.map(levelsAboveRoot));
    this.#root = join(root, ...Array.from({ length: above }, () => 'root'));
  }

  /** Where a file of that path belongs. All directories that the path goes through exist then. */
  place(original: string): string {
    const parts = split(original);
    for (let count = 0; count < parts.length; count++) {
      mkdirSync(join(this.#root, ...parts.slice(0, count)), { recursive: true, mode: 0o700 });
    }
    return join(this.#root, ...parts);
  }
}

function levelsAboveRoot(path: string): number {
  let depth = 0;
  let lowest = 0;
  for (const part of split(path)) {
    depth += part === '..' ? -1 : 1;
    lowest = Math.min(lowest, depth);
  }
  return -lowest;
}

/** The parts of an absolute path; a Windows drive `C:` is the directory `C`. */
function split(path: string): string[] {
  const separator = process.platform === 'win32' ? /[\\/]+/ : /\/+/;
  const plain = process.platform === 'win32' ? path.replace(/^([a-z]):/i, '$1') : path;
  return plain.split(separator).filter((part) => part !== '' && part !== '.');
}

function writeChecked(target: string, source: ByteSource, sha256: string, original: string): void {
  const hash = createHash('sha256');
  // Windows can't remove a file that nobody may write to.
  const fd = openSync(target, 'wx', process.platform === 'win32' ? 0o700 : 0o500);
  try {
    for (let offset = 0; offset < source.size; offset += chunk) {
      const bytes = readChecked(source, offset, original);
      hash.update(bytes);
      for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    }
  } finally {
    closeSync(fd);
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw changed(original, sha256, found);
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
  try {
    const path = mkdtempSync(join(base, `mortise-${process.pid}-`));
    writeFileSync(join(path, ownerFile), `${machine()}\n${startOf(process.pid) ?? ''}\n`, { mode: 0o600 });
    return path;
  } catch (error) {
    throw failure(base, base, error);
  }
}

/**
 * Removes the directories of dead processes. In doubt a directory stays: a process of another container or
 * of another machine that shares the file system looks dead from here.
 */
function sweep(base: string): void {
  try {
    const entries = opendirSync(base);
    try {
      let swept = 0;
      for (let seen = 0; seen < maxEntries && swept < maxSwept; seen++) {
        const name = entries.readSync()?.name;
        if (name === undefined) break;
        const pid = /^mortise-([1-9]\d{0,8})-[A-Za-z0-9]{6}$/.exec(name)?.[1];
        if (pid === undefined || !isAbandoned(join(base, name), Number(pid))) continue;
        discard(join(base, name));
        swept++;
      }
    } finally {
      entries.closeSync();
    }
  } catch {
    // What others left does not keep this host from starting.
  }
}

function isAbandoned(path: string, pid: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory() || (process.getuid && stats.uid !== process.getuid())) return false;
  let owner: string;
  try {
    owner = readFileSync(join(path, ownerFile), 'utf8');
  } catch {
    return false; // Being made just now.
  }
  const [where, started] = owner.split('\n');
  if (where !== machine()) return false;
  return !isAlive(pid) || (started !== '' && started !== startOf(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Where process ids mean the same processes as here: this boot, this container. */
function machine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** When a process started, in clock ticks since boot (proc(5), stat, field 22): a second process of that id has another. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, field 2, may hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Windows doesn't remove what is loaded: the sweep of a later process does. */
function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  }
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

const spaceOut = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const mayNot = ['EACCES', 'EPERM', 'EROFS'];

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
    problem.remedy = 'Set privateDirectory to a directory that exists, with a short path, on a local disk.';
  }
  return new MortiseError(problem, { cause });
}
