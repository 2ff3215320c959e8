/**
 * The echo with koffi alone: node main.js LIBRARY DIRECTORY. Every type stands here again, by hand, and nothing finds
 * out when one is wrong: not the library's version, nor the record, nor a pointer that was closed.
 */
import { join } from 'node:path';
import { argv } from 'node:process';
import koffi from 'koffi';
import { readWav, writeWav } from '../wav.js';

const [, , path, directory] = argv;
const library = koffi.load(path);
koffi.struct('settings', { sample_rate: 'uint32', mix: 'float', amount: 'float', seconds: 'double' });
koffi.opaque('echo');
const open = library.func('echo *effect_open(const settings *given)');
const run = library.func('void effect_process(echo *stream, float *samples, uint64_t count)');
const close = library.func('void effect_close(echo *stream)');

const { sampleRate, samples } = readWav(join(directory, 'dry.wav'));
const stream = open({ sample_rate: sampleRate, mix: 0.5, amount: 0.6, seconds: 0.25 });
if (stream === null) throw new Error('it did not open, and does not say why');
for (let at = 0; at < samples.length; at += 1024) {
  const block = samples.subarray(at, at + 1024);
  run(stream, block, block.length);
}
close(stream);
writeWav(join(directory, 'koffi.wav'), sampleRate, samples);
