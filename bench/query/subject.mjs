// One way to get a million rows, in a process of its own: node subject.mjs NAME '{"sqlite": …}' says as JSON what it took.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [name, given] = process.argv.slice(2);
const { file, betterSqlite, uri, drivers } = JSON.parse(given);
const sql = 'SELECT id, price, item, at, sold FROM orders';

/** Whatever reads a value does something with it, so that none is left out. */
let seen = 0;
const touch = (value) => {
  if (typeof value === 'string') seen += value.length;
  else if (value) seen++;
};
const touchColumn = (column) => {
  for (const value of column) touch(value);
};
const touchRow = (row) => {
  for (let column = 0; column < row.length; column++) touch(row[column]);
};

/** Each opens, and gives what is measured: a function that answers how many rows it got. */
const subjects = {
  'better-sqlite3, arrays': () => {
    const statement = better().prepare(sql).raw();
    return () => statement.all().length;
  },
  'better-sqlite3, each value': () => {
    const statement = better().prepare(sql).raw();
    return () => {
      let rows = 0;
      for (const row of statement.iterate()) {
        touchRow(row);
        rows++;
      }
      return rows;
    };
  },
  'node:sqlite, arrays': async () => {
    const { DatabaseSync } = await import('node:sqlite');
    const statement = new DatabaseSync(file, { readOnly: true }).prepare(sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    return () => statement.all().length;
  },
  'pg, arrays': async () => {
    const client = await pg();
    return async () => (await client.query({ text: sql, rowMode: 'array' })).rows.length;
  },
  'pg, each value': async () => {
    const client = await pg();
    return async () => {
      const { rows } = await client.query({ text: sql, rowMode: 'array' });
      for (const row of rows) touchRow(row);
      return rows.length;
    };
  },
  'mortise, SQLite, columns': () => columns(open('sqlite', { uri: file })),
  'mortise, SQLite, each value': () => eachValue(open('sqlite', { uri: file })),
  'mortise, PostgreSQL, columns': () => columns(open('postgresql', { uri })),
  'mortise, PostgreSQL, each value': () => eachValue(open('postgresql', { uri })),
};

function better() {
  const Database = createRequire(import.meta.url)(betterSqlite);
  return new Database(file, { readonly: true });
}

async function pg() {
  const { default: library } = await import('pg');
  const client = new library.Client({ connectionString: uri });
  await client.connect();
  return client;
}

async function open(driver, options) {
  const { Host } = await import('../../dist/mortise.js');
  const host = await Host.open({ plugins: [drivers[driver]] });
  return host.querying.open(driver, { options });
}

/** All columns, held at once. */
async function columns(opening) {
  const database = await opening;
  return async () => {
    const table = await database.table(sql);
    // Each is there: reading its last value finds the last batch of it.
    for (let column = 0; column < table.numCols; column++)
      touch(table.getChildAt(column).at(table.numRows - 1));
    return table.numRows;
  };
}

/** As they come. */
async function eachValue(opening) {
  const database = await opening;
  return async () => {
    let rows = 0;
    for await (const frame of await database.query(sql)) {
      const table = frame.table();
      for (let column = 0; column < table.numCols; column++) touchColumn(table.getChildAt(column));
      rows += frame.rowCount;
    }
    return rows;
  };
}

/** How long the event loop was held, by the clock, and by the processor: other processes' time is not in that. */
function watchLoop() {
  const ran = () => {
    try {
      return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
    } catch {
      return 0;
    }
  };
  const longest = { wall: 0, cpu: 0 };
  let [wall, cpu] = [performance.now(), ran()];
  const tick = () => {
    const [nextWall, nextCpu] = [performance.now(), ran()];
    longest.wall = Math.max(longest.wall, nextWall - wall);
    longest.cpu = Math.max(longest.cpu, nextCpu - cpu);
    [wall, cpu] = [nextWall, nextCpu];
  };
  const timer = setInterval(tick, 1);
  return () => {
    clearInterval(timer);
    tick();
    return longest;
  };
}

/** More than once: the first time much is compiled. What an earlier run left is garbage, whose memory counts as well. */
const runs = 3;
const subject = await subjects[name]();
const before = process.memoryUsage.rss();
const taken = [];
for (let run = 0; run < runs; run++) {
  // Timers of what was before are over.
  await new Promise((done) => setTimeout(done, 20));
  const stopLoop = watchLoop();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const rows = await subject();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  if (rows !== 1_000_000) throw new Error(`${rows} rows`);
  taken.push({ ms, cpu: (user + system) / 1000, loop: stopLoop() });
}
const of = (pick) => taken.map(pick).sort((a, b) => a - b)[Math.floor(runs / 2)];
const peak = process.resourceUsage().maxRSS * 1024;
console.log(
  JSON.stringify({
    ms: of(({ ms }) => ms),
    cpu: of(({ cpu }) => cpu),
    held: of(({ loop }) => loop.wall),
    ran: of(({ loop }) => loop.cpu),
    memory: peak - before,
    seen,
  }),
);
process.exit(0);
