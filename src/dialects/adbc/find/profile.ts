/** A connection profile: a driver and its options in a file, so that they stand in no program. */
import { isAbsolute, join, resolve } from 'node:path';
import { flatOptions, type Options } from '../../../capabilities/querying/adbc/values.js';
import { MortiseError } from '../../../errors.js';
import { isFile } from '../../../loader/directories.js';
import type { FindContext } from '../../../loader/record.js';
import { type Level, placesOf } from './places.js';
import { kindOf, SmallToml } from './toml.js';

export interface Profile {
  path: string;
  /** As it stands in the file. */
  driver?: string;
  options: Options;
}

const scheme = /^profile:(\/\/)?/;

/** Whether a name means a profile: `profile://warehouse`. */
export const isProfile = (name: string) => scheme.test(name);

/**
 * @param name of a profile, or its path; with or without `profile://`
 * @throws MortiseError MORTISE_ERR_ADBC_PROFILE
 */
export function readProfile(name: string, context: FindContext, levels?: readonly Level[]): Profile {
  const path = profilePath(name.replace(scheme, ''), context, levels);
  const file = new SmallToml(path, 'MORTISE_ERR_ADBC_PROFILE');
  const { profile_version, version, driver, Options: options, options: earlier, ...rest } = file.read();
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw file.wrong(`it has no key ${unknown}`, {
      where: unknown,
      expected: 'profile_version, driver and [Options]',
      found: unknown,
      remedy: 'Options of the driver stand under [Options].',
    });
  }
  if ((profile_version ?? version) !== 1) {
    throw file.wrong('it does not say that it is a profile of version 1', {
      where: 'profile_version',
      expected: 'profile_version = 1',
      found: kindOf(profile_version ?? version),
    });
  }
  if (driver !== undefined && (typeof driver !== 'string' || driver === '')) {
    throw file.wrong('driver is not a name or a path', {
      where: 'driver',
      expected: 'the name of a driver, or a path',
      found: kindOf(driver),
    });
  }
  const table = options ?? earlier ?? {};
  if (kindOf(table) !== 'a table') {
    throw file.wrong('Options is not a table', {
      where: 'Options',
      expected: '[Options]',
      found: kindOf(table),
    });
  }
  const flat = flatOptions(table as Record<string, unknown>, context.env);
  const [bad] = flat.bad;
  if (bad) throw file.wrong(bad.message, { ...bad, where: `Options.${bad.where}` });
  return { path, driver, options: flat.options };
}

function profilePath(name: string, context: FindContext, levels?: readonly Level[]): string {
  const places = /[/\\]/.test(name) || name.endsWith('.toml') ? [] : placesOf('profiles', context, levels);
  const paths =
    places.length > 0
      ? places.map((place) => join(resolve(context.cwd, place), `${name}.toml`))
      : [isAbsolute(name) ? name : resolve(context.cwd, name)];
  const found = paths.find(isFile);
  if (found !== undefined) return found;
  throw new MortiseError({
    code: 'MORTISE_ERR_ADBC_PROFILE',
    message: 'there is no such connection profile',
    subject: name,
    expected: `one of ${paths.join(', ')}`,
    found: 'none of them',
    remedy: 'Write the profile there, or name its directory in ADBC_PROFILE_PATH.',
  });
}
