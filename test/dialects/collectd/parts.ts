/** Debian's collectd, unpacked: its daemon, its plugins and its headers. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
