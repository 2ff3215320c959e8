// npm run bench -- services-types: what types of services cost beside koffi with memory that is made by hand, once.
// No service is written in TypeScript here, so that memory goes by address.
import koffi from 'koffi';
import { defineService, f32, fn, Host, span, status, writableSpan } from '../dist/index.js';
import { compile } from './compile.mjs';
import { medians, showProgress } from './samples.mjs';

const json = process.argv.includes('--json');
const rounds = Number(process.argv.find((argument) => /^--rounds=/.test(argument))?.slice(9) ?? 201);

const Types = defineService('bench.types', '1.0', {
  scale: fn({ samples: span(f32), by: f32, scaled: writableSpan(f32) }, status),
});
const path = compile('services-types.c');
const host = await Host.open({ plugins: [{ name: path, required: true }] });
const { scale } = host.services.get(Types);
const bare = koffi
  .load(path)
  .func('bench_scale', 'int32', ['uintptr_t', 'void *', 'uint64', 'float', 'void *', 'uint64']);

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
const nanoseconds = medians(
  { ...spans(16), ...spans(1_024) },
  { rounds, progress: showProgress('services-types') },
);
await host.close();

const ratios = Object.fromEntries(
  [16, 1_024].map((count) => {
    const name = `${count} floats and back`;
    return [name, nanoseconds[`${name}: mortise`] / nanoseconds[`${name}: koffi`]];
  }),
);
if (json) {
  console.log(JSON.stringify({ schema: 1, node: process.version, rounds, nanoseconds, ratios }, null, 2));
} else {
  for (const [name, value] of Object.entries(nanoseconds))
    console.log(`${name.padEnd(32)} ${value.toFixed(0).padStart(6)} ns`);
  console.log();
  for (const [name, value] of Object.entries(ratios)) console.log(`${name.padEnd(32)} ${value.toFixed(2)} ×`);
}
