// npm run bench -- services: what a service costs the plugin that calls it, and what linking costs.
import { cpus } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { dialects } from '../dist/dialects/index.js';
import { linkServices } from '../dist/dialects/mortise/bind.js';
import { Host } from '../dist/host/host.js';
import { bootstrap } from '../dist/loader/bootstrap.js';
import { addon } from '../dist/native/addon.js';
import { openLibrary } from '../dist/native/library.js';
import { compile } from './compile.mjs';
import { mapValues, median, showProgress, spread } from './samples.mjs';

const json = process.argv.includes('--json');
const rounds = Number(process.argv.find((argument) => /^--rounds=/.test(argument))?.slice(9) ?? 601);
const plugin = (name, ...defines) => compile('services.c', [`-DNAME="${name}"`, ...defines]);
const provider = plugin('provider', '-DPROVIDER');

/** What the plugin's samples are called, and how many calls each has: some 10 microseconds of each. */
const subjects = {
  direct: ['d', 7_000],
  service: ['s', 7_000],
  hostDirect: ['D', 7_000],
  hostService: ['S', 7_000],
  logWrite: ['w', 1_000],
  logFields: ['f', 600],
  memory: ['m', 700],
  counter: ['c', 5_000],
};

async function calls() {
  let lines = 0;
  const host = await Host.open({ plugins: [plugin('caller'), provider], log: () => lines++ });
  const { error } = host.plugins.get('caller');
  if (error) throw error;
  const names = Object.keys(subjects);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  const progress = showProgress('calls');
  let written = 0;
  for (let round = -10; round < rounds; round++) {
    progress(round, rounds);
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round + names.length * 10) % names.length];
      const [sql, count] = subjects[name];
      const { shard } = host.route({ sql, params: [String(count)], shards: 2 ** 32 - 1 });
      if (round >= 0) samples[name].push(shard / 1000);
      if (name.startsWith('log')) {
        written += count;
        // An empty ring for the next one.
        while (lines < written) await turn();
      }
    }
  }
  await host.close();
  return samples;
}

/** Twenty plugins, each with fifty cells. */
async function linking() {
  const host = addon().createHost('0.0.0', () => {});
  const load = async (path, name) => {
    const evidence = await bootstrap({ path }, { arch: process.arch, dialects }, { hold: true });
    const library = openLibrary(path, path, '');
    return { evidence: { ...evidence, identity: { ...evidence.identity, name } }, library, name, path };
  };
  const create = ({ name, path, library }, entry) =>
    addon().createPlugin(host, {
      name,
      path,
      config: {},
      [entry]: library.address(`module_${entry}`),
      moduleHost: library.address('module_host'),
    });
  const provided = create(await load(provider, 'provider'), 'register');
  addon().registerPlugin(provided);
  addon().initPlugin(provided);
  const users = await Promise.all(
    Array.from({ length: 20 }, (_, index) => load(plugin(`user_${index}`, '-DUSER'), `user_${index}`)),
  );
  const times = [];
  const progress = showProgress('linking');
  for (let round = 0; round < 31; round++) {
    progress(round, 31);
    const natives = users.map((user) => create(user, 'init'));
    const start = performance.now();
    for (const [index, { evidence, library }] of users.entries())
      linkServices(evidence, library, natives[index]);
    times.push(performance.now() - start);
    for (const native of natives) {
      const { status } = addon().initPlugin(native);
      if (status !== 0) throw new Error(`a plugin that was linked answers ${status}`);
      addon().stopPlugin(native);
    }
  }
  return median(times);
}

const taken = await calls();
const link = await linking();
/** Of what was timed in the same round: a machine that slows down slows both. */
const ratios = (one, other) => taken[one].map((time, round) => time / taken[other][round]);
const target = (name, limit, values) => {
  const found = Number(median(values).toFixed(3));
  return { name, limit, found, spread: Number(spread(values).toFixed(3)), reached: found <= limit };
};
const targets = [
  target('a plugin’s service ÷ a C function pointer', 1.1, ratios('service', 'direct')),
  target('the host’s service ÷ a C function pointer', 1.1, ratios('hostService', 'hostDirect')),
  target('a log line ÷ a C function pointer', 6, ratios('logWrite', 'direct')),
  target('50 services linked into 20 plugins, ms', 20, [link]),
];

if (json) {
  const nanoseconds = mapValues(taken, (times) => Number(median(times).toFixed(3)));
  const machine = { node: process.version, cpu: cpus()[0]?.model };
  console.log(
    JSON.stringify({
      schema: 2,
      bench: 'services',
      rounds,
      machine,
      nanoseconds,
      linkMilliseconds: link,
      targets,
    }),
  );
} else {
  const labels = {
    direct: 'a C function pointer, an empty function',
    service: 'the same through a plugin’s service',
    hostDirect: 'a C function pointer, mortise.log’s enabled',
    hostService: 'the same through the host’s service',
    logWrite: 'a log line of 56 bytes',
    logFields: 'the same with a field',
    memory: 'mortise.memory: allocate and release',
    counter: 'mortise.metrics: add',
  };
  const range = (spread) => `±${(spread * 100).toFixed(0)} %`;
  console.log(`Medians of ${rounds} samples in turn, and half of what lies between the quartiles\n`);
  for (const [name, label] of Object.entries(labels)) {
    const times = taken[name];
    console.log(`${label.padEnd(44)} ${median(times).toFixed(2).padStart(7)} ns  ${range(spread(times))}`);
  }
  console.log('\ntargets, paired within rounds');
  for (const { name, limit, found, spread, reached } of targets) {
    console.log(
      `  ${reached ? 'ok  ' : 'MISS'}  ${name.padEnd(42)} ${found.toFixed(2).padStart(6)} ${range(spread).padStart(5)}  (at most ${limit})`,
    );
  }
}
