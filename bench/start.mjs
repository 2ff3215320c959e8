// npm run bench -- start: a host with the three example plugins beside a bare koffi load of the same files.
import { fileURLToPath } from 'node:url';
import { processMedians } from './processes.mjs';

const root = new URL('../', import.meta.url);
const files = [
  'example-plugins/c-query-firewall/build/libquery_firewall.so',
  'example-plugins/c-read-splitter/build/libread_splitter.so',
  'target/release/librust_tenant_router.so',
].map((path) => fileURLToPath(new URL(path, root)));
const list = JSON.stringify(files);
const host = JSON.stringify(new URL('dist/mortise.js', root).href);
const koffi = JSON.stringify(import.meta.resolve('koffi'));

const time = processMedians(
  {
    node: '',
    'koffi loads the three': `import koffi from ${koffi}; globalThis.kept = ${list}.map((path) => koffi.load(path));`,
    'a host starts the three': `import { Host } from ${host};
      const host = await Host.open({ plugins: ${list} });
      for (const plugin of host.plugins) if (plugin.state !== 'ready') throw plugin.error;
      await host.close();`,
  },
  { label: 'start' },
);
const limit = 2;
const found = Number((time['a host starts the three'] / time['koffi loads the three']).toFixed(2));
if (process.argv.includes('--json')) {
  console.log(
    JSON.stringify({
      schema: 1,
      bench: 'start',
      milliseconds: time,
      targets: [{ limit, found, reached: found <= limit }],
    }),
  );
} else {
  console.log('whole processes; medians of samples in turn\n');
  for (const [name, milliseconds] of Object.entries(time)) {
    console.log(`${name.padEnd(26)} ${milliseconds.toFixed(1).padStart(7)} ms`);
  }
  console.log(`\n${found <= limit ? 'ok  ' : 'MISS'}  host ÷ koffi  ${found}  (at most ${limit})`);
}
