// What the bridge to PgDog's plugins adds to a plugin's own work, for a tree and two parameters. Both are called by a
// native program, one after the other, many times.
import { spawnSync } from 'node:child_process';
import { median, showProgress } from './samples.mjs';

const json = process.argv.includes('--json');
const rounds = 15;

const { status, stdout } = spawnSync(process.execPath, ['scripts/pgdog.mjs', '--where'], {
  encoding: 'utf8',
});
if (status !== 0) {
  console.error('The bridge is not built: npm run pgdog');
  process.exit(2);
}
const { driver, bridge, tenant } = JSON.parse(stdout);

const progress = showProgress('sql-pgdog');
const taken = Array.from({ length: rounds }, (_, round) => {
  progress(round, rounds);
  const run = spawnSync(driver, ['cost', bridge, tenant], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
});
const nanoseconds = {
  plugin: median(taken.map((one) => one.plugin)),
  bridge: median(taken.map((one) => one.bridge)),
  added: median(taken.map((one) => one.bridge - one.plugin)),
};
if (json) {
  console.log(JSON.stringify({ schema: 1, node: process.version, rounds, nanoseconds }, null, 2));
} else {
  console.log(`a PgDog plugin by itself               ${nanoseconds.plugin.toFixed(0).padStart(6)} ns`);
  console.log(`the same through the bridge            ${nanoseconds.bridge.toFixed(0).padStart(6)} ns`);
  console.log(`what the bridge adds                   ${nanoseconds.added.toFixed(0).padStart(6)} ns`);
}
