/** Builds the stress's plugin from the headers of its services. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** @returns the plugin's path, in `directory` */
export function buildPlugin(directory) {
  const services = join(root, 'test/stress/services.mjs');
  const command = [join(root, 'dist/cli/main.js'), 'headers', services, '--lang', 'c', '--out', directory];
  execFileSync(process.execPath, command, { stdio: 'pipe' });
  const plugin = join(directory, 'stress.so');
  const flags = [
    '-std=c11',
    '-O1',
    '-Wall',
    '-Wextra',
    '-fPIC',
    '-shared',
    '-fvisibility=hidden',
    '-Wl,-Bsymbolic',
  ];
  const places = [`-I${directory}`, `-I${join(root, 'include')}`];
  execFileSync(process.env.CC ?? 'cc', [
    ...flags,
    ...places,
    join(root, 'test/stress/plugin.c'),
    '-o',
    plugin,
  ]);
  return plugin;
}
