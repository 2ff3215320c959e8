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

/** The firewall has a rule: without one it warns, and the time would be that of opening stderr. */
const plugins = JSON.stringify([{ name: files[0], config: { deny: ['drop table'] } }, ...files.slice(1)]);
/** One of the three reads SQL. Without the time to load libpg_query, which has a row of its own. */
const noParser = `{ version: '17-6.1.0', json() {}, protobuf() {}, fingerprint() {}, normalise() {} }`;
const starting = (parser) => `import { Host } from ${host};
      const host = await Host.open({ plugins: ${plugins}, parser: ${parser} });
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
function ratios(time) {
  return taken['a host starts the three'][time].map(
    (own, round) => own / taken['koffi loads the three'][time][round],
  );
}
const limit = 2;
const targets = Object.entries({ whole: 'host ÷ koffi', thread: 'the same, main thread' }).map(
  ([time, name]) => {
    const found = Number(median(ratios(time)).toFixed(2));
    return { name, limit, found, spread: Number(spread(ratios(time)).toFixed(3)), reached: found <= limit };
  },
);
const rounds = taken.node.whole.length;
if (process.argv.includes('--json')) {
  const milliseconds = (time) => mapValues(taken, (one) => Number(median(one[time]).toFixed(1)));
  console.log(
    JSON.stringify({
      schema: 2,
      bench: 'start',
      rounds,
      milliseconds: milliseconds('whole'),
      thread: milliseconds('thread'),
      targets,
    }),
  );
} else {
  console.log(
    `whole processes in turn, ${rounds} rounds: medians, and half of what lies between the quartiles`,
  );
  console.log('main thread: how long it ran, which other processes hardly change\n');
  console.log(`${''.padEnd(26)} ${'from start to end'.padStart(17)}  ${'main thread'.padStart(17)}`);
  for (const [name, { whole, thread }] of Object.entries(taken)) {
    const [all, own] = [whole, thread].map((times) =>
      `${median(times).toFixed(1)} ms  ±${(spread(times) * 100).toFixed(0)} %`.padStart(17),
    );
    console.log(`${name.padEnd(26)} ${all}  ${own}`);
  }
  console.log();
  for (const { name, found, spread, reached } of targets) {
    const range = `±${(spread * 100).toFixed(0)} %`;
    console.log(
      `${reached ? 'ok  ' : 'MISS'}  ${name.padEnd(22)} ${found.toFixed(2)} ${range}  (paired; at most ${limit})`,
    );
  }
}
