/**
 * The fourth stage: maps the bytes that were checked, and has the plugin's dialect link and start it. What
 * fails is rolled back: after a failure nothing of the plugin is called any more.
 */
import type { Image } from '../binary/index.js';
import { openLibrary } from '../native/library.js';
import { loadedInstead } from './checks/loaded.js';
import { loadCompanion } from './companion.js';
import { resolveDependencies } from './dependencies/index.js';
import type { PrivateDirectory } from './private-copy.js';
import type { BindOptions, CheckResult, HostFacts, Validated } from './record.js';
import type { Running } from './running.js';
import { scopeOf } from './scope.js';
import { withGiven } from './validate.js';

/**
 * Runs the library's constructors, then what its dialect calls at the start.
 * @param options.warn is called with what only shows once others are loaded
 * @throws MortiseError MORTISE_ERR_COPY_FAILED, MORTISE_ERR_LOAD_FAILED, and what the dialect's `bind` throws
 */
export function initialize(
  plugin: Validated,
  directory: PrivateDirectory,
  facts: HostFacts,
  {
    warn,
    ...options
  }: Omit<BindOptions, 'load' | 'loadCompanion' | 'grafanaVersion'> & {
    warn(check: CheckResult): void;
  },
): Running | Promise<Running> {
  const { path, source, sha256, image, dialect } = plugin;
  return dialect.bind(plugin, {
    ...options,
    grafanaVersion: facts.bundles?.grafanaVersion,
    loadCompanion: (other) => loadCompanion(other, directory),
    load({ global } = {}) {
      options.step({ name: 'load' });
      // Again, because plugins that were loaded meanwhile have brought their libraries.
      const dependencies = resolveDependencies(path, image, { copies: plugin.libraries });
      for (const check of loadedInstead(dependencies, path)) warn(check);
      const beside = dependencies.filter((dependency) => dependency.beside);
      const copy = directory.copy(path, source, sha256, beside, climbs(image));
      const { deep } = scopeOf(plugin, withGiven(facts, plugin));
      return openLibrary(copy, path, { directory: directory.path, deep, global });
    },
  });
}

/** Whether its loader follows a path of it to a directory above its own. */
function climbs({ rpath, runpath, dependencies, weakDependencies }: Image): boolean {
  return [...rpath, ...runpath, ...dependencies, ...weakDependencies].some((path) => path.includes('..'));
}
