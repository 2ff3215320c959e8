/**
 * Debian packages as parts for tests: downloaded once for all runs, unpacked in the user's cache, and never
 * installed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise');
const unpacked = join(cache, 'debian');
/** In the checkout, so that a person finds the parts: `.cache/debian/mariadb-server/usr/lib/…`. */
const links = resolve(import.meta.dirname, '../../../.cache/debian');

const timeout = 180_000;
let offline = process.platform !== 'linux';

/**
 * The folder that each package was unpacked in. Undefined when one of them can't be had here: without apt, or
 * without a network.
 */
export function debianPackages<Name extends string>(
  names: readonly Name[],
): Record<Name, string> | undefined {
  const missing = names.filter((name) => newest(name) === undefined);
  if (missing.length > 0 && !offline) offline = !download(missing);
  const folders = names.map((name) => [name, newest(name)] as const);
  for (const [name, folder] of folders) {
    if (folder === undefined) return undefined;
    link(name, folder);
  }
  return Object.fromEntries(folders) as Record<Name, string>;
}

/** Folders are `name_version`, spelled as in the archive's name; a later version replaces no earlier one. */
function newest(name: string): string | undefined {
  if (!existsSync(unpacked)) return undefined;
  const found = readdirSync(unpacked).filter((entry) => entry.startsWith(`${name}_`));
  const [last] = found.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return last && join(unpacked, last);
}

function download(names: readonly string[]): boolean {
  let work: string | undefined;
  try {
    mkdirSync(unpacked, { recursive: true });
    work = mkdtempSync(join(unpacked, '.partial-'));
    if (!fetchInto(work, names, []) && !fetchInto(work, names, ownLists())) return false;
    for (const archive of readdirSync(work).filter((entry) => entry.endsWith('.deb'))) {
      const name = archive.split('_').slice(0, 2).join('_');
      execFileSync('dpkg', ['-x', join(work, archive), join(work, name)], { stdio: 'ignore' });
      // In one step, so that no other run sees half of it; when another was faster, its copy is as good.
      if (!existsSync(join(unpacked, name))) renameSync(join(work, name), join(unpacked, name));
    }
    return true;
  } catch {
    return false;
  } finally {
    if (work) rmSync(work, { recursive: true, force: true });
  }
}

function fetchInto(folder: string, names: readonly string[], options: readonly string[]): boolean {
  try {
    execFileSync('apt-get', [...options, 'download', ...names], { cwd: folder, stdio: 'ignore', timeout });
    return true;
  } catch {
    return false;
  }
}

let lists: readonly string[] | undefined;

/** Where the package lists were never read, or are too old, they are read into the cache: nothing of root's. */
function ownLists(): readonly string[] {
  if (lists) return lists;
  const state = join(cache, 'apt', 'state');
  const archives = join(cache, 'apt', 'cache');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(archives, 'archives', 'partial'), { recursive: true });
  lists = ['-o', `Dir::State=${state}`, '-o', `Dir::Cache=${archives}`];
  execFileSync('apt-get', [...lists, 'update'], { stdio: 'ignore', timeout });
  return lists;
}

function link(name: string, folder: string): void {
  const path = join(links, name);
  if (existsSync(path)) return;
  mkdirSync(links, { recursive: true });
  rmSync(path, { force: true }); // a link that leads nowhere
  try {
    symlinkSync(folder, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another run made it
  }
}
