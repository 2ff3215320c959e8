// A go-plugin program in JavaScript, on the built transport: says and does what no program in Go lets itself be told to.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../../../dist/dialects/goplugin/transport/grpc-server.js';
import { Failure } from '../../../dist/dialects/goplugin/transport/transport.js';

const what = process.argv[2];
const path = join(process.env.PLUGIN_UNIX_SOCKET_DIR, 'plugin');
const bytes = (...list) => Uint8Array.from(list);
const method = (name) => ({ path: name, encode: (message) => message, decode: (data) => data });
const unary = (name, handle) => ({ kind: 'unary', method: method(name), handle });

/** In protobuf: field 1, the status. */
const health = what === 'sick' ? 2 : 1;
const handlers = [
  unary('/grpc.health.v1.Health/Check', async () => bytes(8, health)),
  unary('/proto.KV/Get', async () => {
    if (what === 'panics') throw new Failure(2, 'panic triggered: runtime error: invalid memory address');
    if (what === 'slow') await sleep(60_000);
    if (what === 'large') return new Uint8Array(3_000_000).fill(0);
    if (what === 'dies') {
      process.stderr.write('panic: out of cheese\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1\n');
      setTimeout(() => process.exit(2), 20);
      await sleep(60_000);
    }
    return bytes();
  }),
  unary('/proto.KV/Put', async () => {
    await sleep(300);
    return bytes();
  }),
];
if (what === 'stays') process.on('SIGTERM', () => {});
else handlers.push(unary('/plugin.GRPCController/Shutdown', async () => process.exit(0)));

if (what === 'announces') {
  // ConnInfo: service_id 7, network, address.
  const place = join(process.env.PLUGIN_UNIX_SOCKET_DIR, 'plugin7');
  const text = (field, value) => [field, value.length, ...Buffer.from(value)];
  const info = bytes(8, 7, ...text(0x12, 'unix'), ...text(0x1a, place));
  const answers = [unary('/proto.KV/Get', async () => bytes(...text(0x0a, 'seven')))];
  await serve({ network: 'unix', path: place }, answers, undefined, { maxMessageBytes: 1000 });
  handlers.push({
    kind: 'stream',
    method: method('/plugin.GRPCBroker/StartStream'),
    async *handle(requests) {
      await sleep(50);
      yield info;
      for await (const _ of requests);
    },
  });
}
const server = await serve({ network: 'unix', path }, handlers, undefined, { maxMessageBytes: 1_000_000 });
process.stdout.write(`1|1|unix|${path}|grpc\n`);
if (what === 'unreachable') setTimeout(() => rmSync(path), 200);
if (what === 'deaf') {
  setTimeout(() => server.close(), 200);
  setInterval(() => {}, 1000);
}
if (what === 'floods') {
  const line = `${'x'.repeat(100_000)}\n`;
  setInterval(() => {
    process.stderr.write(line);
    process.stdout.write(line);
  }, 1);
}
