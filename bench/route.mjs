// npm run bench -- route: what a routing decision costs beside an empty native call, in several processes.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median, pairedRatios, samples, showProgress, spread } from './samples.mjs';

const option = (name, otherwise) =>
  Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const rounds = option('rounds', 201);
/** Groups of bench/route-subjects.mjs. */
const groups = ['usual', 'various', 'hosts', 'news'];
const processes = option('processes', 10);

if (process.argv.includes('--one-process')) {
  const { base, subjectsOf } = await import('./route-subjects.mjs');
  const taken = samples(subjectsOf(process.argv.at(-1)), {
    rounds,
    microseconds: option('microseconds', 200),
  });
  const ratios = pairedRatios(taken, base);
  const rows = Object.entries(taken).map(([name, times]) => ({
    name,
    ns: median(times),
    ratio: ratios[name],
  }));
  console.log(JSON.stringify(rows));
} else {
  report(manyProcesses());
}

/** Of each subject what each process measured. */
function manyProcesses() {
  const found = new Map();
  const progress = showProgress('route, process');
  for (let index = 0; index < processes * groups.length; index++) {
    progress(index, processes * groups.length + 1);
    const group = groups[index % groups.length];
    const self = [fileURLToPath(import.meta.url), '--one-process', `--rounds=${rounds}`, group];
    const { status, signal, stdout } = spawnSync(process.execPath, self, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) throw new Error(`a process ended with ${status ?? signal}`);
    for (const { name, ns, ratio } of JSON.parse(stdout)) {
      const row = found.get(name) ?? { times: [], ratios: [] };
      row.times.push(ns);
      row.ratios.push(ratio);
      found.set(name, row);
    }
  }
  progress(processes * groups.length, processes * groups.length + 1);
  return found;
}

function report(found) {
  const rows = [...found].map(([name, { times, ratios }]) => ({
    name,
    nanoseconds: Number(median(times).toFixed(1)),
    timesEmptyCall: Number(median(ratios).toFixed(2)),
    ...rangeOf(ratios),
  }));
  const ratios = (name) => found.get(name).ratios;
  const between = (one, other, make = (a, b) => a / b) =>
    ratios(one).map((ratio, index) => make(ratio, ratios(other)[index]));
  const targets = [
    ['prepared', 4, ratios('prepared')],
    ['prepared, the result kept', 5, ratios('prepared, the result kept')],
    ['route, the same SQL', 5, ratios('route, the same SQL')],
    [
      '… situation said ÷ not said',
      1.15,
      between('… with shards and inTransaction', 'route, beside queries of other shapes'),
    ],
    ['route, 16 texts in turn', 7, ratios('route, 16 texts in turn')],
    ['… of 1 to 12 characters', 8, ratios('… of 1 to 12 characters')],
    ['route, a new string of the same text', 16, ratios('route, a new string of the same text')],
    ['each further plugin', 0.3, between('route, 16 plugins', 'route, 1 plugin', (a, b) => (a - b) / 15)],
    ['route ÷ a hand-written addon', 0.6, between('route, the same SQL', 'a hand-written addon')],
  ].map(([name, limit, values]) => {
    const middle = Number(median(values).toFixed(3));
    return { name, limit, found: middle, ...rangeOf(values), reached: middle <= limit };
  });

  if (process.argv.includes('--json')) {
    const { version: node, platform, arch } = process;
    const machine = { node, platform, arch, cpus: cpus()[0]?.model, load: loadavg() };
    console.log(JSON.stringify({ schema: 2, bench: 'route', rounds, processes, machine, rows, targets }));
    return;
  }
  const load = loadavg()
    .map((average) => average.toFixed(1))
    .join(', ');
  console.log(
    '60 bytes of SQL and, unless said, 2 text parameters of 2 bytes. Ratios to an empty native call, paired',
  );
  console.log(
    `within rounds; medians over ${processes} processes, half of what lies between their quartiles, and the extremes.`,
  );
  console.log(`Load of the machine: ${load}\n`);
  console.log(`${''.padEnd(38)} ${'ns'.padStart(8)} ${'× empty'.padStart(9)}  spread  least – most`);
  for (const { name, nanoseconds, timesEmptyCall, ...range } of rows) {
    const [ns, times] = [nanoseconds.toFixed(1).padStart(8), timesEmptyCall.toFixed(2).padStart(9)];
    console.log(`${name.padEnd(38)} ${ns} ${times}  ${inWords(range)}`);
  }
  console.log('\ntargets');
  for (const { name, limit, found, reached, ...range } of targets) {
    console.log(
      `  ${reached ? 'ok  ' : 'MISS'}  ${name.padEnd(38)} ${String(found).padStart(6)}  ${inWords(range)}  (at most ${limit})`,
    );
  }
}

/** Of what the processes found. */
function rangeOf(values) {
  return {
    spread: Number(spread(values).toFixed(3)),
    least: Number(Math.min(...values).toFixed(3)),
    most: Number(Math.max(...values).toFixed(3)),
  };
}

function inWords({ spread, least, most }) {
  return `±${(spread * 100).toFixed(1)} %  ${least.toFixed(2).padStart(6)} – ${most.toFixed(2).padEnd(6)}`;
}
