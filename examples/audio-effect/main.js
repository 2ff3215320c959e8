/** Plays a plucked string through each effect, and writes what comes out: node main.js [DIRECTORY] */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { Host } from 'mortise';
import { Effect } from './effect.js';
import { pluck, readWav, writeWav } from './wav.js';

const blockSize = 1024;
const { dirname } = import.meta;
const directory = argv[2] ?? join(dirname, 'build');
mkdirSync(directory, { recursive: true });
writeWav(join(directory, 'dry.wav'), 48_000, pluck(48_000));

const suffix = process.platform === 'darwin' ? 'dylib' : 'so';
const host = await Host.open({
  plugins: [
    { name: join(dirname, `plugins/echo/build/libecho.${suffix}`), required: true },
    { name: join(dirname, `plugins/low_pass/target/release/liblow_pass.${suffix}`), required: true },
  ],
});
for (const effect of host.services.use(Effect)) {
  const { sampleRate, samples } = readWav(join(directory, 'dry.wav'));
  const { stream } = effect.open({ settings: { sampleRate, mix: 0.5, amount: 0.6, seconds: 0.25 } });
  for (let at = 0; at < samples.length; at += blockSize) {
    effect.process({ stream, samples: samples.subarray(at, at + blockSize) });
  }
  effect.close({ stream });
  writeWav(join(directory, `${effect.plugin}.wav`), sampleRate, samples);
  console.log(`${effect.plugin}: ${effect.describe()}`);
}
await host.close();
