// npm start: builds, opens the host that mortise.toml describes, routes the shipped workload through it,
// and shows who decided what and how long a decision takes. With --no-build it takes what is built already.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { findTools } from './tools.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
if (!process.argv.includes('--no-build')) {
  const build = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (build.status !== 0) process.exit(build.status ?? 1);
}

const { Host } = await import('mortise');
const { default: picocolors } = await import('picocolors');
const { parse } = await import('smol-toml');
const { bold, dim, green, red, yellow, cyan, magenta } = picocolors.createColors(hasColours());
const width = Math.min(process.stdout.columns ?? 100, 120);
// A reader that goes early, such as `npm start | head`, is not an error.
process.stdout.on('error', () => process.exit());

/** Calls between two looks at the clock. */
const batch = 64;
const files = readdirSync('workload').filter((name) => name.endsWith('.jsonl'));
const workload = files.map((file) => ({ file, queries: readQueries(join('workload', file)) }));

const { routing } = parse(readFileSync('mortise.toml', 'utf8'));
const shards = Array.from({ length: routing.shards }, (_, shard) => shard);

const logged = [];
let listening = true;
const host = await Host.open({
  config: 'mortise.toml',
  severity: 'warning',
  announce: false, // the table says which plugins are not ready, and why
  log: (line) => listening && logged.push(line),
});
/** Has no plugin to ask: what a call costs without them. */
const bare = await Host.open();
try {
  await show();
} finally {
  await bare.close();
  await host.close();
}

async function show() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  print(
    `\n${bold(`mortise ${version}`)} · Node.js ${process.versions.node} · ${process.platform} ${process.arch}`,
  );

  heading('Plugins, in the order in which they are asked');
  print(table([...host.plugins].map(stateRow)));
  for (const plugin of host.plugins) {
    // What is lacking was said in the row; anything else is worth its whole message.
    if (plugin.error && lacking(plugin).length === 0) print(indent(plugin.error.message));
  }

  // Once each, for the decisions.
  const routed = workload.map(({ file, queries }) => ({
    file,
    answers: queries.map((query) => ({ file, query, decision: host.route(query) })),
  }));
  // The host hands lines on when the event loop turns.
  for (let waited = 0; waited < 100 && logged.length === 0; waited += 5) await sleep(5);
  listening = false;
  const all = routed.flatMap(({ answers }) => answers);

  heading(`Who decided what: ${all.length} statements on ${shards.length} shards`);
  print(table(decisionRows(routed), 2));
  heading('Where they go');
  print(table(bars(all)));
  heading('Some of them');
  for (const line of samples(all)) print(line);
  print(dim('  All of one file: npx mortise route < workload/saas.jsonl'));
  if (logged.length > 0)
    heading(`What the plugins logged: ${logged.length} line${logged.length > 1 ? 's' : ''}`);
  for (const { plugin, severity, message } of logged.slice(0, 3)) {
    print(
      `  ${plugin}  ${yellow(severity)}  ${dim(cut(message, width - plugin.length - severity.length - 6))}`,
    );
  }

  // Again and again, for the time.
  heading('Time per decision');
  print(table(await timeRows(), 1));
  print(dim(`  A call, from batches of ${batch} over the file in turn; “alone” is a host without plugins.`));
}

/** "ready  query_firewall  1.0.0  gcc 12.2.0", or why not. */
function stateRow(plugin) {
  const { name, state, version = '-', error } = plugin;
  const missing = lacking(plugin);
  if (missing.length > 0) {
    return [
      yellow('absent'),
      bold(name),
      `needs ${missing.map(({ what, install }) => `${what}: ${install}`).join('; ')}`,
    ];
  }
  const built = plugin.checks.find(({ id }) => id === 'toolchain')?.message ?? '';
  const word = state === 'ready' ? green(state) : red(state);
  return [word, bold(name), error ? error.code : `${version}  ${built.replace(/ \(.*/, '')}`];
}

/** What the machine lacks to build one of the example plugins; nothing when it was found. */
function lacking({ state, name, path }) {
  if (state === 'ready' || path) return [];
  const folder = readdirSync('example-plugins').find((one) => one.endsWith(name.replaceAll('_', '-')));
  if (!folder) return [];
  const { cargo, cc, make } = findTools();
  const needs = existsSync(join('example-plugins', folder, 'Cargo.toml')) ? [cargo] : [cc, make];
  return needs.filter((tool) => !tool.path);
}

function decisionRows(routed) {
  const head = ['', '', 'count', 'share', ...shards.map((shard) => `s${shard}`)];
  const rows = [[...head, 'all', 'blocked', 'open', 'read', 'write'].map((text) => dim(text))];
  for (const { file, answers } of routed) {
    let label = bold(title(file));
    for (const decider of [...new Set([...host.plugins].map(({ name }) => name)), null]) {
      const own = answers.filter(({ decision }) => decision.plugin === decider);
      if (own.length === 0) continue;
      rows.push([label, decider ?? dim('nobody'), ...counts(own, answers.length)]);
      label = '';
    }
  }
  const all = routed.flatMap(({ answers }) => answers);
  rows.push([bold('all'), '', ...counts(all, all.length)]);
  return rows;
}

function counts(answers, total) {
  const having = (test) => answers.filter(({ decision }) => test(decision)).length;
  const shown = (number, paint = String) => (number === 0 ? dim('·') : paint(number));
  return [
    String(answers.length),
    `${Math.round((answers.length / total) * 100)} %`,
    ...shards.map((shard) =>
      shown(
        having((decision) => decision.shard === shard),
        cyan,
      ),
    ),
    shown(
      having(({ shard }) => shard === 'all'),
      magenta,
    ),
    shown(
      having(({ shard }) => shard === 'blocked'),
      red,
    ),
    shown(having(({ shard }) => shard === null)),
    shown(having(({ readWrite }) => readWrite === 'read')),
    shown(having(({ readWrite }) => readWrite === 'write')),
  ];
}

function bars(answers) {
  const having = (shard) => answers.filter(({ decision }) => decision.shard === shard).length;
  const rows = [
    ...shards.map((shard) => [`shard ${shard}`, having(shard), cyan]),
    ['every shard', having('all'), magenta],
    ['blocked', having('blocked'), red],
    ['left open', having(null), dim],
  ].filter(([, number]) => number > 0);
  const most = Math.max(...rows.map(([, number]) => number));
  const room = width - 24;
  return rows.map(([label, number, paint]) => [label, `${paint(bar((number / most) * room))} ${number}`]);
}

/** A bar to an eighth of a character. */
function bar(length) {
  const eighths = Math.max(1, Math.round(length * 8));
  return '█'.repeat(eighths >> 3) + ' ▏▎▍▌▋▊▉'.charAt(eighths & 7).trim();
}

/** One for each shard, and one of each file for the rest. */
function samples(answers) {
  const seen = new Set();
  const chosen = answers.filter(({ file, decision: { plugin, shard } }) => {
    const kind = `${plugin} ${shard} ${typeof shard === 'number' ? '' : file}`;
    return !seen.has(kind) && seen.add(kind);
  });
  const rank = ({ decision: { shard } }) =>
    typeof shard === 'number' ? shard - 2 ** 32 : ['all', 'blocked', null].indexOf(shard);
  chosen.sort((one, other) => rank(one) - rank(other));
  const rows = table(
    chosen.map(({ decision }) => [
      place(decision),
      decision.readWrite ?? '',
      decision.plugin ?? dim('nobody'),
    ]),
  ).split('\n');
  const left = Math.max(...rows.map((row) => stripVTControlCharacters(row).length)) + 2;
  return rows.map((row, index) => {
    const { sql, params } = chosen[index].query;
    const gap = ' '.repeat(left - stripVTControlCharacters(row).length);
    const text = `${sql}${params.length > 0 ? `  [${params.join(', ')}]` : ''}`.replace(/\s+/g, ' ');
    return `${row}${gap}${dim(cut(text, width - left))}`;
  });
}

function place({ shard }) {
  if (typeof shard === 'number') return cyan(`shard ${shard}`);
  return shard === 'blocked' ? red(shard) : shard === 'all' ? magenta(shard) : dim('open');
}

async function timeRows() {
  const head = ['', 'route()', 'p99', 'prepared', 'p99', 'alone', 'calls'].map((text) => dim(text));
  const rows = [];
  for (const { file, queries } of workload) {
    const statements = queries.map(({ sql, params }) => ({ statement: host.prepare(sql), params }));
    const plain = await time(queries, (query) => host.route(query));
    const prepared = await time(statements, ({ statement, params }) => statement.route(params));
    const [alone] = figures(await time(queries, (query) => bare.route(query)));
    const calls = ((plain.length + prepared.length) * batch).toLocaleString('en');
    rows.push([bold(title(file)), ...figures(plain), ...figures(prepared), alone, calls]);
  }
  return [head, ...rows];
}

/** Nanoseconds a call, of each batch. */
async function time(inputs, call) {
  const samples = [];
  const end = performance.now() + 500;
  for (let at = 0; performance.now() < end; ) {
    const start = process.hrtime.bigint();
    for (let count = 0; count < batch; count++) {
      call(inputs[at]);
      at = at + 1 === inputs.length ? 0 : at + 1;
    }
    samples.push(Number(process.hrtime.bigint() - start) / batch);
    // Lets the host take what the plugins logged.
    if (samples.length % 64 === 0) await turn();
  }
  // The first quarter ran while V8 was still compiling.
  return samples.slice(samples.length >> 2).sort((one, other) => one - other);
}

function figures(sorted) {
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return [duration(at(0.5)), duration(at(0.99))];
}

function duration(nanoseconds) {
  return nanoseconds < 1000 ? `${Math.round(nanoseconds)} ns` : `${(nanoseconds / 1000).toFixed(2)} µs`;
}

/** Rows as aligned columns, those from `numbersFrom` on to the right. */
function table(rows, numbersFrom = Number.POSITIVE_INFINITY) {
  const lengths = rows.map((row) => row.map((cell) => stripVTControlCharacters(cell).length));
  const widths = lengths[0]?.map((_, column) => Math.max(...lengths.map((row) => row[column] ?? 0))) ?? [];
  return rows
    .map((row, index) => {
      const cells = row.map((cell, column) => {
        const gap = ' '.repeat(widths[column] - lengths[index][column]);
        return column >= numbersFrom ? gap + cell : cell + gap;
      });
      return `  ${cells.join('  ')}`.trimEnd();
    })
    .join('\n');
}

function readQueries(path) {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function title(file) {
  return file.replace('.jsonl', '');
}

function hasColours() {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return !['0', 'false'].includes(FORCE_COLOR);
  return process.stdout.isTTY === true && TERM !== 'dumb';
}

function heading(text) {
  print(`\n${bold(text)}`);
}

function indent(text) {
  return text.replace(/^/gm, '    ');
}

function cut(text, length) {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
