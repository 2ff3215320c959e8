/**
 * Mixed load on examples/pg-router for a while. Prints what was done and what went wrong, and compares what the tables
 * hold at the end with what was acknowledged.
 *
 * usage: node main.mjs MINUTES
 */
import { findPostgres } from '../../../examples/pg-router/servers/binaries.js';
import { withPg, withPostgres } from './clients.mjs';
import { withPgbench, withPsql } from './programs.mjs';
import { accounts, balance, Stage, tenants } from './stage.mjs';
import { Hung, Tally } from './tally.mjs';

const minutes = Number(process.argv[2]);
const binaries = findPostgres();
if (!binaries) {
  console.error('No PostgreSQL server here: see examples/pg-router/README.md');
  process.exit(2);
}
const stage = new Stage(binaries);
const tally = new Tally();
let isOver = false;
let ending;

/** Whatever happens, no server is left. What fails while they end is no news. */
function stop(why, code) {
  isOver = true;
  ending ??= (async () => {
    console.error(why);
    await stage.end();
    process.exit(code);
  })();
  return ending;
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal, 130));
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => stop(error, 1));

/** One after another until the time is over; after what hangs, with a new connection. */
async function lane(work) {
  for (let turn = 0; !isOver; turn++) {
    try {
      await work(turn);
    } catch (error) {
      if (!(error instanceof Hung)) throw error;
      console.error(`${error.message}\n${await stage.activity()}`);
    }
  }
}

try {
  await stage.start();
} catch (error) {
  await stop(error, 1); // or the signal's end, which came first
}
stage.onDeath((why) => stop(why, 1));
const began = performance.now();
const seconds = () => Math.round((performance.now() - began) / 1000);
const timer = setTimeout(() => {
  isOver = true;
}, minutes * 60_000);
const told = setInterval(() => {
  console.error(
    `${seconds()} s: ${tally.sum('done')} done, ${tally.sum('failed')} failed, ${tally.sum('hung')} hung`,
  );
}, 30_000);
const protocols = ['simple', 'extended', 'prepared'];
await Promise.all([
  ...Array.from({ length: 4 }, () => lane(() => withPg(stage.port, tally))),
  ...Array.from({ length: 3 }, () => lane(() => withPostgres(stage.port, tally))),
  lane(() => withPsql(stage, tally)),
  lane((turn) => withPgbench(stage, tally, protocols[turn % 3])),
]);
clearTimeout(timer);
clearInterval(told);
if (ending) await ending;

/** What the primaries hold must be what was acknowledged: no write is lost, none is done twice. */
await tally.run('the tables at the end', async () => {
  for (const [shard, { primary }] of stage.cluster.shards.entries()) {
    const own = [...Array(tenants).keys()].filter((tenant) => tenant % 2 === shard);
    const expected = own.map(
      (tenant) => `${tenant}|${accounts * balance}|${tally.counted.get(tenant) ?? 0}\n`,
    );
    const found = await stage.sql(
      primary.port,
      `SELECT tenant_id, sum(balance), max(n) FROM accounts JOIN counters USING (tenant_id) GROUP BY 1 ORDER BY 1`,
    );
    if (found !== expected.join(''))
      throw new Error(`shard ${shard} has\n${found}and should have\n${expected.join('')}`);
  }
});
const cost = stage.cost;
const log = stage.log();
await stage.end();

const rows = [...tally.counts].sort(([one], [other]) => one.localeCompare(other));
for (const [name, { done, refused, failed, hung }] of rows) {
  const told = [
    `${done} done`,
    refused && `${refused} refused as they should be`,
    failed && `${failed} FAILED`,
    hung && `${hung} HUNG`,
  ];
  console.log(`  ${name.padEnd(54)} ${told.filter(Boolean).join(', ')}`);
}
for (const message of tally.messages) console.log(`! ${message}`);
if (log) console.log(`the router wrote:\n${log}`);
const wrong = tally.sum('failed') + tally.sum('hung');
console.log(
  `${wrong || log ? 'FAIL' : 'ok'}  ${seconds()} s: ${tally.sum('done') + tally.sum('refused')} operations and ${tally.transactions} transactions ` +
    `of pgbench, ${wrong} errors; the router took ${cost.seconds.toFixed(0)} s of processor time and ${cost.memory} MiB`,
);
process.exit(wrong || log ? 1 : 0);
