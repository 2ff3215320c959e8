// npm run bench -- collect [--json] [--quick] [--stuck=SECONDS]: what a value costs from a reader to a writer, in
// collectd's daemon, in a host of mortise's with the same plugin and collectd.conf, and in mortise's engine alone; how
// well intervals hold; and what a writer that hangs costs the others.
import { hosts, run } from './collect-hosts.mjs';
import { mapValues, median, showProgress, spread } from './samples.mjs';

const json = process.argv.includes('--json');
const quick = process.argv.includes('--quick');
const subjects = hosts();
if (!subjects) {
  console.error("Debian's collectd-core and collectd-dev can't be had here.");
  process.exit(2);
}
const stuckFor = Number(process.argv.find((argument) => /^--stuck=/.test(argument))?.slice(8) ?? 5);
const names = { daemon: 'collectd', host: 'mortise', engine: 'its engine' };
const results = {};
const say = (line) => json || console.log(line);

/** Each in turn, so that a machine that slows down slows all. */
async function turns(label, rounds, threads, settings) {
  const taken = mapValues(subjects, () => []);
  const progress = showProgress(label);
  for (let round = 0; round < rounds; round++) {
    progress(round, rounds);
    for (const [name, host] of Object.entries(subjects)) taken[name].push(await run(host, threads, settings));
  }
  return taken;
}

async function cost(title, limit, threads, settings) {
  const taken = await turns(title, quick ? 3 : 9, threads, { MODE: 'values', ...settings });
  const figures = mapValues(taken, (runs) => ({
    cpu: runs.map(([[values, cpu]]) => cpu / values / 1000),
    rate: runs.map(([[values, , elapsed]]) => values / (elapsed / 1e9)),
  }));
  say(`\n${title}`);
  for (const [name, { cpu, rate }] of Object.entries(figures)) {
    const each = `${median(cpu).toFixed(2)} µs of processor time a value`;
    const around = `±${(spread(cpu) * 100).toFixed(0)} %`;
    say(
      `  ${names[name].padEnd(10)} ${each}  ${around}  ${Math.round(median(rate) / 1000)} thousand a second`,
    );
  }
  const ratioOf = ({ cpu }) => median(cpu.map((one, round) => one / figures.daemon.cpu[round]));
  const ratios = { host: ratioOf(figures.host), engine: ratioOf(figures.engine) };
  for (const [name, ratio] of Object.entries(ratios)) {
    const verdict = limit ? (ratio <= limit ? 'ok    ' : 'missed') : '      ';
    const goal = limit ? `, at most ${limit}` : '';
    say(`  ${verdict} times collectd's, ${names[name]}: ${ratio.toFixed(2)}${goal}`);
  }
  results[title] = { ratios, ...mapValues(figures, (one) => mapValues(one, median)) };
}

/** Milliseconds: how late runs are on the grid of their first one, and how far the last one has drifted. */
function lateness([[cpu], ...lines]) {
  const late = [];
  const drifts = [];
  for (const reader of new Set(lines.map(([number]) => number))) {
    const at = lines.filter(([number]) => number === reader).map(([, time]) => time / 1e6);
    const grid = at.map((time, run) => time - run * 100);
    const first = Math.min(...grid.slice(0, 5));
    late.push(...grid.map((time) => time - first));
    drifts.push(grid.at(-1) - first);
  }
  late.sort((a, b) => a - b);
  const part = (share) => late[Math.floor(late.length * share)];
  return { half: part(0.5), p99: part(0.99), drift: median(drifts), cpu: cpu / 1000 / late.length };
}

/** All at the same time, so that what else the machine does makes each late. */
async function intervals(title, settings) {
  const seconds = quick ? 10 : 60;
  const rounds = quick ? 3 : 5;
  say(`\n${title}, ${rounds} times ${seconds} s, all at the same time`);
  const all = { MODE: 'intervals', READERS: 10, SECONDS: seconds, ...settings };
  const taken = mapValues(subjects, () => []);
  const progress = showProgress(title);
  for (let round = 0; round < rounds; round++) {
    progress(round, rounds);
    const runs = mapValues(subjects, (host) => run(host, 5, all));
    for (const name of Object.keys(runs)) taken[name].push(lateness(await runs[name]));
  }
  const each = mapValues(taken, (runs) => ({
    ...mapValues(runs[0], (_, key) => runs.map((one) => one[key])),
    // Of the same seconds of the same machine.
    ratio: runs.map(({ p99 }, round) => p99 / taken.daemon[round].p99),
  }));
  results[title] = each;
  for (const [name, { half, p99, drift, cpu, ratio }] of Object.entries(each)) {
    const range = (values) => `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}`;
    const late = `half ${median(half).toFixed(2)} ms late, p99 ${median(p99).toFixed(1)} (${range(p99)})`;
    const times = `${median(ratio).toFixed(2)} times collectd's (${range(ratio)})`;
    const rest = `drift ${median(drift).toFixed(2)} ms, ${median(cpu).toFixed(0)} µs of processor time a run`;
    say(`  ${names[name].padEnd(10)} ${late}, ${times}; ${rest}`);
  }
}

async function stuck() {
  const title = `A writer that hangs, beside a good one, for ${stuckFor} s`;
  say(`\n${title}`);
  const taken = await turns(title, 1, 5, { MODE: 'stuck', SECONDS: stuckFor });
  results[title] = mapValues(taken, ([[[values, , , , memory]]]) => ({ values, memory }));
  for (const [name, { values, memory }] of Object.entries(results[title])) {
    const size = `${Math.round(memory / 1e6)} MB`;
    say(`  ${names[name].padEnd(10)} the good one wrote ${values} values; ${size} of memory`);
  }
}

await cost('1,000 series, 5 + 5 threads, as many values as come', 0.25, 5, {
  SERIES: 1000,
  WAITING: 1e9,
  VALUES: 300_000,
});
// Not the daemon's default: it drops most values before they cost it anything.
await cost('1,000 series, 5 + 5 threads, at most 100,000 values waiting', 0, 5, { SERIES: 1000 });
await cost('1,000 series, 1 + 1 threads', 0, 1, { SERIES: 1000, READERS: 1 });
await cost('100,000 series, 5 + 5 threads', 0.5, 5, { SERIES: 100_000, WARM: 200_000 });
await intervals('10 readers every 0.1 s', {});
await intervals('10 readers every 0.1 s, and one that hangs', { HANG: 1 });
await stuck();
if (json) console.log(JSON.stringify({ schema: 1, node: process.version, results }, null, 2));
