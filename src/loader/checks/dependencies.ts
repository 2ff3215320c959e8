/** Can every library that the image needs be found? dlopen's own message hides which one is missing. */
import { linked } from '../closure.js';
import { missingDependencies } from '../dependencies/index.js';
import type { Check } from '../record.js';
import { failed, ok, skipped } from './result.js';

export const checkDependencies: Check = ({ image, path, source, libraries }, host) => {
  if (!image) return [];
  if (image.dependencies.length === 0) return [ok('dependency', 'none needed')];
  if (image.arch !== host.arch) return [skipped('dependency', `only a host for ${image.arch} can tell`)];
  const { dependencies } = linked({ image, path, source, libraries }, host).closure;
  if (dependencies.length === 0) return [skipped('dependency', 'only the system that it is for can tell')];
  const missing = missingDependencies(dependencies, host.platform);
  if (missing.length > 0)
    return missing.map((problem) => failed('dependency', { ...problem, subject: path }));
  return [ok('dependency', `${dependencies.length} found`)];
};
