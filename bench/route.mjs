// npm run bench -- route: what a routing decision costs beside an empty Node-API call and beside koffi.
import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import koffi from 'koffi';
import { Router } from '../dist/capabilities/routing/router.js';
import { addon } from '../dist/native/addon.js';
import { compile } from './compile.mjs';
import { medians, showProgress } from './samples.mjs';

const json = process.argv.includes('--json');
const rounds = Number(process.argv.find((argument) => /^--rounds=/.test(argument))?.slice(9) ?? 201);

const libraries = [compile('router.c', ['-DPASSES']), compile('router.c')].map((path) => koffi.load(path));
const native = addon();
const host = native.createHost('0.0.0', () => {});
const [passes, decides] = libraries.map((library, index) => {
  const address = (name) => koffi.address(library.symbol(name, 'void *'));
  return native.createPlugin(host, {
    name: index === 0 ? 'passes' : 'decides',
    path: '',
    config: {},
    route: address('module_route'),
    moduleHost: address('module_host'),
  });
});

/** A chain whose last plugin decides. */
const chain = (length) =>
  new Router(
    Array.from({ length }, (_, index) => ({
      name: `plugin_${index}`,
      native: index + 1 < length ? passes : decides,
      faults: 0,
    })),
    { shards: 4 },
  );

/** 60 bytes. */
const sql = 'SELECT id, sum FROM orders WHERE tenant_id = $1 AND state=$2';
// Made at run time, as parameters are: no compiler knows them. A tenant's number and a region.
const keys = Array.from({ length: 64 }, (_, index) => String(10 + index));
const states = Array.from({ length: 64 }, (_, index) => ['eu', 'us', 'jp', 'br'][index % 4]);
const uuids = Array.from({ length: 64 }, () => randomUUID());
// As long as the other one, and never twice the same.
let serial = 0;
const fresh = () =>
  `SELECT id, sum FROM orders WHERE tenant_id = $1 AND id = ${String(serial++).padStart(6)}`;

const text = koffi.struct({ data: 'const char *', size: 'uint64_t' });
const parameter = koffi.struct({
  data: 'const char *',
  size: 'uint64_t',
  format: 'int32_t',
  is_null: 'int32_t',
});
const context = koffi.struct({
  size: 'uint32_t',
  shards: 'uint32_t',
  has_replicas: 'uint32_t',
  has_primary: 'uint32_t',
  in_transaction: 'uint32_t',
  write_override: 'uint32_t',
  sql: text,
  parameters: koffi.pointer(parameter),
  parameter_count: 'uint64_t',
  statement: 'void *',
});
const route = koffi.struct({
  size: 'uint32_t',
  target: 'int32_t',
  read_write: 'int32_t',
  reserved: 'uint32_t',
  shard: 'uint64_t',
});
const marshalled = libraries[1].func('module_route', 'int32_t', [
  koffi.pointer(context),
  koffi.inout(koffi.pointer(route)),
]);

let sink = 0;
const { empty } = native;
const one = chain(1);
// Its own: a host that sees every text once stops looking for known ones.
const forNew = chain(1);
const prepared = one.prepare(sql);
const subjects = {
  'addon.empty()': (calls) => {
    for (let i = 0; i < calls; i++) native.empty();
  },
  'empty(), hoisted out of the addon': (calls) => {
    for (let i = 0; i < calls; i++) empty();
  },
  route(calls) {
    for (let i = 0; i < calls; i++) {
      sink += one.route({ sql, params: [keys[i & 63], states[i & 63]] }).shard;
    }
  },
  'route, every SQL new'(calls) {
    for (let i = 0; i < calls; i++) {
      sink += forNew.route({ sql: fresh(), params: [keys[i & 63], states[i & 63]] }).shard;
    }
  },
  'prepare().route': (calls) => {
    for (let i = 0; i < calls; i++) sink += prepared.route([keys[i & 63], states[i & 63]]).shard;
  },
  'route, 2 UUIDs': (calls) => {
    for (let i = 0; i < calls; i++) {
      sink += one.route({ sql, params: [uuids[i & 63], uuids[(i + 1) & 63]] }).shard;
    }
  },
  ...Object.fromEntries(
    [4, 16].map((length) => {
      const many = chain(length);
      return [
        `route, chain of ${length}`,
        (calls) => {
          for (let i = 0; i < calls; i++) {
            sink += many.route({ sql, params: [keys[i & 63], states[i & 63]] }).shard;
          }
        },
      ];
    }),
  ),
  'koffi, struct from an object'(calls) {
    for (let i = 0; i < calls; i++) {
      const params = [keys[i & 63], states[i & 63]];
      const answer = { size: 24, target: 0, read_write: 0, reserved: 0, shard: 0 };
      marshalled(
        {
          size: 72,
          shards: 4,
          has_replicas: 0,
          has_primary: 1,
          in_transaction: 0,
          write_override: 0,
          sql: { data: sql, size: sql.length },
          parameters: params.map((data) => ({ data, size: data.length, format: 0, is_null: 0 })),
          parameter_count: params.length,
          statement: null,
        },
        answer,
      );
      sink += Number(answer.shard);
    }
  },
};

const time = medians(subjects, { rounds, progress: showProgress('route') });
// As a service would call its own addon; a function that was taken out of it beforehand is faster still.
const floor = time['addon.empty()'];
const perPlugin = (time['route, chain of 16'] - time.route) / 15;
const rows = Object.entries(time).map(([name, nanoseconds]) => ({
  name,
  nanoseconds: Number(nanoseconds.toFixed(1)),
  timesEmptyCall: Number((nanoseconds / floor).toFixed(2)),
}));
const targets = [
  { name: 'route ÷ empty call', limit: 6.5, found: time.route / floor },
  { name: 'prepare().route ÷ empty call', limit: 4.5, found: time['prepare().route'] / floor },
  { name: 'each further plugin, ns', limit: 3, found: perPlugin },
  {
    name: 'route ÷ koffi with struct marshalling',
    limit: 1 / 20,
    found: time.route / time['koffi, struct from an object'],
  },
].map(({ name, limit, found }) => ({
  name,
  limit,
  found: Number(found.toFixed(3)),
  reached: found <= limit,
}));

if (json) {
  const machine = {
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    cpus: cpus()[0]?.model,
  };
  console.log(JSON.stringify({ schema: 1, bench: 'route', rounds, machine, rows, targets }));
} else {
  console.log('60 bytes of SQL, 2 text parameters of 2 bytes; medians of interleaved samples\n');
  console.log(`${'a call'.padEnd(34)} ${'ns'.padStart(9)}  ${'× empty'.padStart(8)}`);
  for (const { name, nanoseconds, timesEmptyCall } of rows) {
    console.log(
      `${name.padEnd(34)} ${nanoseconds.toFixed(1).padStart(9)}  ${timesEmptyCall.toFixed(2).padStart(8)}`,
    );
  }
  console.log('\ntargets');
  for (const { name, limit, found, reached } of targets) {
    console.log(
      `  ${reached ? 'ok  ' : 'MISS'}  ${name.padEnd(38)} ${String(found).padStart(7)}  (at most ${limit})`,
    );
  }
}
if (!Number.isFinite(sink)) console.log(sink);
