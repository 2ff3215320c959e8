// npm run bench -- observe: what it costs that calls are counted and timed: the same plugins in a host that does, and
// in one that doesn't, in turn.
import koffi from 'koffi';
import { Router } from '../dist/capabilities/routing/router.js';
import { addon } from '../dist/native/addon.js';
import { bindFunction } from '../dist/native/functions.js';
import { compile } from './compile.mjs';
import { median, samples, showProgress } from './samples.mjs';

const limit = 5;
const rounds = Number(process.argv.find((one) => one.startsWith('--rounds='))?.slice(9) ?? 401);
const native = addon();
const path = compile('router.c', ['-DPASSES']);
const library = koffi.load(path);
native.pin(path);
const address = (name) => koffi.address(library.symbol(name, 'void *'));
const links = 16;

/** A prepared query for so many plugins, and a C function as services' are bound. */
function host(observes) {
  const made = native.createHost('0.0.0', () => {});
  if (observes) native.observeCalls(made);
  const chain = Array.from({ length: links }, (_, index) => ({
    name: `plugin_${index}`,
    native: native.createPlugin(made, {
      ...{ name: `plugin_${index}`, path: '', config: {} },
      ...{ route: address('module_route'), moduleHost: address('module_host') },
    }),
    faults: 0,
  }));
  const router = (length) => new Router(chain.slice(0, length), { shards: 4 }).prepare('SELECT $1');
  const signature = { result: 'int32', parameters: ['uintptr_t', 'uintptr_t'] };
  const question = Buffer.alloc(512);
  const route = bindFunction(
    address('module_route'),
    signature,
    'route',
    native.callCount(made, 'plugin_0', 'bench.route'),
  );
  const at = native.addressOf(question);
  const loop = (expression, named) =>
    new Function(
      ...Object.keys(named),
      `return (calls) => { for (let i = 0; i < calls; i++) { ${expression}; } };`,
    )(...Object.values(named));
  const keys = Array.from({ length: 64 }, (_, index) => [String(10 + index)]);
  return {
    made,
    subjects: {
      [`routing, ${links} plugins`]: loop('router.route(keys[i & 63])', { router: router(links), keys }),
      'routing, 1 plugin': loop('router.route(keys[i & 63])', { router: router(1), keys }),
      "a service's function": loop('route(at, at)', { route, at }),
    },
  };
}

const [plain, observed] = [host(false), host(true)];
const both = {};
for (const name of Object.keys(plain.subjects)) {
  both[`${name}, not counted`] = plain.subjects[name];
  both[`${name}, counted`] = observed.subjects[name];
}
const taken = samples(both, { rounds, microseconds: 200, progress: showProgress('observe') });

const rows = Object.keys(plain.subjects).map((name) => {
  const [without, counted] = [taken[`${name}, not counted`], taken[`${name}, counted`]];
  const calls = name.includes(`${links}`) ? links : 1;
  const differences = counted.map((time, round) => (time - without[round]) / calls).sort((a, b) => a - b);
  const at = (part) => differences[Math.floor((differences.length - 1) * part)];
  return {
    name,
    without: Number((median(without) / calls).toFixed(2)),
    counted: Number((median(counted) / calls).toFixed(2)),
    nanoseconds: Number(at(0.5).toFixed(2)),
    quartiles: [Number(at(0.25).toFixed(2)), Number(at(0.75).toFixed(2))],
    limit,
    reached: at(0.5) <= limit,
  };
});
// The counts are exact: those of what was called.
const counts = {};
for (const { entry, count } of native.listCalls(observed.made)) counts[entry] = (counts[entry] ?? 0) + count;

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ schema: 1, bench: 'observe', rounds, rows, counts }));
} else {
  console.log(
    'ns a call that is counted and, one in 64, timed, beside one that is not; paired within rounds\n',
  );
  console.log(`${''.padEnd(26)} without  counted     more  quartiles`);
  for (const { name, without, counted, nanoseconds, quartiles, reached } of rows) {
    const [a, b, c] = [without, counted, nanoseconds].map((one) => one.toFixed(1).padStart(8));
    console.log(
      `${name.padEnd(26)}${a} ${b} ${c}  ${quartiles.join(' – ').padEnd(16)} ${reached ? 'ok' : 'MISS'} (at most ${limit})`,
    );
  }
  console.log(
    `\n${Object.entries(counts)
      .map(([entry, count]) => `${entry}: ${count.toLocaleString('en')} calls`)
      .join(', ')}`,
  );
}
