/** Builds the stress's plugins. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The one whose services are defined beside it.
 *
 * @returns the plugin's path, in `directory`
 */
export function buildPlugin(directory) {
  const services = join(root, 'test/stress/services.mjs');
  const command = [join(root, 'dist/cli.js'), 'headers', services, '--lang', 'c', '--out', directory];
  execFileSync(process.execPath, command, { stdio: 'pipe' });
  return compile('plugin.c', join(directory, 'stress.so'), directory);
}

/** The one that fills its host's log. */
export function buildTalker(directory) {
  return compile('talker.c', join(directory, 'talker.so'), directory);
}

function compile(source, plugin, directory) {
  const flags = [
    '-std=c11',
    '-D_GNU_SOURCE',
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
    join(root, 'test/stress', source),
    '-o',
    plugin,
  ]);
  return plugin;
}

/** The one that routes as a comment in the SQL says. */
export function buildChooser(directory) {
  return compile('../examples/pg-router/chooser.c', join(directory, 'chooser.so'), directory);
}
