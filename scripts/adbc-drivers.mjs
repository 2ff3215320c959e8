// npm run adbc-drivers: fetches real ADBC drivers for tests and examples, from PyPI's wheels and an npm package, into
// the user's cache. Nothing is installed, and nothing of them runs. Tests fetch what they need by themselves.
//   npm run adbc-drivers             fetches all that aren't there, and says where they are
//   npm run adbc-drivers -- NAME…    only these
//   npm run adbc-drivers -- --where  says where those are that are there, as JSON
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { line } from './progress.mjs';
import { which } from './tools.mjs';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise', 'adbc-drivers');
const timeout = 180_000;
const wheel = (name, version = '1.13.0') => ({
  from: 'PyPI',
  of: `adbc-driver-${name}`,
  version,
  file: `adbc_driver_${name}/libadbc_driver_${name}.so`,
});

/** The drivers that the tests know: which package has each, and where in it. */
const drivers = {
  sqlite: wheel('sqlite'),
  postgresql: wheel('postgresql'),
  flightsql: wheel('flightsql'),
  snowflake: wheel('snowflake', '1.11.0'),
  duckdb: {
    from: 'npm',
    of: `@duckdb/node-bindings-linux-${process.arch}`,
    version: '1.5.6-r.1',
    file: 'package/libduckdb.so',
  },
};

const folder = (name) => join(cache, `${name}@${drivers[name].version}`);
const place = (name) => join(folder(name), drivers[name].file);
let offline = process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch);

/**
 * The files of drivers, by name: `{ sqlite: '/home/…/libadbc_driver_sqlite.so' }`. Fetches those that aren't there.
 * @param {readonly string[]} names
 * @returns {Record<string, string> | undefined} undefined when one of them can't be had here
 */
export function adbcDrivers(names) {
  for (const name of names) {
    if (!existsSync(place(name)) && !offline) offline = !fetchDriver(name);
    if (!existsSync(place(name))) return undefined;
  }
  return Object.fromEntries(names.map((name) => [name, place(name)]));
}

/** @returns {boolean} false when it can't be had */
function fetchDriver(name) {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, '.partial-'));
  const { from, of, version } = drivers[name];
  try {
    const whole = join(work, 'whole');
    mkdirSync(whole);
    if (from === 'npm') {
      const args = ['pack', '--silent', '--pack-destination', work, `${of}@${version}`];
      execFileSync('npm', args, { cwd: work, stdio: 'ignore', timeout });
      execFileSync('tar', ['-xzf', archiveIn(work, '.tgz'), '-C', whole], { stdio: 'ignore' });
    } else {
      const python = which(['python3', 'python']);
      const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '-d', work];
      execFileSync(python, [...args, `${of}==${version}`], { cwd: work, stdio: 'ignore', timeout });
      // A wheel is a zip file, which pip's Python can always read.
      execFileSync(python, ['-m', 'zipfile', '-e', archiveIn(work, '.whl'), whole], { stdio: 'ignore' });
    }
    // In one step, so that no other run sees half of it; when another was faster, its copy is as good.
    if (!existsSync(folder(name))) renameSync(whole, folder(name));
    return existsSync(place(name));
  } catch {
    return false;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function archiveIn(directory, suffix) {
  return join(
    directory,
    readdirSync(directory).find((name) => name.endsWith(suffix)),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  const there = () => Object.keys(drivers).filter((name) => existsSync(place(name)));
  const unknown = asked.find((name) => name !== '--where' && !Object.hasOwn(drivers, name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no driver ${unknown}: ${Object.keys(drivers).join(', ')}\n`);
    process.exitCode = 2;
  } else if (asked.includes('--where')) {
    process.stdout.write(
      `${JSON.stringify(Object.fromEntries(there().map((name) => [name, place(name)])))}\n`,
    );
  } else {
    for (const name of asked.length > 0 ? asked : Object.keys(drivers)) {
      const found = adbcDrivers([name]);
      line(found ? 'ok' : 'FAIL', name, found?.[name] ?? `${drivers[name].of} can't be had here`);
      if (!found) process.exitCode = 1;
    }
  }
}
