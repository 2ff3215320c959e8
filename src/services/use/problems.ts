/** What can be wrong with a call of a plugin, as errors. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import type { ServiceFunction } from '../schema/types.js';

/** The plugin failed. */
export function fault(
  subject: string,
  where: string,
  message: string,
  expected: string,
  found: string,
  cause?: unknown,
): MortiseError {
  return new MortiseError(
    {
      code: 'MORTISE_ERR_SERVICE_FAILED',
      message,
      subject,
      where,
      expected,
      found,
      remedy: 'The plugin’s documentation should say what the message asks for.',
    },
    cause === undefined ? undefined : { cause },
  );
}

/** JavaScript passed what the schema doesn't take; `key` is empty when that is no object at all. */
export function misuse(
  subject: string,
  name: string,
  fn: ServiceFunction,
  key: string,
  found: unknown,
): never {
  const type = fn.parameters[key]?.kind ?? `an object with ${Object.keys(fn.parameters).join(', ')}`;
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: key === '' ? `${name} takes ${type}` : `${key} is not ${type}`,
    subject,
    where: key === '' ? name : `${name}({ ${key} })`,
    expected: type,
    found: found === undefined ? 'nothing' : `${typeof found} ${shown(found)}`,
    remedy: 'Pass what the schema says.',
  });
}

/** JavaScript passed memory twice that the plugin writes to. */
export function overlapping(subject: string, name: string, first: string, second: string): never {
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: `${first} and ${second} share bytes, and the plugin writes to them`,
    subject,
    where: `${name}({ ${first}, ${second} })`,
    expected: 'memory of its own for what is written to',
    found: 'two parts of one buffer that overlap',
    remedy: 'Pass a copy of one of them.',
  });
}
