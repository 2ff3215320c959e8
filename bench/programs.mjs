// npm run bench -- programs: calls of a go-plugin program, and its start, beside bare grpc-js doing the same in turn.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Client, credentials } from '@grpc/grpc-js';
import { launch } from '../dist/dialects/goplugin/index.js';
import { Health } from '../dist/dialects/goplugin/wire/health_pb.js';
import { importGenerated } from '../scripts/generated.mjs';
import { mapValues, median, showProgress, spread } from './samples.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
process.chdir(root);
const where = spawnSync(process.execPath, ['scripts/go-plugins.mjs', '--where'], { encoding: 'utf8' });
const path = JSON.parse(where.stdout)['key-value'];
if (!path) {
  console.error('There is no program to call: npm run go-plugins -- key-value');
  process.exit(2);
}
const { KV } = await importGenerated('test/dialects/goplugin/proto/kv/kv_pb.ts');
const work = mkdtempSync(join(tmpdir(), 'mortise-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const request = { key: 'a' };
const timeoutMs = 30_000;
const ours = await launch({ path, cookie: { BASIC_PLUGIN: 'hello' }, cwd: work });
await ours.client(KV).put({ key: 'a', value: Buffer.alloc(100, 'x') });
const bare = await startBare();
const kv = ours.client(KV);
const get = bareCall(bare.client, KV.method.get);
const subjects = { 'grpc-js': () => get(request), mortise: () => kv.get(request) };

const one = await inTurn(subjects, 200, 25, 'one at a time', sequential);
const many = await inTurn(subjects, 100, 8, '32 in flight', (call, calls) => parallel(call, calls * 32));
const started = await starts(25);
await ours.stop();
bare.end();
report();

/** Each round each subject makes some calls; another is first each time. */
async function inTurn(all, rounds, calls, label, run) {
  const names = Object.keys(all);
  const taken = Object.fromEntries(names.map((name) => [name, { ms: [], cpu: [], perSecond: [] }]));
  const progress = showProgress(label);
  for (const name of names) await run(all[name], calls * 20);
  for (let round = 0; round < rounds; round++) {
    progress(round, rounds);
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round) % names.length];
      const cpu = process.cpuUsage();
      const start = performance.now();
      const times = await run(all[name], calls);
      const { user, system } = process.cpuUsage(cpu);
      taken[name].perSecond.push((times.length / (performance.now() - start)) * 1000);
      taken[name].ms.push(median(times));
      taken[name].cpu.push((user + system) / times.length);
    }
  }
  return taken;
}

async function sequential(call, calls) {
  const times = [];
  for (let count = 0; count < calls; count++) times.push(await timed(call));
  return times;
}

async function parallel(call, calls) {
  const times = [];
  let left = calls;
  const worker = async () => {
    while (left-- > 0) times.push(await timed(call));
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return times;
}

async function timed(call) {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

/** Spawn → healthy, in turn; with mutual TLS the program makes a key on P-521. */
async function starts(rounds) {
  const taken = { 'a bare script': [], mortise: [], 'mortise, mutual TLS': [] };
  const progress = showProgress('start');
  const make = {
    'a bare script': async () => (await startBare()).end,
    mortise: async () => ender(await launch({ path, cookie: { BASIC_PLUGIN: 'hello' }, cwd: work })),
    'mortise, mutual TLS': async () =>
      ender(await launch({ path, cookie: { BASIC_PLUGIN: 'hello' }, cwd: work, tls: true })),
  };
  const names = Object.keys(make);
  for (let round = -1; round < rounds; round++) {
    progress(round, rounds);
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round + names.length) % names.length];
      const start = performance.now();
      const end = await make[name]();
      if (round >= 0) taken[name].push(performance.now() - start);
      await end();
    }
  }
  return taken;
}

function ender(program) {
  return () => program.stop();
}

/** What a script does that knows nothing of go-plugin but its first line. */
async function startBare() {
  const env = { PATH: process.env.PATH, BASIC_PLUGIN: 'hello', PLUGIN_PROTOCOL_VERSIONS: '1', TMPDIR: work };
  const child = spawn(path, [], { cwd: work, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.resume();
  const line = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
  const [, , network, address] = line.trim().split('|');
  const client = new Client(`${network}:${address}`, credentials.createInsecure());
  await bareCall(client, Health.method.check)({ service: 'plugin' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    client,
    end() {
      client.close();
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** The same codec and the same deadline. */
function bareCall(client, { parent, name, input, output }) {
  const method = `/${parent.typeName}/${name}`;
  const encode = (message) => Buffer.from(toBinary(input, create(input, message)));
  const decode = (bytes) => fromBinary(output, bytes);
  return (message) =>
    new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + timeoutMs };
      client.makeUnaryRequest(method, encode, decode, message, options, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
}

function report() {
  const paired = (taken, key) =>
    taken.mortise[key].map((value, round) => value / taken['grpc-js'][key][round]);
  const target = (name, ratios, limit, atLeast = false) => {
    const found = Number(median(ratios).toFixed(3));
    const reached = atLeast ? found >= limit : found <= limit;
    return { name, limit, found, spread: Number(spread(ratios).toFixed(3)), reached };
  };
  const targets = [
    target('one call, p50 ÷ grpc-js', paired(one, 'ms'), 1.05),
    target('one call, processor ÷ grpc-js', paired(one, 'cpu'), 1.05),
    target('32 in flight, calls a second ÷ grpc-js', paired(many, 'perSecond'), 0.97, true),
    target(
      'start ÷ a bare script',
      started.mortise.map((ms, round) => ms / started['a bare script'][round]),
      1.3,
    ),
    target(
      'start with mutual TLS ÷ start',
      started['mortise, mutual TLS'].map((ms, round) => ms / started.mortise[round]),
      4,
    ),
  ];
  const microseconds = mapValues(one, ({ ms, cpu }) => ({
    p50: Math.round(median(ms) * 1000),
    processor: Math.round(median(cpu)),
  }));
  const perSecond = mapValues(many, ({ perSecond: rates }) => Math.round(median(rates)));
  const milliseconds = mapValues(started, (times) => Number(median(times).toFixed(1)));
  if (process.argv.includes('--json')) {
    console.log(
      JSON.stringify({ schema: 2, bench: 'programs', microseconds, perSecond, milliseconds, targets }),
    );
    return;
  }
  for (const [name, { p50, processor }] of Object.entries(microseconds)) {
    console.log(
      `${name.padEnd(20)} ${p50} µs a call, ${processor} µs of the processor, ${perSecond[name]} calls a second with 32 in flight`,
    );
  }
  for (const [name, ms] of Object.entries(milliseconds)) console.log(`${name.padEnd(20)} ${ms} ms to start`);
  console.log();
  for (const { name, limit, found, spread: range, reached } of targets) {
    const bound = name.startsWith('32') ? 'at least' : 'at most';
    console.log(
      `${reached ? 'ok  ' : 'MISS'}  ${name}, paired  ${found} ±${(range * 100).toFixed(0)} %  (${bound} ${limit})`,
    );
  }
}
