/** Builds the plugins that count: mortise's own, and collectd's where its headers can be had. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

function compile(source, to, flags) {
  const path = fileURLToPath(new URL(source, import.meta.url));
  const usual = ['-O1', '-fPIC', '-shared', '-fvisibility=hidden', '-Wl,-Bsymbolic'];
  execFileSync(process.env.CC ?? 'cc', [...usual, ...flags, path, '-o', to], { stdio: 'pipe' });
  return to;
}

/** @returns the plugin's path, in `folder` */
export function buildCounted(folder) {
  return compile('counted.c', join(folder, 'counted.so'), ['-std=c11', '-D_GNU_SOURCE', `-I${root}include`]);
}

/**
 * @param packages the folders of Debian's collectd-core and collectd-dev
 * @returns a collectd.conf in `folder`, which loads the plugin
 */
export function buildCollectd(folder, packages) {
  const own = join(packages['collectd-dev'], 'usr/include/collectd');
  const include = [join(own, '..'), join(own, 'core'), join(own, 'core/daemon'), own].map(
    (path) => `-I${path}`,
  );
  compile('collectd.c', join(folder, 'collectd.so'), [
    '-std=gnu11',
    '-DHAVE_CONFIG_H',
    '-fvisibility=default',
    ...include,
  ]);
  const conf = join(folder, 'collectd.conf');
  const types = join(packages['collectd-core'], 'usr/share/collectd/types.db');
  writeFileSync(
    conf,
    `Hostname "here"\nWriteQueueLimitHigh 10000000\nTypesDB "${types}"\nPluginDir "${folder}"\nLoadPlugin collectd\n<Plugin collectd>\n  Counts "${join(folder, 'counts')}"\n</Plugin>\n`,
  );
  return conf;
}
