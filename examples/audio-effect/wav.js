/** WAV files of one channel and 16 bits. */
import { readFileSync, writeFileSync } from 'node:fs';

export function writeWav(path, sampleRate, samples) {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16); // of the format
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // channels
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) => {
    const bounded = Math.max(-1, Math.min(1, sample));
    file.writeInt16LE(Math.round(bounded * 32_767), 44 + index * 2);
  });
  writeFileSync(path, file);
}

/** Of files that {@link writeWav} wrote. */
export function readWav(path) {
  const file = readFileSync(path);
  const isOurs = file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 36, 40) === 'data';
  if (!isOurs || file.readUInt16LE(22) !== 1 || file.readUInt16LE(34) !== 16) {
    throw new Error(`${path} is not a WAV file of one channel and 16 bits`);
  }
  const samples = new Float32Array((file.length - 44) >> 1);
  for (let index = 0; index < samples.length; index++) {
    samples[index] = file.readInt16LE(44 + index * 2) / 32_767;
  }
  return { sampleRate: file.readUInt32LE(24), samples };
}

/** Two seconds: a string that is plucked, and silence behind it. */
export function pluck(sampleRate) {
  return Float32Array.from({ length: sampleRate * 2 }, (_, index) => {
    const time = index / sampleRate;
    return (
      0.6 *
      Math.exp(-6 * time) *
      (Math.sin(2 * Math.PI * 220 * time) + 0.3 * Math.sin(2 * Math.PI * 1760 * time))
    );
  });
}
