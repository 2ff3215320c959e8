/** Debian's collectd: its daemon, its plugins, and the headers that plugins are built with. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianPackages } from '../../support/parts/debian.js';

const folders = debianPackages(['collectd-core', 'collectd-dev']);

/** Undefined where the packages can't be had. */
export const collectd = folders && {
  daemon: join(folders['collectd-core'] as string, 'usr/sbin/collectd'),
  plugins: join(folders['collectd-core'] as string, 'usr/lib/collectd'),
  types: join(folders['collectd-core'] as string, 'usr/share/collectd/types.db'),
  include: join(folders['collectd-dev'] as string, 'usr/include'),
};

export const lacking = "Debian's collectd-core and collectd-dev (not to be had here)";

export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'mortise-collectd-'));
}

/** Compiles a plugin with collectd's own headers. */
export function buildPlugin(source: string, to: string, include: string): void {
  const own = join(include, 'collectd');
  const paths = [include, join(own, 'core'), join(own, 'core/daemon'), own].map((path) => `-I${path}`);
  run('gcc', ['-std=gnu11', '-shared', '-fPIC', '-DHAVE_CONFIG_H', ...paths, '-o', to, source]);
}

/** What it printed. @throws when it fails */
export function run(program: string, options: string[], env: Record<string, string> = {}): string {
  const done = spawnSync(program, options, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  if (done.status !== 0)
    throw new Error(`${program} ended with ${done.status ?? done.signal}: ${done.stderr}`);
  return done.stdout;
}
