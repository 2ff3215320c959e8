// Times whole Node processes in turn.
import { spawnSync } from 'node:child_process';
import { median, showProgress } from './samples.mjs';

/**
 * @param {Record<string, string>} programs the source of each, as an ES module
 * @param {{ rounds?: number, label: string }} options
 * @returns {Record<string, number>} median milliseconds of each
 */
export function processMedians(programs, { rounds = 15, label }) {
  const samples = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  const progress = showProgress(label);
  for (let round = -1; round < rounds; round++) {
    progress(Math.max(round, 0), rounds);
    for (const [name, source] of Object.entries(programs)) {
      const start = process.hrtime.bigint();
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
      if (round >= 0) samples[name].push(milliseconds); // the first round fills the caches
    }
  }
  return Object.fromEntries(Object.entries(samples).map(([name, list]) => [name, median(list)]));
}
