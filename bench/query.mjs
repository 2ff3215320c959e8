// npm run bench -- query: the same trivial query through each kind of data source, and the function itself, in turn.
import { existsSync } from 'node:fs';
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
const host = await Host.open({
  plugins: hasDriver ? [driver] : [],
  querying: { core, sources: { native: { plugin: 'sqlite', url: ':memory:' } } },
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
};

const rounds = 61;
const progress = showProgress('round');
const calls = mapValues(subjects, () => 100);
const taken = mapValues(subjects, () => []);
for (const subject of Object.values(subjects)) for (let count = 0; count < 3000; count++) await subject();
for (let round = 0; round < rounds; round++) {
  progress(round, rounds);
  for (const [name, subject] of Object.entries(subjects)) {
    const start = process.hrtime.bigint();
    for (let count = 0; count < calls[name]; count++) await subject();
    taken[name].push(Number(process.hrtime.bigint() - start) / calls[name]);
  }
}
await host.close();
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
  console.log(
    `core is ${(microseconds['core, at once'] - base).toFixed(2)} µs above the function itself (at most 5)`,
  );
}
