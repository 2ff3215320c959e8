// Part of npm run bench -- query: small queries and ingest of PostgreSQL beside pg, in turn, and what cancelling takes.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Host } from '../dist/mortise.js';
import { adbcDrivers } from '../scripts/adbc-drivers.mjs';
import { postgresTable } from './query/tables.mjs';
import { mapValues, median, pairedRatios, spread } from './samples.mjs';

const driver = adbcDrivers(['postgresql'])?.postgresql;
const host = driver && (await Host.open({ plugins: [driver] }));
const server = host && (await postgresTable(host));
if (!server) {
  console.log('Not measured: the ADBC driver postgresql (npm run adbc-drivers) or PostgreSQL’s programs');
  await host?.close();
  process.exit(0);
}
const database = await host.querying.open('postgresql', { options: { uri: server.uri } });
const client = new pg.Client({ connectionString: server.uri });
await client.connect();

try {
  const result = { small: await small(), ingest: await ingest(), cancel: await cancelling() };
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else report(result);
} finally {
  await client.end();
  await host.close();
  await server.remove();
}

/** Microseconds of each call, many of them in turn. */
async function small() {
  // The driver asks for the columns' types first and then copies, which pays for many rows.
  const withoutCopy = { options: { 'adbc.postgresql.use_copy': false } };
  const read = async (options) => {
    for await (const frame of await database.query('SELECT 1', undefined, options)) frame.rowCount;
  };
  const subjects = {
    pg: () => client.query('SELECT 1'),
    'mortise, without COPY': () => read(withoutCopy),
    'mortise, as the driver does by itself': () => read(),
    'mortise, without COPY, as objects': () => database.rows('SELECT 1', undefined, withoutCopy),
  };
  const taken = mapValues(subjects, () => []);
  for (const subject of Object.values(subjects)) for (let count = 0; count < 500; count++) await subject();
  for (let round = 0; round < 100; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      const times = [];
      for (let count = 0; count < 20; count++) {
        const start = performance.now();
        await subject();
        times.push((performance.now() - start) * 1000);
      }
      // Of neighbours the machine interrupts one or two.
      taken[name].push(median(times));
    }
  }
  return { medians: mapValues(taken, median), ratios: pairedRatios(taken, 'pg'), spread: spread(taken.pg) };
}

/** 200,000 rows × 5, from columns in JavaScript. */
async function ingest() {
  const count = 200_000;
  const all = Array.from({ length: count }, (_, index) => index);
  const columns = {
    id: BigInt64Array.from(all, BigInt),
    price: Float64Array.from(all, (index) => index * 0.37),
    item: all.map((index) => `item number ${index}`),
    at: all.map((index) => new Date(1_700_000_000_000 + index)),
    sold: all.map((index) => index % 2 === 0),
  };
  const insert =
    'INSERT INTO filled SELECT * FROM unnest($1::int8[], $2::float8[], $3::text[], $4::timestamptz[], $5::bool[])';
  const create = 'CREATE UNLOGGED TABLE filled (id int8, price float8, item text, at timestamptz, sold bool)';
  const subjects = {
    mortise: () => database.ingest('filled', columns, { mode: 'append' }),
    'pg with unnest': () =>
      client.query(
        insert,
        Object.values(columns).map((column) => Array.from(column)),
      ),
  };
  const [ms, cpu] = [mapValues(subjects, () => []), mapValues(subjects, () => [])];
  for (let round = -1; round < 5; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      await client.query(`DROP TABLE IF EXISTS filled; ${create}`);
      const used = process.cpuUsage();
      const start = performance.now();
      await subject();
      const took = performance.now() - start;
      const { user, system } = process.cpuUsage(used);
      const [{ n }] = (await client.query('SELECT count(*)::int AS n FROM filled')).rows;
      if (n !== count) throw new Error(`${name}: ${n} rows`);
      if (round < 0) continue;
      ms[name].push(took);
      cpu[name].push((user + system) / 1000);
    }
  }
  const of = (taken) => pairedRatios(taken, 'mortise')['pg with unnest'];
  return { ms: mapValues(ms, median), cpu: mapValues(cpu, median), wall: of(ms), work: of(cpu) };
}

/** Milliseconds from the abort until the connection has answered another query. */
async function cancelling() {
  const times = [];
  const one = await host.querying.open('one', {
    driver: 'postgresql',
    options: { uri: server.uri },
    connections: 1,
  });
  for (let round = 0; round < 15; round++) {
    const controller = new AbortController();
    const sleeping = one
      .rows('SELECT pg_sleep(60)', undefined, { signal: controller.signal })
      .catch(({ name }) => name);
    await sleep(50);
    const start = performance.now();
    controller.abort();
    if ((await sleeping) !== 'AbortError') throw new Error('it was not cancelled');
    await one.rows('SELECT 1');
    times.push(performance.now() - start);
  }
  await one.close();
  return { ms: median(times), most: Math.max(...times) };
}

function report({ small: { medians, ratios, spread: apart }, ingest: filled, cancel }) {
  console.log(`SELECT 1 through PostgreSQL, µs (pg ± ${Math.round(apart * 100)} %):`);
  for (const [name, time] of Object.entries(medians))
    console.log(
      `  ${name.padEnd(38)} ${Math.round(time).toString().padStart(5)}  ${ratios[name].toFixed(2)} × pg`,
    );
  console.log('Ingest of 200,000 rows × 5:');
  for (const [name, time] of Object.entries(filled.ms))
    console.log(
      `  ${name.padEnd(38)} ${Math.round(time).toString().padStart(5)} ms, ${Math.round(filled.cpu[name])} of CPU`,
    );
  console.log(`  ${filled.wall.toFixed(2)} × pg (at least 2.3), ${filled.work.toFixed(2)} × by CPU time`);
  console.log(
    `Cancelled, and its connection answers again: ${cancel.ms.toFixed(1)} ms, at most ${cancel.most.toFixed(1)} (at most 50)`,
  );
}
