// Part of npm run bench -- query: a million rows of five columns, each way in a process of its own, in turn.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Host } from '../dist/mortise.js';
import { adbcDrivers } from '../scripts/adbc-drivers.mjs';
import { betterSqlite, newerNode } from './query/parts.mjs';
import { postgresTable, sqliteTable } from './query/tables.mjs';
import { mapValues, median, pairedRatios, showProgress, spread } from './samples.mjs';

const script = fileURLToPath(new URL('query/subject.mjs', import.meta.url));
const rounds = Number(process.env.ROUNDS ?? 3);
const drivers = Object.fromEntries(
  ['sqlite', 'postgresql'].flatMap((name) => Object.entries(adbcDrivers([name]) ?? {})),
);
const peers = { betterSqlite: betterSqlite(), node: newerNode() };
const lacking = Object.entries({ ...peers, sqlite: drivers.sqlite, postgresql: drivers.postgresql })
  .filter(([, place]) => place === undefined)
  .map(([name]) => name);

const host = await Host.open({ plugins: Object.values(drivers) });
const sqlite = drivers.sqlite && (await sqliteTable(host));
const postgres = drivers.postgresql && (await postgresTable(host));
await host.close();
if (!postgres) lacking.push('PostgreSQL’s programs');
const given = JSON.stringify({ ...peers, drivers, file: sqlite?.file, uri: postgres?.uri });

/** What is measured, with what it is measured against, and how often it has to be faster. */
const goals = [
  { ours: 'mortise, SQLite, columns', theirs: 'better-sqlite3, arrays', times: 3.5, memory: 1 / 4 },
  { ours: 'mortise, SQLite, columns', theirs: 'node:sqlite, arrays', times: 2.3, memory: 1 / 4 },
  { ours: 'mortise, SQLite, each value', theirs: 'better-sqlite3, each value', times: 1.7 },
  { ours: 'mortise, PostgreSQL, columns', theirs: 'pg, arrays', times: 5 },
  { ours: 'mortise, PostgreSQL, each value', theirs: 'pg, each value', times: 4 },
].filter(({ ours, theirs }) => canRun(ours) && canRun(theirs));
const names = [...new Set(goals.flatMap(({ ours, theirs }) => [ours, theirs]))];

try {
  report(measure());
} finally {
  sqlite?.remove();
  await postgres?.remove();
}

function canRun(name) {
  if (name.startsWith('better')) return peers.betterSqlite !== undefined;
  if (name.startsWith('node:')) return peers.node !== undefined;
  return name.includes('SQLite') ? sqlite !== undefined : postgres !== undefined;
}

function measure() {
  const taken = mapValues(Object.fromEntries(names.map((name) => [name])), () => []);
  const progress = showProgress('a million rows');
  for (let round = -1; round < rounds; round++) {
    progress(Math.max(round, 0), rounds);
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round + 1) % names.length];
      const program = name.startsWith('node:') ? peers.node : process.execPath;
      const { status, stdout, stderr } = spawnSync(program, [script, name, given], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      // The first round fills the caches.
      if (round >= 0) taken[name].push(JSON.parse(stdout));
    }
  }
  return taken;
}

function report(taken) {
  const of = (key) => mapValues(taken, (samples) => samples.map((one) => one[key]));
  const [ms, cpu, memory, held, ran] = ['ms', 'cpu', 'memory', 'held', 'ran'].map(of);
  const ratios = goals.map(({ ours, theirs, times, memory: most }) => ({
    ours,
    theirs,
    atLeast: times,
    wall: pairedRatios(ms, ours)[theirs],
    cpu: pairedRatios(cpu, ours)[theirs],
    ...(most && { memory: 1 / pairedRatios(memory, ours)[theirs], memoryAtMost: most }),
  }));
  if (process.argv.includes('--json')) {
    const all = { ms, cpu, memory, held, ran };
    const medians = Object.fromEntries(
      names.map((name) => [name, mapValues(all, (values) => median(values[name]))]),
    );
    return console.log(JSON.stringify({ medians, ratios }));
  }
  console.log(`A million rows × 5 columns, medians of ${rounds} processes in turn, each three times:`);
  console.log(`  ${''.padEnd(34)}      ms      ±  CPU ms  MB more  loop held ms (of that running)`);
  const whole = (values) => Math.round(median(values)).toString().padStart(7);
  for (const name of names) {
    const apart = `${Math.round(spread(ms[name]) * 100)} %`.padStart(6);
    const megabytes = memory[name].map((bytes) => bytes / 1e6);
    const loop = `${whole(held[name])} (${Math.round(median(ran[name]))})`;
    console.log(
      `  ${name.padEnd(34)} ${whole(ms[name])} ${apart} ${whole(cpu[name])}  ${whole(megabytes)} ${loop}`,
    );
  }
  for (const { ours, theirs, wall, cpu: work, atLeast, memory: part, memoryAtMost } of ratios) {
    const more = part ? `; memory ${part.toFixed(2)} of it (at most ${memoryAtMost})` : '';
    console.log(
      `${ours}: ${wall.toFixed(2)} × ${theirs} (at least ${atLeast}), ${work.toFixed(2)} × by CPU time${more}`,
    );
  }
  if (lacking.length > 0) console.log(`Not measured, for lack of: ${lacking.join(', ')}`);
}
