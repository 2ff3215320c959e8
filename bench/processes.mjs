// Times whole Node processes in turn.
import { spawnSync } from 'node:child_process';
import { showProgress } from './samples.mjs';

/**
 * @param {Record<string, string>} programs the source of each, as an ES module
 * @param {{ rounds?: number, label: string }} options
 * @returns {Record<string, number[]>} milliseconds of each, in each round
 */
export function processSamples(programs, { rounds = 25, label }) {
  const names = Object.keys(programs);
  const taken = Object.fromEntries(names.map((name) => [name, []]));
  const progress = showProgress(label);
  for (let round = -1; round < rounds; round++) {
    progress(Math.max(round, 0), rounds);
    for (let index = 0; index < names.length; index++) {
      // Another first one each round: what runs after a slow neighbour isn't always the same.
      const name = names[(index + round + 1) % names.length];
      const start = process.hrtime.bigint();
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', programs[name]], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
      if (round >= 0) taken[name].push(milliseconds); // the first round fills the caches
    }
  }
  return taken;
}
