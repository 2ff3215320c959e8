// Times whole Node processes in turn.
import { spawnSync } from 'node:child_process';
import { showProgress } from './samples.mjs';

/**
 * As its last act, a process says how long its main thread ran: what lies between that and its whole time is other
 * processes' when the machine is busy. Without Linux's counters, the time of all its threads.
 */
const saysTime = `
  import { readFileSync, writeSync } from 'node:fs';
  process.on('exit', () => {
    let ran = process.cpuUsage();
    ran = (ran.user + ran.system) / 1000;
    try { ran = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0] / 1e6; } catch {}
    writeSync(1, '\\n' + ran);
  });`;

/**
 * @param {Record<string, string>} programs the source of each, as an ES module
 * @param {{ rounds?: number, label: string }} options
 * @returns {Record<string, { whole: number[], thread: number[] }>} milliseconds of each, in each round: from its start to
 *   its end, and of work in its main thread
 */
export function processSamples(programs, { rounds = 25, label }) {
  const names = Object.keys(programs);
  const taken = Object.fromEntries(names.map((name) => [name, { whole: [], thread: [] }]));
  const progress = showProgress(label);
  for (let round = -1; round < rounds; round++) {
    progress(Math.max(round, 0), rounds);
    for (let index = 0; index < names.length; index++) {
      // Another first one each round: what runs after a slow neighbour isn't always the same.
      const name = names[(index + round + 1) % names.length];
      const start = process.hrtime.bigint();
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['--input-type=module', '-e', saysTime + programs[name]],
        { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' },
      );
      const whole = Number(process.hrtime.bigint() - start) / 1e6;
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
      if (round < 0) continue; // the first round fills the caches
      taken[name].whole.push(whole);
      taken[name].thread.push(Number(stdout.slice(stdout.lastIndexOf('\n'))));
    }
  }
  return taken;
}
