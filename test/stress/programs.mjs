// Kills a program COUNT times in mid-call, on the built package: node --expose-gc programs.mjs COUNT PROGRAM
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keep } from '../../dist/dialects/goplugin/index.js';
import { importGenerated } from '../../scripts/generated.mjs';

const [count, path] = [Number(process.argv[2]), process.argv[3]];
const { KV } = await importGenerated('test/dialects/goplugin/proto/kv/kv_pb.ts');
const cwd = mkdtempSync(join(tmpdir(), 'mortise-kills-'));
process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));
const restart = { firstMs: 5, factor: 1, jitter: 0, maxEnds: 1_000_000 };
const options = { path, cwd, socketDirectory: cwd, cookie: { BASIC_PLUGIN: 'hello' }, restart };
const kept = await keep(options);
const kv = kept.client(KV);
await kv.put({ key: 'a', value: Buffer.from('x') });

const errors = {};
const lateMs = [];
const warm = Math.min(50, count >> 1);
let before;
for (let kill = 0; kill < count; kill++) {
  if (kill === warm) before = used();
  const { pid, exited } = kept.program;
  const ended = exited.then(() => performance.now());
  const calls = callForEver();
  await sleep(Math.random() * 3);
  process.kill(pid, 'SIGKILL');
  const { error, at } = await calls;
  if (error.code !== 'MORTISE_ERR_PROGRAM_ENDED' || !error.isCrash) {
    errors[error.code] = (errors[error.code] ?? 0) + 1;
  }
  lateMs.push(at - (await ended));
  await kv.get({ key: 'a' });
}
await sleep(100);
const after = used();
await kept.stop();
const left = readdirSync(cwd).filter((name) => name.startsWith('mortise-'));
const sockets = left.flatMap((name) => readdirSync(join(cwd, name)));
lateMs.sort((one, other) => one - other);
const round = (value) => Number(value.toFixed(2));
const grown = {
  heapBytesPerKill: Math.round((after.heap - before.heap) / (count - warm)),
  rssMegabytes: Math.round((after.rss - before.rss) / 1e6),
  descriptors: after.descriptors - before.descriptors,
};
const late = { p50: round(lateMs[count >> 1]), max: round(lateMs.at(-1)) };
console.log(JSON.stringify({ kills: count, restarts: kept.restarts, errors, lateMs: late, grown, sockets }));
// A few kills say nothing of the heap: it grows and shrinks by some 100 kB.
const isFlat = count < 500 || grown.heapBytesPerKill < 300;
const isWell = sockets.length === 0 && grown.descriptors <= 0 && grown.rssMegabytes < 100 && isFlat;
process.exitCode = isWell && kept.restarts === count ? 0 : 1;

async function callForEver() {
  try {
    for (;;) await kv.get({ key: 'a' });
  } catch (error) {
    return { error, at: performance.now() };
  }
}

function used() {
  globalThis.gc();
  const { heapUsed: heap, rss } = process.memoryUsage();
  const descriptors = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
  return { heap, rss, descriptors };
}
