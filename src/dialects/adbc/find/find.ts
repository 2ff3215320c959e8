/** From a driver's name to its library: through manifests and profiles, where the specification has them. */
import { isAbsolute, join, resolve } from 'node:path';
import { isPath } from '../../../config/is-path.js';
import type { ConfigTable, PluginRequest } from '../../../config/value.js';
import { MortiseError } from '../../../errors.js';
import { isFile } from '../../../loader/directories.js';
import { isLibrary } from '../../../loader/library-names.js';
import type { Candidate, FindContext } from '../../../loader/record.js';
import { addon } from '../../../native/addon.js';
import { readManifest } from './manifest.js';
import { type Level, levels, placesOf } from './places.js';
import { isProfile, readProfile } from './profile.js';

/**
 * What a request means by a manifest or a profile; undefined when neither is there. Adds to its `config` where it was
 * found: `manifest` and `profile`, as paths, and `entry`.
 * @throws MortiseError MORTISE_ERR_ADBC_MANIFEST, MORTISE_ERR_ADBC_PROFILE
 */
export function findDriver(request: PluginRequest, context: FindContext): Candidate | undefined {
  const { name, config = {} } = request;
  if (isProfile(name)) return byProfile(request, context);
  const manifest = manifestOf(name, context, levelsOf(config));
  if (manifest === undefined) return undefined;
  const { library, entry } = readManifest(manifest, { ...context, isMusl: isMusl(context) });
  const added: ConfigTable = { manifest, ...(entry !== undefined && { entry }) };
  return { path: library, request: { ...request, config: { ...added, ...config } } };
}

function byProfile(request: PluginRequest, context: FindContext): Candidate {
  const { name, config = {} } = request;
  const { path: profile, driver } = readProfile(name, context, levelsOf(config));
  if (driver === undefined) {
    throw new MortiseError({
      code: 'MORTISE_ERR_ADBC_PROFILE',
      message: 'the profile names no driver',
      subject: profile,
      where: 'driver',
      expected: 'driver = "NAME"',
      found: 'nothing',
      remedy:
        'Name the driver in the profile; or name it as the plugin, and write config = { profile = "NAME" }.',
    });
  }
  const merged = { ...request, config: { ...config, profile } };
  const found = findDriver({ ...merged, name: driver }, context) ?? atPath(driver, context);
  if (found) return { path: found.path, request: { ...merged, ...found.request, name } };
  throw new MortiseError({
    code: 'MORTISE_ERR_ADBC_PROFILE',
    message: `the profile names the driver ${driver}, which is not installed`,
    subject: profile,
    where: 'driver',
    expected: `${driver}.toml in one of ${placesOf('drivers', context, levelsOf(config)).join(', ')}`,
    found: 'none',
    remedy: 'Install the driver, or write its path into the profile.',
  });
}

function atPath(driver: string, { cwd, platform }: FindContext): Candidate | undefined {
  const path = isAbsolute(driver) ? driver : resolve(cwd, driver);
  return isLibrary(path, { platform }) && isFile(path) ? { path, request: { name: driver } } : undefined;
}

/** The manifest's path. One that is there counts, whatever is in it. */
function manifestOf(name: string, context: FindContext, asked: readonly Level[]): string | undefined {
  const file = name.endsWith('.toml') ? name : `${name}.toml`;
  const paths = isPath(name, context.platform)
    ? [resolve(context.cwd, file)]
    : placesOf('drivers', context, asked).map((place) => join(resolve(context.cwd, place), file));
  return paths.find(isFile);
}

/** What the configuration leaves in. What is wrong about it is said by a check. */
function levelsOf({ find }: ConfigTable): readonly Level[] {
  return Array.isArray(find) ? levels.filter((level) => find.includes(level)) : levels;
}

/** Of another platform nobody can say; its drivers are built for glibc, as most are. */
function isMusl({ platform }: FindContext): boolean {
  return platform === process.platform && addon().libc().name === 'musl';
}
