/**
 * `mortise run`, whose configuration is read again and again while a plugin reads and writes: nothing may be lost, no
 * thread and no memory left. Prints one line of JSON.
 *
 * usage: node main.mjs COUNT DIRECTORY --plugin counted.so | --conf collectd.conf
 *   collectd.conf: with a plugin of collectd's that counts in the same way, in `counts` in the same directory
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const [size, folder, kind, named] = process.argv.slice(2);
const reloads = Number(size);
/** Dispatched between two reloads, however long that takes. */
const between = 2_000;
/** Of memory beside mapped files, for each: some 30 KB are kept, the rest is JavaScript's garbage. */
const mostBytes = 256 * 1024;

const file = join(folder, 'counts');
writeFileSync(file, Buffer.alloc(64));
const config = kind === '--conf' ? named : join(folder, 'mortise.toml');
if (kind === '--plugin')
  writeFileSync(
    config,
    `[collecting]\nhostname = "here"\nmax_queue = 10000000\n[[plugins]]\nname = "${named}"\nrequired = true\nconfig = { counts = "${file}" }\n`,
  );

const handle = openSync(file, 'r');
function counts() {
  const bytes = Buffer.alloc(32);
  readSync(handle, bytes, 0, 32, 0);
  const [dispatched, refused, written, lives] = [0, 8, 16, 24].map((at) => Number(bytes.readBigUInt64LE(at)));
  return { dispatched, refused, written, lives };
}

// Little room for garbage, and one arena for all threads: what grows then is kept.
const memory = ['--max-semi-space-size=1', '--max-old-space-size=40'];
const child = spawn(process.execPath, [...memory, join(root, 'dist/cli.js'), 'run', '-c', config, '--json'], {
  stdio: ['ignore', 'pipe', 'pipe'],
  env: { ...process.env, MALLOC_ARENA_MAX: '1' },
});
let [stderr, ended] = ['', undefined];
child.stdout.resume();
child.stderr.on('data', (chunk) => {
  stderr += chunk;
});
const closed = once(child, 'close').then(([code, signal]) => {
  ended = { code, signal };
});

/** However busy the machine is: five minutes stand for never. */
async function until(what, holds) {
  for (const start = Date.now(); !holds(); await sleep(5)) {
    if (ended) throw new Error(`it ended with ${JSON.stringify(ended)} while waiting for ${what}: ${stderr}`);
    if (Date.now() - start > 300_000) throw new Error(`never: ${what}\n${stderr}`);
  }
}

const threads = () => readdirSync(`/proc/${child.pid}/task`).length;

/** Resident, beside what files are mapped to: a plugin's code stays until the process ends. */
function resident() {
  let bytes = 0;
  let ofFile = false;
  for (const line of readFileSync(`/proc/${child.pid}/smaps`, 'utf8').split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) ofFile = line.includes(' /');
    else if (!ofFile && line.startsWith('Rss:')) bytes += Number.parseInt(line.slice(4), 10) * 1024;
  }
  return bytes;
}

const read = () => stderr.split('The configuration was read again.').length - 1;
async function work(life) {
  await until(`life ${life}`, () => counts().lives === life);
  const { dispatched } = counts();
  await until('values', () => counts().dispatched >= dispatched + between);
}

const errors = {};
const seen = [];
try {
  await work(1);
  for (let n = 1; n <= reloads; n++) {
    child.kill('SIGHUP');
    await until(`reload ${n}`, () => read() === n);
    await work(n + 1);
    seen.push({ threads: threads(), bytes: resident() });
  }
} catch (error) {
  errors.run = String(error.message);
}
child.kill('SIGTERM');
await closed;
const { dispatched, refused, written, lives } = counts();
closeSync(handle);
if (ended.code !== 0) errors.end = { ...ended, stderr: stderr.slice(-1000) };
if (dispatched !== written) errors.lost = dispatched - written;
if (refused > 0) errors.refused = refused;
// How long a reader takes is the machine's matter.
const said = /.*MORTISE_(?!WARN_COLLECT_READ)\w+.*/.exec(stderr)?.[0];
if (said) errors.said = said;
// The first third is for what the process keeps once.
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const third = Math.ceil(seen.length / 3);
const [early, late] = [seen.slice(third, 2 * third), seen.slice(2 * third)];
const growth = (key) => median(late.map((one) => one[key])) - median(early.map((one) => one[key]));
const summary = { reloads, lives, dispatched, written };
if (reloads >= 30) {
  summary.threadsMore = growth('threads');
  summary.bytesEach = Math.round(growth('bytes') / third);
  if (summary.threadsMore > 0) errors.threads = summary.threadsMore;
  if (summary.bytesEach > mostBytes) errors.bytes = summary.bytesEach;
}
console.log(JSON.stringify({ ...summary, errors }));
process.exitCode = Object.keys(errors).length > 0 ? 1 : 0;
