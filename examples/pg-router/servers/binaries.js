/** Where PostgreSQL's programs are: those that the machine has, or Debian's packages, unpacked and not installed. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const packages = ['postgresql-15', 'postgresql-client-15', 'libpq5'];
const programs = ['initdb', 'postgres', 'pg_basebackup', 'psql', 'pgbench'];
const timeout = 180_000;

/**
 * @typedef {object} Binaries
 * @property {string} folder of `postgres`, `psql` and the others
 * @property {Record<string, string>} env what they need to find their libraries
 */

/**
 * Looks at $PG_BIN, then at the system's own, then unpacks Debian's into the cache.
 * @returns {Binaries | undefined} undefined when there are none and none can be had
 */
export function findPostgres() {
  const given = process.env.PG_BIN;
  const system = given ? [given] : installed();
  const found = system.find((folder) => programs.every((name) => existsSync(join(folder, name))));
  if (found) return { folder: found, env: {} };
  return given ? undefined : unpacked();
}

/** The newest first. */
function installed() {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((one, other) => Number(other) - Number(one));
  return versions.map((version) => join(root, version, 'bin'));
}

/** root's own cache can't be read by the user that the servers run as. */
function cacheFolder() {
  if (process.getuid?.() === 0) return '/var/cache/mortise/postgresql-15';
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise', 'postgresql-15');
}

/** Unpacks Debian's packages, once for all runs. */
export function unpacked(cache = cacheFolder()) {
  const folder = join(cache, 'usr/lib/postgresql/15/bin');
  if (!existsSync(folder) && !unpack(cache)) return undefined;
  // The postgres program finds its own files beside itself, but not libpq, which is another package.
  const libraries = readdirSync(join(cache, 'usr/lib')).find((name) => name.endsWith('-linux-gnu'));
  return { folder, env: { LD_LIBRARY_PATH: join(cache, 'usr/lib', libraries ?? '') } };
}

function unpack(cache) {
  let work;
  try {
    mkdirSync(join(cache, '..'), { recursive: true });
    work = mkdtempSync(join(cache, '..', '.partial-'));
    execFileSync('apt-get', ['download', ...packages], { cwd: work, stdio: 'ignore', timeout });
    const whole = join(work, 'whole');
    for (const archive of readdirSync(work)) {
      execFileSync('dpkg', ['-x', archive, whole], { cwd: work, stdio: 'ignore' });
    }
    execFileSync('chmod', ['-R', 'a+rX', whole]);
    renameSync(whole, cache); // in one step, so that nobody sees half of it
    return true;
  } catch {
    return false;
  } finally {
    if (work) rmSync(work, { recursive: true, force: true });
  }
}
