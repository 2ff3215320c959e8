// npm run bench -- services-typescript: what a service that is written in TypeScript costs beside a bare koffi
// callback, and a plugin's service, called from TypeScript, beside a bare koffi call. Same signatures, same run.
import koffi from 'koffi';
import {
  bytes,
  defineService,
  f64,
  fn,
  Host,
  i32,
  i64,
  implement,
  out,
  safeInteger,
  status,
  u64,
} from '../dist/index.js';
import { compile } from './compile.mjs';
import { medians, showProgress } from './samples.mjs';

const json = process.argv.includes('--json');
const rounds = Number(process.argv.find((argument) => /^--rounds=/.test(argument))?.slice(9) ?? 201);
const calls = 5_000;

const shared = {
  number: fn({ value: i32 }, i32),
  real: fn({ value: f64 }, f64),
  apply: fn({ cart: bytes, cents: out(i64) }, status),
};
const Served = defineService('bench.served', '1.0', shared);
const Used = defineService('bench.used', '1.0', {
  ...shared,
  loop_number: fn({ function: u64, times: i32 }, safeInteger),
  loop_real: fn({ function: u64, times: i32 }, f64),
  loop_apply: fn({ function: u64, cart: bytes, times: i32 }, safeInteger),
});

const path = compile('services-typescript.c');
const host = await Host.open({
  plugins: [{ name: path, required: true }],
  services: [
    implement(Served, {
      number: ({ value }) => value + 1,
      real: ({ value }) => value + 1,
      apply: ({ cart }) => ({ cents: cart.length + cart[0] }),
    }),
  ],
});
const used = host.services.get(Used);
const cart = Buffer.alloc(200, 'c');

// Bare: the quickest that koffi can do. Addresses as numbers, memory made once, nothing checked.
const library = koffi.load(path);
const out8 = new BigInt64Array(1);
const out8Address = Number(koffi.address(out8));
const self = Number(koffi.address(cart)); // any address: the plugin doesn't look
const call = {
  number: library.func('bench_number', 'int32', ['uintptr_t', 'int32']),
  real: library.func('bench_real', 'double', ['uintptr_t', 'double']),
  apply: library.func('bench_apply', 'int32', ['uintptr_t', 'void *', 'uint64', 'uintptr_t']),
};
// As koffi's documentation writes it.
const documented = library.func('bench_apply', 'int32', [
  'void *',
  'const uint8_t *',
  'uint64',
  koffi.out('int64 *'),
]);
const register = (callback, result, types) =>
  koffi.register(callback, koffi.pointer(koffi.proto(result, types)));
const pointer = ['uintptr_t', 'uintptr_t', 'uint64', 'uintptr_t'];
const callback = {
  number: register((_host, value) => value + 1, 'int32', ['uintptr_t', 'int32']),
  real: register((_host, value) => value + 1, 'double', ['uintptr_t', 'double']),
  // Reads no byte of the cart, writes no cents.
  applyIdle: register(() => 0, 'int32', pointer),
  applyKoffi: register(
    (_host, data, size, cents) => {
      const view = new Uint8Array(koffi.view(BigInt(data), size));
      koffi.encode(BigInt(cents), 'int64', view.length + view[0]);
      return 0;
    },
    'int32',
    pointer,
  ),
};

let sink = 0;
const loop = (body) => (times) => {
  for (let i = 0; i < times; i++) sink += body(i);
};
const array = [null];
const subjects = {
  'callback, number: koffi': (times) => used.loop_number({ function: callback.number, times }),
  'callback, number: mortise': (times) => used.loop_number({ function: 0, times }),
  'callback, real: koffi': (times) => used.loop_real({ function: callback.real, times }),
  'callback, real: mortise': (times) => used.loop_real({ function: 0, times }),
  'callback, bytes and out: koffi, touching neither': (times) =>
    used.loop_apply({ function: callback.applyIdle, cart, times }),
  'callback, bytes and out: koffi, view and encode': (times) =>
    used.loop_apply({ function: callback.applyKoffi, cart, times }),
  'callback, bytes and out: mortise': (times) => used.loop_apply({ function: 0, cart, times }),
  'call, number: koffi': loop((i) => call.number(self, i)),
  'call, number: mortise': loop((i) => used.number({ value: i })),
  'call, real: koffi': loop((i) => call.real(self, i)),
  'call, real: mortise': loop((i) => used.real({ value: i })),
  'call, bytes and out: koffi, memory made once': loop(() => {
    call.apply(self, cart, cart.length, out8Address);
    return Number(out8[0]);
  }),
  'call, bytes and out: koffi, as documented': loop(() => {
    documented(cart, cart, cart.length, array);
    return array[0];
  }),
  'call, bytes and out: mortise': loop(() => Number(used.apply({ cart }).cents)),
};
const nanoseconds = medians(subjects, { rounds, calls, progress: showProgress('services-typescript') });

const ratio = (ours, theirs) => nanoseconds[ours] / nanoseconds[theirs];
const ratios = {
  'callback, number': ratio('callback, number: mortise', 'callback, number: koffi'),
  'callback, real': ratio('callback, real: mortise', 'callback, real: koffi'),
  'callback, bytes and out': ratio(
    'callback, bytes and out: mortise',
    'callback, bytes and out: koffi, view and encode',
  ),
  'callback, bytes and out, against one that touches neither': ratio(
    'callback, bytes and out: mortise',
    'callback, bytes and out: koffi, touching neither',
  ),
  'call, number': ratio('call, number: mortise', 'call, number: koffi'),
  'call, real': ratio('call, real: mortise', 'call, real: koffi'),
  'call, bytes and out': ratio(
    'call, bytes and out: mortise',
    'call, bytes and out: koffi, memory made once',
  ),
};
await host.close();

if (json) {
  console.log(
    JSON.stringify({ schema: 1, node: process.version, rounds, calls, nanoseconds, ratios }, null, 2),
  );
} else {
  for (const [name, value] of Object.entries(nanoseconds))
    console.log(`${name.padEnd(52)} ${value.toFixed(0).padStart(6)} ns`);
  console.log();
  for (const [name, value] of Object.entries(ratios)) console.log(`${name.padEnd(60)} ${value.toFixed(2)} ×`);
}
if (!Number.isFinite(sink)) process.exitCode = 1;
