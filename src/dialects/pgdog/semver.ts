/** semver, loaded once there is a plugin to compare: it is larger than the family itself. */
import { load } from '../../package.js';

export function semver(): typeof import('semver') {
  return load('semver') as typeof import('semver');
}
