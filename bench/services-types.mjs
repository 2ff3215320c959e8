// npm run bench -- services-types: what types of services cost beside koffi with memory that is made by hand, once.
// No service is written in TypeScript here, so that memory goes by address.
import koffi from 'koffi';
import {
  bool,
  buffer,
  defineService,
  enumeration,
  f32,
  f64,
  fn,
  Host,
  out,
  record,
  returns,
  safeUnsigned,
  span,
  status,
  text,
  u32,
  writableSpan,
} from '../dist/index.js';
import { compile } from './compile.mjs';
import { medians, showProgress } from './samples.mjs';

const json = process.argv.includes('--json');
const rounds = Number(process.argv.find((argument) => /^--rounds=/.test(argument))?.slice(9) ?? 201);

const Settings = record('settings', {
  gain: f32,
  pan: f32,
  shape: enumeration('shape', { low: 0, high: 1 }),
  muted: bool,
  mode: u32,
  channels: u32,
  rate: f64,
  delay: f64,
});
const Types = defineService('bench.types', '1.0', {
  scale: fn({ samples: span(f32), by: f32, scaled: writableSpan(f32) }, status),
  apply: fn({ settings: Settings, samples: writableSpan(f32), used: out(Settings) }, status),
  dance: fn({ room: buffer, size: out(safeUnsigned) }, status),
  answer: fn({}, returns(text)),
});
const path = compile('services-types.c');
const host = await Host.open({ plugins: [{ name: path, required: true }] });
const { scale, apply, dance, answer } = host.services.get(Types);
const library = koffi.load(path);
const bare = library.func('bench_scale', 'int32', [
  'uintptr_t',
  'void *',
  'uint64',
  'float',
  'void *',
  'uint64',
]);

const spans = (count) => {
  const [samples, scaled] = [new Float32Array(count).fill(1), new Float32Array(count)];
  return {
    [`${count} floats and back: koffi`]: (times) => {
      for (let i = 0; i < times; i++) bare(0, samples, count, 0.5, scaled, count);
    },
    [`${count} floats and back: mortise`]: (times) => {
      for (let i = 0; i < times; i++) scale({ samples, by: 0.5, scaled });
    },
  };
};
const bareApply = library.func('bench_apply', 'int32', ['uintptr_t', 'void *', 'void *', 'uint64', 'void *']);

/** By hand: the record is written into a buffer that is made once, and read from another. */
const record8 = (count) => {
  const samples = new Float32Array(count).fill(1);
  const [given, got] = [new DataView(new ArrayBuffer(40)), new DataView(new ArrayBuffer(40))];
  const [givenBytes, gotBytes] = [new Uint8Array(given.buffer), new Uint8Array(got.buffer)];
  const settings = {
    gain: 1,
    pan: 0,
    shape: 'high',
    muted: false,
    mode: 3,
    channels: 2,
    rate: 48e3,
    delay: 0.5,
  };
  const shapes = ['low', 'high'];
  let last;
  return {
    [`8 fields and ${count} floats, and back: koffi`]: (times) => {
      for (let i = 0; i < times; i++) {
        given.setFloat32(0, settings.gain, true);
        given.setFloat32(4, settings.pan, true);
        given.setInt32(8, shapes.indexOf(settings.shape), true);
        given.setInt32(12, settings.muted ? 1 : 0, true);
        given.setUint32(16, settings.mode, true);
        given.setUint32(20, settings.channels, true);
        given.setFloat64(24, settings.rate, true);
        given.setFloat64(32, settings.delay, true);
        if (bareApply(0, givenBytes, samples, count, gotBytes) !== 0) throw new Error('failed');
        last = {
          gain: got.getFloat32(0, true),
          pan: got.getFloat32(4, true),
          shape: shapes[got.getInt32(8, true)],
          muted: got.getInt32(12, true) !== 0,
          mode: got.getUint32(16, true),
          channels: got.getUint32(20, true),
          rate: got.getFloat64(24, true),
          delay: got.getFloat64(32, true),
        };
      }
      return last;
    },
    [`8 fields and ${count} floats, and back: mortise`]: (times) => {
      for (let i = 0; i < times; i++) last = apply({ settings, samples }).used;
      return last;
    },
  };
};
/** Text that is given back: into room of the caller's, and as an answer. */
const texts = () => {
  const room = Buffer.alloc(256);
  let last;
  return {
    'a text of 64 bytes: the dance': (times) => {
      for (let i = 0; i < times; i++) last = room.toString('utf8', 0, dance({ room }).size);
      return last;
    },
    'a text of 64 bytes: mortise': (times) => {
      for (let i = 0; i < times; i++) last = answer();
      return last;
    },
  };
};
const nanoseconds = medians(
  { ...spans(16), ...spans(1_024), ...record8(16), ...record8(1_024), ...texts() },
  { rounds, progress: showProgress('services-types') },
);
await host.close();

const ratios = Object.fromEntries(
  Object.keys(nanoseconds)
    .filter((name) => name.endsWith(': mortise'))
    .map((full) => {
      const name = full.slice(0, -': mortise'.length);
      return [
        name,
        nanoseconds[`${name}: mortise`] /
          (nanoseconds[`${name}: koffi`] ?? nanoseconds[`${name}: the dance`]),
      ];
    }),
);
if (json) {
  console.log(JSON.stringify({ schema: 1, node: process.version, rounds, nanoseconds, ratios }, null, 2));
} else {
  for (const [name, value] of Object.entries(nanoseconds))
    console.log(`${name.padEnd(44)} ${value.toFixed(0).padStart(6)} ns`);
  console.log();
  for (const [name, value] of Object.entries(ratios)) console.log(`${name.padEnd(44)} ${value.toFixed(2)} ×`);
}
