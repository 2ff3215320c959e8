import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/index.js';
import { writeC, writeRust } from '../../src/services/generate/index.js';
import { cargo, missingTools, titled } from '../rust/cargo.js';

const missing = process.platform === 'linux' ? missingTools('cc', 'make', 'cargo') : ['ELF'];
const example = resolve('examples/audio-effect');
const plugins = join(example, 'plugins');

interface Wav {
  sampleRate: number;
  samples: Float32Array;
}

describe.skipIf(missing.length > 0)(titled('examples/audio-effect', missing), () => {
  let folder: string;
  let readWav: (path: string) => Wav;
  let printed: string;

  beforeAll(async () => {
    execFileSync('make', ['-C', join(plugins, 'echo')], { stdio: 'pipe' });
    const crate = join(plugins, 'low_pass');
    const { code, output } = await cargo(['build', '--release', '--locked'], { cwd: crate });
    expect(code, output).toBe(0);
    mkdirSync('.cache', { recursive: true });
    folder = mkdtempSync(resolve('.cache/audio-effect-'));
    ({ readWav } = await import(pathToFileURL(join(example, 'wav.js')).href));
    printed = execFileSync(process.execPath, [join(example, 'main.js'), folder], { encoding: 'utf8' });
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const wav = (name: string): Wav => readWav(join(folder, `${name}.wav`));
  const at = ({ samples, sampleRate }: Wav, seconds: number) =>
    samples[Math.round(seconds * sampleRate)] ?? 0;

  it('prints what its README shows', () => {
    expect(readFileSync(join(example, 'README.md'), 'utf8')).toContain(printed);
  });

  it('each effect does to the samples what it says', () => {
    const [dry, echo, low] = [wav('dry'), wav('echo'), wav('low_pass')];
    expect([dry.sampleRate, dry.samples.length]).toEqual([48_000, 96_000]);
    // Half of what is played, and half of what was played a quarter of a second ago, with its own echoes.
    for (const seconds of [0.01, 0.26, 0.6, 1.3]) {
      let heard = at(dry, seconds) / 2;
      for (let times = 1; seconds - times * 0.25 >= 0; times++) {
        heard += (at(dry, seconds - times * 0.25) * 0.6 ** (times - 1)) / 2;
      }
      expect(at(echo, seconds)).toBeCloseTo(heard, 3);
    }
    // In one filter from block to block: each sample follows from the one before.
    let last = 0;
    dry.samples.forEach((sample, index) => {
      last = last * 0.6 + sample * 0.4;
      if (index % 1_000 < 30) expect(low.samples[index]).toBeCloseTo((sample + last) / 2, 3);
    });
  });

  it('koffi alone does the same, bit for bit', () => {
    const library = join(folder, 'koffi-echo.so');
    const source = join(example, 'koffi/echo.c');
    execFileSync('cc', ['-O2', '-std=c11', '-fPIC', '-shared', '-o', library, source], { stdio: 'pipe' });
    execFileSync(process.execPath, [join(example, 'koffi/main.js'), library, folder], { stdio: 'pipe' });
    expect(wav('koffi').samples).toEqual(wav('echo').samples);
  });

  it('its headers are those of its definition', async () => {
    const { Effect } = (await import(pathToFileURL(join(example, 'effect.js')).href)) as { Effect: Service };
    expect(readFileSync(join(plugins, 'echo/audio_effect.h'), 'utf8')).toBe(writeC(Effect));
    expect(readFileSync(join(plugins, 'low_pass/src/audio_effect.rs'), 'utf8')).toBe(writeRust(Effect));
  });
});
