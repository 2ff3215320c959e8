// npm run bench -- query: the same trivial query through each kind of data source, and the function itself, in turn; then its
// parts, query-….mjs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineDataSource, frameOf, Host } from '../dist/mortise.js';
import { adbcDrivers } from '../scripts/adbc-drivers.mjs';
import { mapValues, median, showProgress, spread } from './samples.mjs';

process.chdir(fileURLToPath(new URL('../', import.meta.url)));
const frame = frameOf({ columns: { one: [1] } });
const answer = ({ queries }) => new Map(queries.map(({ refId }) => [refId, { refId, frames: [frame] }]));
const core = [
  defineDataSource({ name: 'sync', query: answer }),
  defineDataSource({ name: 'async', query: async (request) => answer(request) }),
];
const driver = adbcDrivers(['sqlite'])?.sqlite;
const hasDriver = driver !== undefined && existsSync(driver);
const where = spawnSync(process.execPath, ['scripts/go-plugins.mjs', '--where'], { encoding: 'utf8' });
const program = JSON.parse(where.stdout)['csv-datasource'];
const folder = mkdtempSync(join(tmpdir(), 'mortise-bench-'));
writeFileSync(join(folder, 'one.csv'), 'one\n1\n');
const host = await Host.open({
  plugins: [
    ...(hasDriver ? [driver] : []),
    ...(program ? [{ name: program, config: { settings: { root: folder } } }] : []),
  ],
  querying: {
    core,
    sources: {
      native: { plugin: 'sqlite', url: ':memory:' },
      ...(program && { program: { plugin: 'csv-datasource' } }),
    },
  },
});
const range = { from: 0, to: 1000 };
const asked = { queries: [{ refId: 'A' }] };
const call = (plugin, json) => async () => {
  const results = await host.querying.query({ plugin, queries: [{ refId: 'A', json }], range });
  const { frames, error } = results.get('A');
  if (error) throw error;
  return frames;
};
const read = (plugin, json) => {
  const ask = call(plugin, json);
  return async () => {
    for await (const one of await ask()) if (one.rowCount !== 1) throw new Error('one row');
  };
};
const subjects = {
  'the function itself': async () => answer(asked),
  'core, at once': call('sync'),
  'core, async': call('async'),
  'core, read': read('sync'),
  ...(hasDriver && { 'native (SQLite through ADBC), read': read('native', { sql: 'SELECT 1' }) }),
  ...(program && { 'program (CSV in Go), read': read('program', { file: 'one.csv' }) }),
};

/** Many calls are one sample where a call takes no longer than a look at the clock; one is where threads take part. */
const [rounds, samples] = [61, 20];
const progress = showProgress('round');
const isCore = (name) => !/native|program/.test(name);
const taken = mapValues(subjects, () => []);
for (const [name, subject] of Object.entries(subjects))
  for (let count = 0; count < (isCore(name) ? 3000 : 500); count++) await subject();
for (let round = 0; round < rounds; round++) {
  progress(round, rounds);
  for (const [name, subject] of Object.entries(subjects)) {
    const [times, calls] = isCore(name) ? [1, 100] : [samples, 1];
    for (let sample = 0; sample < times; sample++) {
      const start = process.hrtime.bigint();
      for (let count = 0; count < calls; count++) await subject();
      taken[name].push(Number(process.hrtime.bigint() - start) / calls);
    }
  }
}
await host.close();
rmSync(folder, { recursive: true, force: true });
const microseconds = mapValues(taken, (times) => median(times) / 1000);
const base = microseconds['the function itself'];
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ microseconds, above: mapValues(microseconds, (time) => time - base) }));
} else {
  console.log('A trivial query, µs a call (median of rounds in turn):');
  for (const [name, time] of Object.entries(microseconds))
    console.log(
      `  ${name.padEnd(36)} ${time.toFixed(2).padStart(8)} ± ${Math.round(spread(taken[name]) * 100)} %`,
    );
  if (!hasDriver) console.log('  native: needs the ADBC driver sqlite: npm run adbc-drivers');
  if (!program) console.log('  program: needs npm run go-plugins -- csv-datasource');
  console.log(
    `core is ${(microseconds['core, at once'] - base).toFixed(2)} µs above the function itself (at most 5)`,
  );
  if (hasDriver) console.log('SQLite through the host: at most 120');
}
