// What bench/route.mjs times: the ways in which users ask for a decision, and what they would write instead.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import koffi from 'koffi';
import { Router } from '../dist/capabilities/routing/router.js';
import { addon } from '../dist/native/addon.js';
import { compile } from './compile.mjs';
import { marshalling } from './route-koffi.mjs';

const require = createRequire(import.meta.url);
const paths = [compile('router.c', ['-DPASSES']), compile('router.c')];
const libraries = paths.map((path) => koffi.load(path));
const native = addon();
// koffi unloads a library that nobody holds.
for (const path of paths) native.pin(path);
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
const chain = (length = 1) =>
  new Router(
    Array.from({ length }, (_, index) => ({
      name: `plugin_${index}`,
      native: index + 1 < length ? passes : decides,
      faults: 0,
    })),
    { shards: 4 },
  );

// Made at run time, as parameters are: no compiler knows them. A tenant's number and a region.
const keys = Array.from({ length: 64 }, (_, index) => String(10 + index));
const states = Array.from({ length: 64 }, (_, index) => ['eu', 'us', 'jp', 'br'][index % 4]);
const mixed = Array.from({ length: 64 }, (_, index) => 'abcdefghijkl'.slice(0, 1 + ((index * 7) % 12)));
const uuids = Array.from({ length: 64 }, () => randomUUID());
/** 60 bytes. */
const sql = 'SELECT id, sum FROM orders WHERE tenant_id = $1 AND state=$2';
const bytesOf = (copy) => Buffer.from(sql.replace('orders', `order${copy}`));
const texts = Array.from(
  { length: 400 },
  (_, index) => `SELECT id, sum FROM orders WHERE tenant_id = $1 AND id=$2+${String(index).padStart(2, '0')}`,
);
// As long as the others, and never twice the same.
let serial = 0;
const fresh = () =>
  `SELECT id, sum FROM orders WHERE tenant_id = $1 AND id = ${String(serial++).padStart(6)}`;

const { empty } = native;
const handWritten = require(
  compile('addon.c', [], { extension: 'node', include: require('node-api-headers').include_dir }),
);
const marshalled = marshalling(libraries[1]);
const kept = Array(64).fill();
let sink = 0;

/** How often each loop is made. What one takes depends by up to a tenth on where it, or its text's hash, happens to lie. */
const copies = 8;

/**
 * A subject with loops of its own: none shares what V8 learnt of another.
 * @param {(copy: number) => Record<string, unknown>} names what the expression names
 */
function loop(expression, names) {
  const loops = Array.from({ length: copies }, (_, copy) => {
    const named = names(copy);
    const body = `let sink = 0; return (calls) => { for (let i = 0; i < calls; i++) { ${expression}; } return sink; };`;
    return new Function(...Object.keys(named), body)(...Object.values(named));
  });
  return (calls) => {
    for (const one of loops) one(Math.ceil(calls / copies));
  };
}

/** The only one of its process, as an application has only one host. */
const one = chain();
const route = (query, names = () => ({})) =>
  loop(`sink += one.route(${query}).shard`, (copy) => ({ one, sql, keys, states, ...names(copy) }));
const both = 'params: [keys[i & 63], states[i & 63]]';
const prepared = one.prepare(sql);

export const base = 'empty native call, out of its object';

const floor = {
  [base]: loop('empty()', () => ({ empty })),
};

const preparedRoute = () => ({ one: prepared, keys, states });
const sameSql = `{ sql, ${both} }`;

/** An application whose queries all have the same members. */
const usual = () => ({
  'the same, in its object': loop('native.empty()', () => ({ native })),
  prepared: loop('sink += one.route([keys[i & 63], states[i & 63]]).shard', preparedRoute),
  'prepared, the result kept': loop('kept[i & 63] = one.route([keys[i & 63], states[i & 63]])', () => ({
    ...preparedRoute(),
    kept,
  })),
  'route, the same SQL': route(sameSql),
  '… and the result kept': loop(`kept[i & 63] = one.route(${sameSql})`, () => ({
    one,
    sql,
    keys,
    states,
    kept,
  })),
  'route, 16 texts in turn': route(`{ sql: texts[i & 15], ${both} }`, (copy) => ({
    texts: texts.slice(copy * 16, copy * 16 + 16),
  })),
  'route, 400 texts in turn': route(`{ sql: texts[i % 400], ${both} }`, () => ({ texts })),
  'route, a new string of the same text': route(`{ sql: bytes.latin1Slice(), ${both} }`, (copy) => ({
    bytes: bytesOf(copy),
  })),
  'making such a string': loop('sink += bytes.latin1Slice().length', (copy) => ({ bytes: bytesOf(copy) })),
  'a hand-written addon': loop('sink += call(sql, keys[i & 63], states[i & 63])', () => ({
    call: handWritten,
    sql,
    keys,
    states,
  })),
  'koffi, structs from objects': (calls) => {
    for (let i = 0; i < calls; i++) sink += marshalled(sql, [keys[i & 63], states[i & 63]]);
  },
});

/** One whose queries are of many shapes, some of which are asked the long way: V8 can leave out less. */
const various = () => ({
  'route, beside queries of other shapes': route(sameSql),
  '… with shards and inTransaction': route(`{ sql, ${both}, shards: 4, inTransaction: (i & 64) === 0 }`),
  '… without parameters': loop('sink += one.route({ sql }).plugin === null ? 1 : 0', () => ({ one, sql })),
  '… of 1 to 12 characters': route('{ sql, params: [mixed[i & 63], mixed[(i + 9) & 63]] }', () => ({
    mixed,
  })),
  '… of 36 characters (UUIDs)': route('{ sql, params: [uuids[i & 63], uuids[(i + 1) & 63]] }', () => ({
    uuids,
  })),
});

const onChain = (length) => {
  const one = chain(length);
  return route(sameSql, () => ({ one }));
};

/** Hosts of several sizes. */
const hosts = () =>
  Object.fromEntries(
    [1, 4, 16].map((length) => [`route, ${length} plugin${length === 1 ? '' : 's'}`, onChain(length)]),
  );

/** A host that stops to look for known texts, because it sees each only once. */
const news = () => ({
  'route, every text new': route(`{ sql: fresh(), ${both} }`, () => ({ fresh })),
  'making such a text': loop('sink += fresh().length', () => ({ fresh })),
});

/** Each is timed in a process of its own. */
export const groups = { usual, various, hosts, news };

/** @param {keyof typeof groups} group */
export const subjectsOf = (group) => ({ ...floor, ...groups[group]() });
if (!Number.isFinite(sink)) console.log(sink);
