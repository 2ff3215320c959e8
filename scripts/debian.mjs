// Debian packages as parts for tests: downloaded once for all runs, unpacked in the user's cache, and never
// installed.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise');
/** In the checkout, so that a person finds the parts: `.cache/debian/mariadb-server/usr/lib/…`. */
const checkout = fileURLToPath(new URL('../.cache', import.meta.url));
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

const timeout = 180_000;
let offline = process.platform !== 'linux';

/**
 * The folder that each package was unpacked in. Undefined when one of them can't be had here: without apt, or
 * without a network.
 * @param {readonly string[]} names
 * @param {string} [suite] of Debian's, such as `unstable`; default: what the machine is set up for
 * @returns {Record<string, string> | undefined}
 */
export function debianPackages(names, suite) {
  const place = suite === undefined ? 'debian' : `debian-${suite}`;
  const unpacked = join(cache, place);
  const missing = names.filter((name) => newest(unpacked, name) === undefined);
  if (missing.length > 0 && !offline) {
    const had = download(unpacked, missing, suite);
    // Another suite may be what can't be had.
    if (suite === undefined) offline = !had;
  }
  const folders = names.map((name) => [name, newest(unpacked, name)]);
  for (const [name, folder] of folders) {
    if (folder === undefined) return undefined;
    link(join(checkout, place), name, folder);
  }
  return Object.fromEntries(folders);
}

/** Folders are `name_version`, spelled as in the archive's name; a later version replaces no earlier one. */
function newest(unpacked, name) {
  if (!existsSync(unpacked)) return undefined;
  const found = readdirSync(unpacked).filter((entry) => entry.startsWith(`${name}_`));
  const [last] = found.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return last && join(unpacked, last);
}

function download(unpacked, names, suite) {
  let work;
  try {
    mkdirSync(unpacked, { recursive: true });
    work = mkdtempSync(join(unpacked, '.partial-'));
    const had =
      suite === undefined
        ? fetchInto(work, names, []) || fetchInto(work, names, ownLists())
        : fetchInto(work, names, listsOf(suite));
    if (!had) return false;
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

const suites = new Map();

/** A configuration of its own: nothing of another suite is offered to the machine. */
function listsOf(suite) {
  const known = suites.get(suite);
  if (known) return known;
  const folder = join(cache, 'apt', suite);
  for (const needed of ['state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(folder, needed), { recursive: true });
  }
  const sources = join(folder, 'sources.list');
  const signed = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  writeFileSync(sources, `deb ${signed}${mirror()} ${suite} main\n`);
  const made = Object.entries({
    'Dir::State': join(folder, 'state'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '-',
    'Dir::Etc::preferences': '-',
    'Dir::Etc::preferencesparts': '-',
    'Acquire::Languages': 'none',
  }).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  execFileSync('apt-get', [...made, 'update'], { stdio: 'ignore', timeout });
  suites.set(suite, made);
  return made;
}

/** Where the machine gets Debian's packages from. */
function mirror() {
  const ask = (options) =>
    execFileSync('apt-get', [...options, 'indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'], {
      encoding: 'utf8',
      timeout,
    })
      .split('\n')
      .find((uri) => /\/debian\/?$/.test(uri));
  const found = ask([]) ?? ask(ownLists());
  if (found === undefined) throw new Error('no source of this machine has Debian’s packages');
  return found;
}

function link(links, name, folder) {
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
