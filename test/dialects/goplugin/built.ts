/** Where the programs are that `npm run go-plugins` built, by name. */
import { spawnSync } from 'node:child_process';

export const builtPrograms: Readonly<Record<string, string>> = JSON.parse(
  spawnSync(process.execPath, ['scripts/go-plugins.mjs', '--where'], { encoding: 'utf8' }).stdout,
);
