// npm run pgdog: builds the bridge to PgDog's plugins, and the plugins that the tests try it with. Its own command,
// because pg_query takes minutes the first time; it is built in the user's cache, once for all clones.
//   npm run pgdog               builds all of it
//   npm run pgdog -- --where    says where it is, as JSON; ends with 1 when it isn't built
//   npm run pgdog -- --if-quick builds only what doesn't take minutes; ends with 3 otherwise
//   npm run pgdog -- cargo …    runs cargo there, in the same environment: in another it would build all again
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libclangEnvironment } from './libclang.mjs';
import { withLock } from './lock.mjs';
import { run, StepError, step } from './progress.mjs';
import { fingerprint, isStamped, writeStamp } from './stamp.mjs';
import { findTools } from './tools.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
const cache = join(caches, 'mortise', 'pgdog');
const target = join(cache, 'target');
const { cargo } = findTools();
const rustc = cargo.path ? spawnSync('rustc', ['--version'], { encoding: 'utf8' }).stdout?.trim() : undefined;

const folder = join('rust', 'pgdog');
const workspaces = [folder, join(folder, 'earlier')];
/** What decides how pg_query is built: the part that takes minutes. */
const long = fingerprint(
  workspaces.map((path) => join(path, 'Cargo.lock')),
  rustc ?? '',
);
const all = fingerprint(
  [folder, join('example-plugins', 'rust-pg-parser'), join('rust', 'mortise', 'src')],
  rustc ?? '',
);
const parts = join(cache, 'parts', all.slice(0, 16));
const longStamp = join(target, `${long.slice(0, 16)}.stamp`);
const stamp = join(parts, 'stamp');

const shared = { linux: ['lib', '.so'], darwin: ['lib', '.dylib'], win32: ['', '.dll'] };
const [before, after] = shared[process.platform] ?? shared.linux;
const library = (name) => `${before}${name}${after}`;
const made = {
  bridge: library('mortise_pgdog_bridge'),
  tenant: library('pgdog_tenant'),
  answers: library('pgdog_answers'),
  earlier: library('pgdog_earlier'),
  parser: library('rust_pg_parser'),
  joins: library('mortise_joins'),
  driver: process.platform === 'win32' ? 'pgdog-driver.exe' : 'pgdog-driver',
};

const [option, ...rest] = process.argv.slice(2);
if (option === '--where') process.exitCode = tell() ? 0 : 1;
else if (option === '--if-quick' && !existsSync(longStamp)) process.exitCode = 3;
else if (option === 'cargo') process.exitCode = runCargo(rest);
else process.exitCode = (await withLock(join(cache, '.lock'), main)) ? 0 : 1;

/** Undefined when something is lacking, which is said. */
function environment() {
  const bindgen = cargo.path ? libclangEnvironment(join(caches, 'mortise', 'debian')) : undefined;
  if (bindgen) return { ...process.env, ...bindgen, PATH: pathWithoutProtoc(), CARGO_TARGET_DIR: target };
  const libclang = {
    what: 'libclang',
    install: 'install it, on Debian or Ubuntu with: apt-get install libclang-dev',
  };
  const { what, install } = cargo.path ? libclang : cargo;
  process.stderr.write(`Missing: ${what}: ${install}\n`);
  return undefined;
}

function runCargo(given) {
  const env = environment();
  return env ? spawnSync(cargo.path, given, { cwd: folder, env, stdio: 'inherit' }).status : 1;
}

async function main() {
  if (isStamped(stamp, all)) return tell();
  const env = environment();
  if (!env) return false;
  const passed = await step('PgDog', async (report) => {
    if (!existsSync(longStamp)) process.stderr.write('  The first build takes some minutes.\n');
    for (const cwd of workspaces) {
      await run(cargo.path, ['build', '--release', '--locked'], { report, env, cwd });
    }
    for (const name of Object.values(made)) {
      if (!existsSync(join(target, 'release', name))) throw new StepError(`cargo left no ${name}`);
      place(name, parts, name);
    }
    place(made.bridge, join(cache, 'bridges'), bridgeName());
    writeStamp(longStamp, long);
    writeStamp(stamp, all);
  });
  return passed && tell();
}

function tell() {
  if (!isStamped(stamp, all)) return false;
  const paths = Object.fromEntries(Object.entries(made).map(([key, name]) => [key, join(parts, name)]));
  process.stdout.write(`${JSON.stringify({ ...paths, installed: join(cache, 'bridges', bridgeName()) })}\n`);
  return true;
}

/** Those for other compilers and releases of pg_query lie beside it. */
function bridgeName() {
  const compiler = /rustc (\S+)(?: \((\w+))?/
    .exec(rustc ?? '')
    ?.slice(1)
    .join('-');
  const lock = readFileSync(join(folder, 'Cargo.lock'), 'utf8');
  const query = /name = "pg_query"\nversion = "(.+)"/.exec(lock)?.[1];
  return library(`mortise_pgdog_bridge-rustc-${compiler}-pg_query-${query}`);
}

/** In one step: a host may have the earlier one mapped. */
function place(name, where, as) {
  mkdirSync(where, { recursive: true });
  const partial = join(where, `.${as}.${process.pid}`);
  copyFileSync(join(target, 'release', name), partial);
  renameSync(partial, join(where, as));
}

/** With protoc on the PATH, pg_query makes its types anew, and they aren't those of its release. */
function pathWithoutProtoc() {
  const places = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return places
    .map((place) => (existsSync(join(place, 'protoc')) ? withoutProtoc(place) : place))
    .join(delimiter);
}

function withoutProtoc(place) {
  const own = join(cache, 'path', place.replaceAll(/[/\\:]/g, '_'));
  mkdirSync(own, { recursive: true });
  const there = new Set(readdirSync(own));
  for (const name of readdirSync(place)) {
    if (!name.startsWith('protoc') && !there.has(name)) symlinkSync(join(place, name), join(own, name));
  }
  return own;
}
