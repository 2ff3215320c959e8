/** semver, loaded once there is a plugin to compare: it is larger than the family itself. */
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

export function semver(): typeof import('semver') {
  return load('semver') as typeof import('semver');
}
