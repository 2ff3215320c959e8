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
import { median, showProgress } from './samples.mjs';

const json = process.argv.includes('--json');
const rounds = Number(process.argv.find((argument) => /^--rounds=/.test(argument))?.slice(9) ?? 301);
const plugin = (name, ...defines) => compile('services.c', [`-DNAME="${name}"`, ...defines]);
const provider = plugin('provider', '-DPROVIDER');

/** What the plugin's samples are called, and how many calls each has; the log's ring holds 4,096 lines. */
const subjects = {
  direct: ['d', 20_000],
  service: ['s', 20_000],
  hostDirect: ['D', 20_000],
  hostService: ['S', 20_000],
  logWrite: ['w', 2_000],
  logFields: ['f', 2_000],
  memory: ['m', 5_000],
  counter: ['c', 20_000],
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
  return Object.fromEntries(names.map((name) => [name, median(samples[name])]));
}

/** Twenty plugins, each with fifty cells. */
async function linking() {
  const host = addon().createHost('0.0.0', () => {});
  const load = (path, name) => {
    const evidence = bootstrap({ path }, { arch: process.arch, dialects }, { hold: true });
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
  const provided = create(load(provider, 'provider'), 'register');
  addon().registerPlugin(provided);
  addon().initPlugin(provided);
  const users = Array.from({ length: 20 }, (_, index) =>
    load(plugin(`user_${index}`, '-DUSER'), `user_${index}`),
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

const result = await calls();
const link = await linking();
const ratio = (one, other) => result[one] / result[other];

if (json) {
  const nanoseconds = Object.fromEntries(
    Object.entries(result).map(([name, value]) => [name, Number(value.toFixed(3))]),
  );
  const figures = {
    schema: 1,
    node: process.version,
    cpu: cpus()[0]?.model,
    nanoseconds,
    ratios: { service: ratio('service', 'direct'), hostService: ratio('hostService', 'hostDirect') },
    linkMilliseconds: link,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
} else {
  const row = (label, value, note = '') => `  ${label.padEnd(44)}${value.padStart(10)}  ${note}`.trimEnd();
  const ns = (name) => `${result[name].toFixed(2)} ns`;
  const more = (one, other) => `${((ratio(one, other) - 1) * 100).toFixed(1)} % more`;
  console.log(
    [
      `Medians of ${rounds} samples in turn, Node.js ${process.version}, ${cpus()[0]?.model}`,
      row('a C function pointer, an empty function', ns('direct')),
      row(
        'the same through a plugin’s service',
        ns('service'),
        `${more('service', 'direct')} (goal: at most 10 %)`,
      ),
      row('a C function pointer, mortise.log’s enabled', ns('hostDirect')),
      row(
        'the same through the host’s service',
        ns('hostService'),
        `${more('hostService', 'hostDirect')} (goal: at most 10 %)`,
      ),
      row('a log line of 56 bytes', ns('logWrite'), '(goal: at most 15 ns)'),
      row('the same with a field', ns('logFields')),
      row('mortise.memory: allocate and release', ns('memory')),
      row('mortise.metrics: add', ns('counter')),
      row('50 services linked into 20 plugins', `${link.toFixed(1)} ms`, '(goal: under 20 ms)'),
    ].join('\n'),
  );
}
