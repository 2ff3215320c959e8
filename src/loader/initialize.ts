/**
 * The fourth stage: maps the bytes that were checked, and has the plugin's dialect link and start it. What
 * fails is rolled back: after a failure nothing of the plugin is called any more.
 */
import { openLibrary } from '../native/library.js';
import { resolveDependencies } from './dependencies/index.js';
import type { PrivateDirectory } from './private-copy.js';
import type { BindOptions, Validated } from './record.js';
import type { Running } from './running.js';

/**
 * Runs the library's constructors, then what its dialect calls at the start.
 * @throws MortiseError MORTISE_ERR_COPY_FAILED, MORTISE_ERR_LOAD_FAILED, and what the dialect's `bind` throws
 */
export function initialize(
  plugin: Validated,
  directory: PrivateDirectory,
  options: Omit<BindOptions, 'load'>,
): Running {
  const { path, source, sha256, image, dialect } = plugin;
  return dialect.bind(plugin, {
    ...options,
    load() {
      options.step({ name: 'load' });
      const beside = resolveDependencies(path, image).filter((dependency) => dependency.beside);
      const copy = directory.copy(path, source, sha256, beside);
      return openLibrary(copy, path, directory.path);
    },
  });
}
