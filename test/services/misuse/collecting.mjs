/**
 * Opens hosts with a plugin that uses mortise.collect wrongly, in a process of its own: what goes wrong here would end
 * it. Arguments are the package's directory and the plugin, twice. Prints what came of it as JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const [root, plugin, other] = process.argv.slice(2);
const { Host } = await import(pathToFileURL(`${root}/dist/mortise.js`).href);

async function open(does, plugins = [plugin]) {
  const lines = [];
  const problems = [];
  const host = await Host.open({
    plugins: plugins.map((name) => ({ name, config: { does } })),
    collecting: { hostname: 'here', interval: 0.02 },
    announce: false,
    log: ({ message, severity }) => severity === 'info' && lines.push(message),
  });
  host.on('problem', ({ code }) => problems.push(code));
  const states = [...host.plugins].map(({ state, error }) => [
    state,
    error?.problems.map(({ code }) => code) ?? null,
  ]);
  return { host, lines, problems, states };
}

/** @param ms how long readers and writers run */
async function scene(does, ms = 0, plugins) {
  const { host, lines, problems, states } = await open(does, plugins);
  await sleep(ms);
  await host.close();
  return { states, lines, problems: [...new Set(problems)].sort() };
}

const report = {};
for (const does of ['nothing', 'nulls', 'long', 'twice', 'fails']) report[does] = await scene(does);
report.wrong = await scene('wrong', 300);
report.itself = await scene('itself', 100);
report.thread = await scene('thread', 200);
report.both = await scene('thread', 100, [plugin, other]);
const [left, right] = await Promise.all([open('thread'), open('thread', [other])]);
await sleep(100);
await left.host.close();
await sleep(50);
const written = right.host.collecting.writers.map(({ plugin, failed }) => [plugin, failed]);
await right.host.close();
report.hosts = { left: left.lines, right: right.lines, written };
console.log(JSON.stringify(report));
