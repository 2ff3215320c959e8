// npm run collectd -- table: tries each of collectd's plugins from Debian in a process of its own, and writes
// docs/collectd-plugins.md from what they did. Its own command, because it downloads some 70 packages the first time
// and takes minutes. Nothing is installed: packages are unpacked in the user's cache.
//   npm run collectd -- table           all plugins, and the page
//   npm run collectd -- table cpu df    only says what these do
//   npm run collectd -- picture         docs/live-table.svg
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takePicture } from './collectd-picture.mjs';
import { debianPackages } from './debian.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

/** What collectd-core suggests, as far as its plugins are linked to it. Not Java. */
const libraries =
  'intel-cmt-cat libatasmart4 libbson-1.0-0 libdbi1 libesmtp6 libgps28 libgrpc++1.51 libgrpc29 libhiredis0.14 libi2c0 libip4tc2 libip6tc2 liblua5.3-0 libmariadb3 libmemcached11 libmicrohttpd12 libmodbus5 libmongoc-1.0-0 libmosquitto1 libnotify4 libopenipmi0 liboping0 libpcap0.8 libperl5.36 libprotobuf-c1 libprotobuf32 libpython3.11 libqpid-proton11 librabbitmq4 librdkafka1 libriemann-client0 librrd8 librte-eal23 librte-ethdev23 libsensors5 libsnmp40 libupsclient6 libvarnishapi3 libvirt0 libxenmisc4.17 libyajl2'.split(
    ' ',
  );
const page = 'docs/collectd-plugins.md';
/** For a reader to read twice. */
const interval = 0.5;
const limitMs = 60_000;

const [command, ...only] = process.argv.slice(2);
if (command !== 'table' && command !== 'picture') {
  process.stderr.write('Usage: npm run collectd -- table [PLUGIN…] | picture\n');
  process.exit(2);
}

const core = debianPackages(['collectd-core'])?.['collectd-core'];
if (!core) {
  process.stderr.write("Debian's collectd-core can't be had here: this needs apt-get and a network.\n");
  process.exit(1);
}
if (command === 'picture') {
  takePicture(join(core, 'usr'));
  process.exit();
}
const directory = join(core, 'usr/lib/collectd');
const types = join(core, 'usr/share/collectd/types.db');
const search = libraryFolders();
const settings = readSettings();
const all = readdirSync(directory)
  .filter((file) => file.endsWith('.so'))
  .map((file) => file.slice(0, -'.so'.length))
  .sort();

const names = only.length > 0 ? only : all;
const rows = [];
/** Several at once: a trial mostly waits. */
async function work() {
  for (let at = rows.length; at < names.length; at = rows.length) {
    rows.push({ name: names[at] });
    rows[at] = { name: names[at], ...(await tried(names[at])) };
    process.stdout.write(`${line(rows[at])}\n`);
  }
}
await Promise.all(Array.from({ length: 6 }, work));
if (only.length === 0) {
  writeFileSync(page, written(rows));
  process.stdout.write(`\n${summary(rows)}\nWritten: ${page}\n`);
}

/** What isn't on this machine already, unpacked. */
function libraryFolders() {
  let missing = [];
  try {
    const plan = execFileSync('apt-get', ['-s', '--no-install-recommends', 'install', ...libraries], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // "Inst NAME (…": new; "Inst NAME [1.2] (…": only newer.
    missing = [...plan.matchAll(/^Inst (\S+) \(/gm)].map(([, name]) => name);
  } catch {
    process.stderr.write('apt-get has no plan for the libraries: plugins that lack theirs will say so.\n');
  }
  const folders = missing.length > 0 ? debianPackages(missing) : {};
  const found = Object.values(folders ?? {}).flatMap((folder) =>
    ['usr/lib', 'lib'].flatMap((path) => withLibraries(join(folder, path))),
  );
  return [...new Set(found)].join(':');
}

function withLibraries(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  const here = entries.some(({ name }) => /\.so(\.|$)/.test(name)) ? [folder] : [];
  const below = entries.filter((entry) => entry.isDirectory() && entry.name.includes('linux-gnu'));
  return [...here, ...below.flatMap(({ name }) => withLibraries(join(folder, name)))];
}

/** What a plugin needs to be told: a block for each in scripts/collectd-trial.conf, after a line `# NAME`. */
function readSettings() {
  const text = readFileSync('scripts/collectd-trial.conf', 'utf8');
  return new Map(text.split(/^# (?=\S+$)/m).map((part) => [part.slice(0, part.indexOf('\n')), part]));
}

async function tried(name) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-collectd-'));
  try {
    const file = join(folder, 'collectd.conf');
    const block = (settings.get(name) ?? '').replace(/^.*\n/, '').replaceAll('$FOLDER', folder);
    writeFileSync(
      file,
      `Hostname "trial"\nInterval ${interval}\nPluginDir "${directory}"\nTypesDB "${types}"\nLoadPlugin "${name}"\n${block}`,
    );
    const child = await ended(
      spawn(process.execPath, ['scripts/collectd-trial.mjs', file], {
        stdio: ['ignore', 'pipe', 'pipe'],
        // Its libraries before the system's; and nothing of the trial stays behind.
        env: { ...process.env, LD_LIBRARY_PATH: search, HOME: folder, TMPDIR: folder },
      }),
    );
    const last = child.out.trim().split('\n').at(-1) ?? '';
    if (child.code === 0 && last.startsWith('{')) return JSON.parse(last);
    const why = child.late
      ? `ran longer than ${limitMs / 1000} s`
      : `ended with ${child.signal ?? child.code}`;
    return { crashed: why, said: child.error.trim().split('\n').at(-1) ?? '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ended(child) {
  let [out, error, late] = ['', '', false];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    error += chunk;
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limitMs);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return { out, error, late, code, signal };
}

function line(row) {
  return [row.name, ...cells(row)].join(' | ');
}

/** After its registration a plugin can fail in its configuration or its init. */
function registered({ state, code }) {
  return state === 'ready' || code === 'MORTISE_ERR_INIT_FAILED' || code === 'MORTISE_ERR_COLLECTD_OPTION';
}

/** How far it came, what it registered, what it sent, and what it said. */
function cells(row) {
  const { crashed, said, state, reads = 0, writes = 0, runs = 0, failed = 0, series = 0, why = '' } = row;
  if (crashed) return ['✗', '', '', `${crashed}${said ? `: ${said}` : ''}`];
  const mark = state === 'ready' ? '✓' : registered(row) ? 'no init' : '✗';
  const callbacks = [count(reads, 'reader'), count(writes, 'writer')].filter(Boolean).join(', ');
  const sent = runs === 0 ? '' : failed > 0 && series === 0 ? 'reading fails' : count(series, 'series');
  return [mark, callbacks, sent, why];
}

function count(number, word) {
  return number === 0 ? '' : `${number} ${word}${number === 1 || word === 'series' ? '' : 's'}`;
}

function summary(rows) {
  const those = (test) => rows.filter(test).length;
  return (
    `${rows.length} plugins: ${those(registered)} registered, ` +
    `${those(({ state }) => state === 'ready')} of them were initialised, ` +
    `${those(({ series = 0 }) => series > 0)} sent values; ${those(({ crashed }) => crashed)} ended their process.`
  );
}

function written(rows) {
  const cell = (text) =>
    text
      .replaceAll('|', '\\|')
      .replaceAll('<', '&lt;')
      .replace(/\S*mortise-collectd-\w+/g, '…')
      .replace(/\s+/g, ' ');
  return `# What each of collectd's plugins does

\`npm run collectd -- table\` wrote this page. It tried each plugin of Debian's \`collectd-core\` in a process of its own: loaded, registered, configured, initialised, read twice and shut down. ✓ means that all of that went well, "no init" that the plugin registered and then refused its configuration or its init, ✗ that it was not loaded or ended its process. What it said is in the last column: most want a device, a server or a privilege that the machine of the trial doesn't have.

${summary(rows)}

| plugin | | registers | sent | what it says, or why not |
|---|---|---|---|---|
${rows.map((row) => `| ${row.name} | ${cells(row).map(cell).join(' | ')} |`).join('\n')}
`;
}
