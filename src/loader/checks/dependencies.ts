/** Can every library that the image needs be found? dlopen's own message hides which one is missing. */
import { missingDependencies, resolveDependencies } from '../dependencies/index.js';
import type { Check } from '../record.js';
import { failed, ok, skipped } from './result.js';

export const checkDependencies: Check = ({ image, path }, { platform, arch }) => {
  if (!image) return [];
  if (image.dependencies.length === 0) return [ok('dependency', 'none needed')];
  if (image.arch !== arch) return [skipped('dependency', `only a host for ${image.arch} can tell`)];
  const dependencies = resolveDependencies(path, image, { platform });
  if (dependencies.length === 0) return [skipped('dependency', 'only the system that it is for can tell')];
  const missing = missingDependencies(dependencies, platform);
  if (missing.length > 0)
    return missing.map((problem) => failed('dependency', { ...problem, subject: path }));
  return [ok('dependency', `${dependencies.length} found`)];
};
