// Part of npm run bench -- query: ten million rows. When the first come, what memory they take, and what a reader that stops
// stops.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Host } from '../dist/mortise.js';
import { adbcDrivers } from '../scripts/adbc-drivers.mjs';

const driver = adbcDrivers(['sqlite'])?.sqlite;
if (!driver) {
  console.log('Not measured: it needs the ADBC driver sqlite: npm run adbc-drivers');
  process.exit(0);
}
const million = 1_000_000;
const rows = 10 * million;
const sql = `WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM r WHERE id < ${rows})
  SELECT id, id * 0.37 AS price, 'item number ' || id AS item, id * 1000 AS at, id % 2 AS sold FROM r`;
const host = await Host.open({ plugins: [driver] });
const database = await host.querying.open('sqlite', { options: { uri: ':memory:' } });
const result = { ...(await whole()), ...(await stopped()) };
await host.close();
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else {
  const { firstMs, wholeMs, memory, ran } = result;
  console.log(
    `Ten million rows × 5 out of SQLite: the first after ${firstMs.toFixed(0)} of ${wholeMs.toFixed(0)} ms`,
  );
  console.log(`  memory after each million, MB: ${memory.map((bytes) => Math.round(bytes / 1e6)).join(' ')}`);
  console.log(`  while nobody read on for a second the driver's threads ran ${ran.toFixed(1)} ms`);
}

async function whole() {
  const start = performance.now();
  let [read, firstMs] = [0, 0];
  const memory = [];
  for await (const frame of await database.query(sql)) {
    firstMs ||= performance.now() - start;
    read += frame.rowCount;
    if (read >= (memory.length + 1) * million) memory.push(process.memoryUsage.rss());
  }
  if (read !== rows) throw new Error(`${read} rows`);
  return { firstMs, wholeMs: performance.now() - start, memory };
}

/** After the batch that is read ahead. */
async function stopped() {
  const result = await database.query(sql);
  const frames = result[Symbol.asyncIterator]();
  await frames.next();
  await sleep(500);
  const before = driverMs();
  await sleep(1000);
  const ran = driverMs() - before;
  await frames.return();
  return { ran };
}

/** Linux alone tells: how long the threads ran that call drivers. */
function driverMs() {
  let all = 0;
  for (const task of readdirSync('/proc/self/task')) {
    const of = (file) => readFileSync(`/proc/self/task/${task}/${file}`, 'utf8');
    if (of('comm').startsWith('mortise-adbc')) all += Number(of('schedstat').split(' ')[0]) / 1e6;
  }
  return all;
}
