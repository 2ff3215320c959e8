// What bench -- collect compares: collectd's daemon as Debian has it, a host of mortise's with the same collectd.conf,
// and mortise's engine alone; all with the same plugin, in a directory of their own, for nobody else to reach.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { debianPackages } from '../scripts/debian.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Keeps a host of mortise's open. */
const keepOpen = `
import { Host } from ${JSON.stringify(new URL('../dist/mortise.js', import.meta.url))};
setInterval(() => {}, 1000);
const host = await Host.open({ config: process.argv[1] });
if ([...host.plugins].some(({ state }) => state !== 'ready')) process.exit(1);
`;

/** @returns {{ daemon: Host, host: Host, engine: Host } | undefined} undefined when collectd or a compiler can't be had */
export function hosts() {
  const packages = debianPackages(['collectd-core', 'collectd-dev']);
  if (!packages) return undefined;
  const headers = join(packages['collectd-dev'], 'usr/include');
  const core = join(packages['collectd-core'], 'usr');
  const plugin = built('collect.c', 'so', headers, ['cc', '-std=gnu11', '-O2', '-Wall', '-shared', '-fPIC']);
  const sources = readdirSync(join(root, 'native/engines/collect')).filter((name) => name.endsWith('.cc'));
  // As the addon is compiled.
  const flags = ['c++', '-std=c++17', '-O2', '-DNDEBUG', '-flto', '-rdynamic', '-pthread'];
  const engine = built('collect-engine.cc', 'program', headers, [
    ...flags,
    `-I${root}include`,
    `-I${root}native`,
    ...sources.map((name) => join(root, 'native/engines/collect', name)),
    join(root, 'native/engines/calls.cc'),
  ]);
  const conf = (folder, threads, more) => {
    const file = join(folder, 'collectd.conf');
    const lines = [
      'Hostname "bench"',
      'FQDNLookup false',
      `BaseDir "${folder}"`,
      `PluginDir "${folder}"`,
      `TypesDB "${core}/share/collectd/types.db"`,
      `ReadThreads ${threads}`,
      more,
      'LoadPlugin bench',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    writeFileSync(join(folder, 'bench.so'), readFileSync(plugin));
    return file;
  };
  return {
    daemon: (folder, threads) => [
      join(core, 'sbin/collectd'),
      '-f',
      '-C',
      conf(folder, threads, `WriteThreads ${threads}\nPIDFile "${folder}/pid"`),
    ],
    host: (folder, threads) => [
      process.execPath,
      '--input-type=module',
      '-e',
      keepOpen,
      conf(folder, threads, ''),
    ],
    engine: (_, threads) => [engine, String(threads), plugin],
  };
}

/** Compiled once for each content. */
function built(source, extension, headers, command) {
  const hash = createHash('sha256').update(command.join(' '));
  for (const file of [...command.filter((word) => word.endsWith('.cc')), join(root, 'bench/plugins', source)])
    hash.update(readFileSync(file));
  const output = `${root}build/bench/${source}-${hash.digest('hex').slice(0, 12)}.${extension}`;
  if (existsSync(output)) return output;
  mkdirSync(`${root}build/bench`, { recursive: true });
  const [compiler, ...flags] = command;
  const include = ['-isystem', headers, '-isystem', join(headers, 'collectd')];
  const path = join(root, 'bench/plugins', source);
  execFileSync(compiler, [...flags, ...include, path, '-o', output, '-ldl'], { stdio: 'inherit' });
  return output;
}

/**
 * Runs one until its plugin has written the result.
 * @param {Host} host
 * @returns {Promise<number[][]>} the lines of the result
 */
export async function run(host, threads, settings) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-bench-'));
  const result = join(folder, 'result');
  const variables = Object.entries(settings).map(([name, value]) => [`BENCH_${name}`, String(value)]);
  const [program, ...options] = host(folder, threads);
  const child = spawn(program, options, {
    env: { ...process.env, BENCH_RESULT: result, ...Object.fromEntries(variables) },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const limit = Date.now() + 180_000;
    while (!existsSync(result)) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
      if (Date.now() > limit) throw new Error(`${program} has no result after three minutes`);
      await sleep(20);
    }
    const lines = readFileSync(result, 'utf8').trim().split('\n');
    return lines.map((line) => line.split(' ').map(Number));
  } finally {
    child.kill('SIGKILL'); // one that hangs in a plugin would not end otherwise
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}
