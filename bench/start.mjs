// npm run bench -- start: a host with the three example plugins beside a bare koffi load of the same files.
import { fileURLToPath } from 'node:url';
import { processSamples } from './processes.mjs';
import { mapValues, median, spread } from './samples.mjs';

const root = new URL('../', import.meta.url);
const files = [
  'example-plugins/c-query-firewall/build/libquery_firewall.so',
  'example-plugins/c-read-splitter/build/libread_splitter.so',
  'target/release/librust_tenant_router.so',
].map((path) => fileURLToPath(new URL(path, root)));
const list = JSON.stringify(files);
const host = JSON.stringify(new URL('dist/mortise.js', root).href);
const koffi = JSON.stringify(import.meta.resolve('koffi'));

/** One of the three reads SQL. Without the time to load libpg_query, which has a row of its own. */
const noParser = `{ version: '17-6.1.0', json() {}, protobuf() {}, fingerprint() {}, normalise() {} }`;
const starting = (parser) => `import { Host } from ${host};
      const host = await Host.open({ plugins: ${list}, parser: ${parser} });
      for (const plugin of host.plugins) if (plugin.state !== 'ready') throw plugin.error;
      await host.close();`;

const taken = processSamples(
  {
    node: '',
    'koffi loads the three': `import koffi from ${koffi}; globalThis.kept = ${list}.map((path) => koffi.load(path));`,
    'a host starts the three': starting(noParser),
    '… and libpg_query': starting("'pg_query'"),
  },
  { label: 'start' },
);
/** Of a host and of koffi in the same round: a machine that slows down slows both. */
const ratios = taken['a host starts the three'].map(
  (time, round) => time / taken['koffi loads the three'][round],
);
const limit = 2;
const found = Number(median(ratios).toFixed(2));
const range = Number(spread(ratios).toFixed(3));
const reached = found <= limit;
if (process.argv.includes('--json')) {
  const milliseconds = mapValues(taken, (times) => Number(median(times).toFixed(1)));
  const targets = [{ name: 'host ÷ koffi', limit, found, spread: range, reached }];
  console.log(JSON.stringify({ schema: 2, bench: 'start', rounds: ratios.length, milliseconds, targets }));
} else {
  console.log(
    `whole processes in turn, ${ratios.length} rounds: medians, and half of what lies between the quartiles\n`,
  );
  for (const [name, times] of Object.entries(taken)) {
    const ms = median(times).toFixed(1).padStart(7);
    console.log(`${name.padEnd(26)} ${ms} ms  ±${(spread(times) * 100).toFixed(0)} %`);
  }
  console.log(
    `\n${reached ? 'ok  ' : 'MISS'}  host ÷ koffi, paired  ${found} ±${(range * 100).toFixed(0)} %  (at most ${limit})`,
  );
}
