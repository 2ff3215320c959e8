// npm run bench -- router: pgbench through examples/pg-router, directly, and through a proxy that only copies bytes, in
// turn. Needs a PostgreSQL server, as npm run pg-servers does.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPostgres } from '../examples/pg-router/servers/binaries.js';
import { Cluster } from '../examples/pg-router/servers/cluster.js';
import { median, showProgress } from './samples.mjs';

const run = promisify(execFile);
const protocols = ['simple', 'extended', 'prepared'];
const [rounds, seconds, clients] = [5, 3, 16];
const port = 26_500;
const root = fileURLToPath(new URL('..', import.meta.url));

const binaries = findPostgres();
if (!binaries) {
  console.error('No PostgreSQL server here: see examples/pg-router/README.md');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'mortise-bench-'));
const cluster = new Cluster(binaries);
const children = [];
try {
  await cluster.start(1, port);
  const server = cluster.shards[0].primary.port;
  await pgbench(server, ['-i', '-q']);
  const subjects = {
    direct: { port: server },
    pipe: await start('router-pipe.mjs', [`${server}`]),
    router: await start('../examples/pg-router/main.js', [configure(server)]),
  };
  report(await measure(subjects));
} finally {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill();
    await once(child, 'exit');
  }
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** One shard, so that every statement has a place, and the example's plugins, which are asked about each. */
function configure(server) {
  const search = [
    'example-plugins/c-query-firewall/build',
    'example-plugins/c-read-splitter/build',
    'target/release',
  ];
  const plugins = ['query_firewall', 'rust_tenant_router', 'read_splitter'];
  writeFileSync(
    join(folder, 'mortise.toml'),
    `[host]\nparser = "pg_query"\nsearch = ${JSON.stringify(search.map((path) => join(root, path)))}\n` +
      plugins.map((name) => `[[plugins]]\nname = "${name}"\nrequired = true\n`).join(''),
  );
  const path = join(folder, 'pg-router.toml');
  writeFileSync(path, `[router]\nlisten = "127.0.0.1:0"\n[[shards]]\nprimary = "127.0.0.1:${server}"\n`);
  return path;
}

/** A program that says `…:PORT` when it listens. */
async function start(script, args) {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  children.push(child);
  const said = await Promise.race([
    once(child.stdout, 'data').then(([data]) => data),
    once(child, 'exit').then(([status, signal]) => {
      throw new Error(`${script} ended with ${status ?? signal} before it listened`);
    }),
  ]);
  return { port: Number(/:(\d+)/.exec(said)[1]), pid: child.pid };
}

function pgbench(to, args) {
  const where = ['-h', '127.0.0.1', '-p', `${to}`, '-U', 'postgres', ...args, 'postgres'];
  return run(join(binaries.folder, 'pgbench'), where, { env: cluster.env });
}

/** Microseconds of processor time that a process has taken. */
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function measure(subjects) {
  const empty = () => Object.fromEntries(Object.keys(subjects).map((name) => [name, { tps: [], cpu: [] }]));
  const taken = Object.fromEntries(protocols.map((protocol) => [protocol, empty()]));
  const progress = showProgress('router');
  for (let round = 0; round < rounds; round++) {
    progress(round, rounds);
    for (const protocol of protocols) {
      for (const [name, { port: to, pid }] of Object.entries(subjects)) {
        const before = pid ? processorTime(pid) : 0;
        const args = ['-n', '-S', '-c', `${clients}`, '-j', '1', '-T', `${seconds}`, '-M', protocol];
        const { stdout } = await pgbench(to, args);
        if (!/tps = [\d.]+/.test(stdout)) throw new Error(`${name}, ${protocol}: ${stdout}`);
        const count = Number(/actually processed: (\d+)/.exec(stdout)[1]);
        const cpu = pid ? (processorTime(pid) - before) / count : 0;
        const entry = taken[protocol][name];
        entry.tps.push(Number(/tps = ([\d.]+)/.exec(stdout)[1]));
        entry.cpu.push(cpu);
      }
    }
  }
  return taken;
}

function report(taken) {
  const rows = protocols.map((protocol) => {
    const { direct, pipe, router } = taken[protocol];
    const ratio = (other) => median(router.tps.map((tps, round) => tps / other.tps[round]));
    return {
      protocol,
      direct: Math.round(median(direct.tps)),
      pipe: Math.round(median(pipe.tps)),
      router: Math.round(median(router.tps)),
      ofDirect: ratio(direct),
      ofPipe: ratio(pipe),
      pipeCpu: median(pipe.cpu),
      routerCpu: median(router.cpu),
    };
  });
  if (process.argv.includes('--json')) return console.log(JSON.stringify({ clients, rounds, seconds, rows }));
  console.log(
    `pgbench -S -c ${clients}: transactions a second, median of ${rounds} runs of ${seconds} s in turn`,
  );
  for (const row of rows) {
    const share = (part) => `${Math.round(part * 100)} %`;
    console.log(
      `  ${row.protocol.padEnd(9)} direct ${row.direct}  pipe ${row.pipe}  router ${row.router}: ` +
        `${share(row.ofDirect)} of direct, ${share(row.ofPipe)} of the pipe; ` +
        `processor time ${row.routerCpu.toFixed(1)} µs a transaction, the pipe's ${row.pipeCpu.toFixed(1)} µs`,
    );
  }
  return undefined;
}
