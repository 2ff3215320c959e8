// npm run bench -- sql: what reading a query's SQL costs: of a statement that is known, and of one that must be parsed,
// with libpg_query as WebAssembly beside a plugin that has it as native code.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Host } from '../dist/index.js';
import { compile } from './compile.mjs';
import { mapValues, median, pairedRatios, samples, showProgress, spread } from './samples.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const plugin = (...defines) => ({ name: compile('sql.c', defines) });
const open = (plugins, options = {}) =>
  Host.open({ plugins, parser: 'pg_query', routing: { shards: 16, ...options }, announce: false });
const results = {};

/** A query that a plugin decides by its first parameter, or by what stands in its SQL. */
const sql = 'SELECT id, sum FROM orders WHERE tenant_id = $1 AND state = $2';
const params = ['4211', 'paid'];

function report(title, taken, base, unit = 1, of = 'ns') {
  const ratios = pairedRatios(taken, base);
  console.log(`\n${title}`);
  for (const [name, times] of Object.entries(taken)) {
    const each = (median(times) / unit).toFixed(of === 'ns' ? 0 : 2);
    const ratio = name === base ? '' : `${ratios[name].toFixed(2)} ×`;
    console.log(
      `  ${name.padEnd(44)} ${each.padStart(8)} ${of}  ±${(spread(times) * 100).toFixed(0)} %  ${ratio}`,
    );
  }
  results[title] = mapValues(taken, (times) => median(times) / unit);
  return ratios;
}

function target(name, value, limit, isAtLeast = false) {
  const ok = isAtLeast ? value >= limit : value <= limit;
  console.log(
    `  ${ok ? 'ok    ' : 'missed'} ${name}: ${value.toFixed(2)}, at ${isAtLeast ? 'least' : 'most'} ${limit}`,
  );
}

async function known() {
  const hosts = {
    'route, by a parameter': await open([plugin()]),
    '… by the summary of its SQL': await open([plugin('-DREADS_SUMMARY')]),
  };
  const subjects = mapValues(hosts, (host) => (calls) => {
    for (let call = 0; call < calls; call++) host.route({ sql, params });
  });
  for (const host of Object.values(hosts)) {
    const { shard } = host.route({ sql, params });
    if (shard !== 4211 % 16) throw new Error(`the plugin answers ${shard}`);
  }
  const ratios = report(
    'A statement that is known',
    samples(subjects, { progress: showProgress('known') }),
    'route, by a parameter',
  );
  target('the summary, times the same without it', ratios['… by the summary of its SQL'], 1.3);
  for (const host of Object.values(hosts)) await host.close();
}

async function chain() {
  const example = (path) => ({ name: `${root}${path}`, required: true });
  const host = await open([
    {
      ...example('example-plugins/c-query-firewall/build/libquery_firewall.so'),
      config: { deny: ['drop table'] },
    },
    example('target/release/librust_tenant_router.so'),
    example('example-plugins/c-read-splitter/build/libread_splitter.so'),
  ]);
  const statements = {
    'one of a tenant, which the second decides': 'UPDATE orders SET state = $2 WHERE tenant_id = $1',
    'one of all tenants, which the third decides': 'UPDATE orders SET state = $2 WHERE tenant_id > $1',
  };
  const subjects = mapValues(statements, (sql) => (calls) => {
    for (let call = 0; call < calls; call++) host.route({ sql, params });
  });
  const deciders = Object.values(statements).map((sql) => host.route({ sql, params }).plugin);
  if (`${deciders}` !== 'rust_tenant_router,read_splitter') throw new Error(`it was decided by ${deciders}`);
  const taken = samples(subjects, { progress: showProgress('chain') });
  const [first] = Object.keys(subjects);
  report('The three example plugins', taken, first);
  for (const [name, times] of Object.entries(taken)) target(`nanoseconds for ${name}`, median(times), 1000);
  await host.close();
}

/** Statements that pgbench sends: each is a text of its own. */
async function shapes() {
  const host = await open([plugin('-DASKS_SUMMARY')]);
  const nothing = await open([plugin('-DASKS_NOTHING')]);
  let account = 0;
  const ask = (host, behind) => (calls) => {
    for (let call = 0; call < calls; call++)
      host.route({ sql: `SELECT abalance FROM pgbench_accounts WHERE aid = ${++account}${behind}` });
  };
  const subjects = {
    'not parsed': ask(nothing, ';'),
    'of a shape that is known': ask(host, ';'),
    'parsed whole, by WebAssembly': ask(host, '; --'),
  };
  report('A new text of pgbench', samples(subjects, { progress: showProgress('shapes') }), 'not parsed');
  await host.close();
  await nothing.close();
}

/** What example-plugins/rust-pg-parser makes; undefined: it isn't built. */
function nativeParser() {
  const { status, stdout } = spawnSync(process.execPath, [`${root}scripts/pgdog.mjs`, '--where'], {
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stdout).parser : undefined;
}

/** 100 statements, some of each file. */
function mixed() {
  const lines = ['saas', 'tpcc', 'tpch'].flatMap((file) =>
    readFileSync(`${root}workload/${file}.jsonl`, 'utf8').trim().split('\n'),
  );
  const every = lines.length / 100;
  return Array.from({ length: 100 }, (_, index) => JSON.parse(lines[Math.floor(index * every)]).sql);
}

async function parsers() {
  const statements = mixed();
  const native = nativeParser();
  if (!native) console.log('\nNo native parser beside it: npm run pgdog builds one');
  const kinds = {
    summary: 'ASKS_SUMMARY',
    'protobuf bytes': 'ASKS_TREE',
    fingerprint: 'ASKS_FINGERPRINT',
    'normalised text': 'ASKS_NORMALISED',
  };
  const least = { summary: 4, 'protobuf bytes': 1.3, 'normalised text': 3 };
  // A comment keeps a text from having a shape that is known.
  const texts = statements.map((text) => `/**/ ${text}`);
  const walk = (host) => (calls) => {
    for (let call = 0; call < calls; call++)
      for (const text of texts) {
        const { errors } = host.route({ sql: text });
        if (errors) throw new Error(`${errors[0].message}: ${text}`);
      }
  };
  // With room for one text, each is parsed each time.
  const bounds = { sqlCacheTexts: 1 };
  for (const [kind, define] of Object.entries(kinds)) {
    const asks = plugin(`-D${define}`);
    const hosts = {
      WebAssembly: await open([asks], bounds),
      'nothing asked': await open([plugin('-DASKS_NOTHING')], bounds),
    };
    if (native) hosts.native = await open([asks, { name: native, required: true }], bounds);
    const taken = samples(mapValues(hosts, walk), {
      rounds: 25,
      microseconds: 20_000,
      progress: showProgress(kind),
    });
    const base = taken['nothing asked'];
    const made = mapValues(taken, (times) => times.map((time, round) => time - base[round]));
    delete made['nothing asked'];
    const ratios = report(
      `${kind}, µs a statement`,
      made,
      hosts.native ? 'native' : 'WebAssembly',
      1000 * statements.length,
      'µs',
    );
    if (hosts.native && least[kind])
      target(`${kind}: WebAssembly ÷ native`, ratios.WebAssembly, least[kind], true);
    for (const host of Object.values(hosts)) await host.close();
  }
}

await known();
await chain();
await shapes();
await parsers();
if (process.argv.includes('--json')) console.log(JSON.stringify(results));
