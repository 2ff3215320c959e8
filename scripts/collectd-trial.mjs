// One trial of `npm run collectd -- table`: a host with what a collectd.conf loads. Prints what came of it as JSON.
import { Host } from '../dist/mortise.js';

const [config] = process.argv.slice(2);
const said = [];
const host = await Host.open({
  config,
  announce: false,
  log: ({ severity, plugin, message }) => {
    if (plugin !== 'mortise' && (severity === 'error' || severity === 'warning')) said.push(message);
  },
});
const [plugin] = host.plugins;
const problem = plugin?.error?.problems?.[0] ?? plugin?.error;
const collecting = plugin?.state === 'ready' ? host.collecting : undefined;
const readers = () => collecting?.readers.filter(({ plugin: owner }) => owner === plugin.name) ?? [];
// Until each has read twice, so that there are rates.
const until = Date.now() + 5_000;
while (Date.now() < until && readers().some(({ runs }) => runs < 2)) {
  await new Promise((resolve) => setTimeout(resolve, 50));
}
await collecting?.flush({ limitMs: 2_000 });
const last = readers();
const writes = collecting?.writers.length ?? 0;
const counts = collecting?.counts;
const state = plugin?.state ?? 'absent';
await host.close();
const sum = (pick) => last.reduce((total, one) => total + pick(one), 0);
const result = {
  state,
  code: problem?.code,
  reads: last.length,
  writes,
  runs: sum(({ runs }) => runs),
  failed: sum(({ failures }) => failures),
  series: counts?.series ?? 0,
  closed: true,
  why: (problem?.message ?? said[0] ?? '').slice(0, 160),
};
process.stdout.write(`\n${JSON.stringify(result)}\n`);
process.exit(0);
