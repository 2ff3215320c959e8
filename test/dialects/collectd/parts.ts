/** Debian's collectd, unpacked: its daemon, its plugins and its headers. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianPackages } from '../../support/parts/debian.js';

export const packages = debianPackages(['collectd-core', 'collectd-dev']);
const core = packages?.['collectd-core'] ?? '';
export const daemon = join(core, 'usr/sbin/collectd');
export const pluginDir = join(core, 'usr/lib/collectd');
export const typesDb = join(core, 'usr/share/collectd/types.db');
export const includeDir = join(packages?.['collectd-dev'] ?? '', 'usr/include/collectd');

/** The name of a suite that needs them. */
export const suite = (name: string) =>
  packages ? name : `${name} (Debian’s collectd-core and collectd-dev cannot be had here)`;

/** Reads a configuration with the real daemon, which then reads once and ends. */
export function testDaemon(folder: string, config: string, env: NodeJS.ProcessEnv = {}) {
  const file = join(folder, 'daemon.conf');
  writeFileSync(file, `BaseDir "${folder}"\nPIDFile "${folder}/pid"\nTypesDB "${typesDb}"\n${config}`);
  return spawnSync(daemon, ['-T', '-f', '-B', '-C', file], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, ...env },
  });
}

/**
 * Runs the real daemon until something holds, and a moment longer: what it still has in its queue is written then.
 * @returns what it printed
 */
export async function runDaemon(folder: string, config: string, until: () => boolean): Promise<string> {
  const file = join(folder, 'daemon.conf');
  writeFileSync(file, `BaseDir "${folder}"\nPIDFile "${folder}/pid"\nWriteThreads 1\n${config}`);
  const child = spawn(daemon, ['-f', '-B', '-C', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(child, 'exit');
  try {
    for (let waited = 0; waited < 30_000 && !until() && child.exitCode === null; waited += 50)
      await sleep(50);
    await sleep(500);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  return said;
}
