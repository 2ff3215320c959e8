// Debian packages as parts for tests: downloaded once for all runs, unpacked in the user's cache, and never
// installed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise');
const unpacked = join(cache, 'debian');
/** In the checkout, so that a person finds the parts: `.cache/debian/mariadb-server/usr/lib/…`. */
const links = fileURLToPath(new URL('../.cache/debian', import.meta.url));

const timeout = 180_000;
let offline = process.platform !== 'linux';

/**
 * The folder that each package was unpacked in. Undefined when one of them can't be had here: without apt, or
 * without a network.
 * @param {readonly string[]} names
 * @returns {Record<string, string> | undefined}
 */
export function debianPackages(names) {
  const missing = names.filter((name) => newest(name) === undefined);
  if (missing.length > 0 && !offline) offline = !download(missing);
  const folders = names.map((name) => [name, newest(name)]);
  for (const [name, folder] of folders) {
    if (folder === undefined) return undefined;
    link(name, folder);
  }
  return Object.fromEntries(folders);
}

/** Folders are `name_version`, spelled as in the archive's name; a later version replaces no earlier one. */
function newest(name) {
  if (!existsSync(unpacked)) return undefined;
  const found = readdirSync(unpacked).filter((entry) => entry.startsWith(`${name}_`));
  const [last] = found.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return last && join(unpacked, last);
}

function download(names) {
  let work;
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

function fetchInto(folder, names, options) {
  try {
    execFileSync('apt-get', [...options, 'download', ...names], { cwd: folder, stdio: 'ignore', timeout });
    return true;
  } catch {
    return false;
  }
}

let lists;

/** Where the package lists were never read, or are too old, they are read into the cache: nothing of root's. */
function ownLists() {
  if (lists) return lists;
  const state = join(cache, 'apt', 'state');
  const archives = join(cache, 'apt', 'cache');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(archives, 'archives', 'partial'), { recursive: true });
  lists = ['-o', `Dir::State=${state}`, '-o', `Dir::Cache=${archives}`];
  execFileSync('apt-get', [...lists, 'update'], { stdio: 'ignore', timeout });
  return lists;
}

function link(name, folder) {
  const path = join(links, name);
  if (existsSync(path)) return;
  mkdirSync(links, { recursive: true });
  rmSync(path, { force: true }); // a link that leads nowhere
  try {
    symlinkSync(folder, path);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error; // another run made it
  }
}
