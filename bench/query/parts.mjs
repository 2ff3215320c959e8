// What queries are measured beside, fetched from npm into the user's cache: better-sqlite3, which is compiled there, and
// Node 22, whose node:sqlite has no flag any more.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise', 'bench');
const sqliteVersion = '12.11.1';
const nodeMajor = 22;

/** @returns {string | undefined} the folder of the package; undefined when it can't be had here */
export function betterSqlite() {
  const place = join(cache, `better-sqlite3@${sqliteVersion}-${process.versions.modules}`);
  const folder = join(place, 'node_modules/better-sqlite3');
  // Its own script fetches a binary; headers of the Node that runs are enough to make one.
  const headers = dirname(dirname(process.execPath));
  const gyp = nodeGyp();
  if (existsSync(folder)) return folder;
  if (!gyp || !existsSync(join(headers, 'include/node/node.h'))) return undefined;
  return made(place, (work) => {
    install(work, `better-sqlite3@${sqliteVersion}`);
    const cwd = join(work, 'node_modules/better-sqlite3');
    run(process.execPath, [gyp, 'rebuild', '--release', `--nodedir=${headers}`], cwd);
  })
    ? folder
    : undefined;
}

/** @returns {string | undefined} the program */
export function newerNode() {
  if (Number(process.versions.node.split('.')[0]) >= nodeMajor) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const place = join(cache, `${name}@${nodeMajor}`);
  const program = join(place, 'node_modules', name, 'bin/node');
  if (existsSync(program)) return program;
  return made(place, (work) => install(work, `${name}@${nodeMajor}`)) ? program : undefined;
}

/** npm's own. */
function nodeGyp() {
  const npm = spawnSync('npm', ['root', '-g'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  try {
    const from = createRequire(join(npm, 'npm/package.json'));
    return from.resolve('node-gyp/bin/node-gyp.js');
  } catch {
    return undefined;
  }
}

/** All of it, or nothing. */
function made(place, make) {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, '.partial-'));
  try {
    writeFileSync(join(work, 'package.json'), '{ "private": true }');
    make(work);
    renameSync(work, place);
    return true;
  } catch (error) {
    console.error(`${place}: ${error.message}`);
    return false;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function install(cwd, name) {
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', name], cwd);
}

function run(program, args, cwd) {
  const { status, stderr } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${stderr.slice(-1000)}`);
}
