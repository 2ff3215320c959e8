/** What can be wrong with a call of a plugin, as errors. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { WrongArgument } from '../../native/memory.js';
import { typeAt } from '../schema/records.js';
import type { Parameter, ServiceFunction } from '../schema/types.js';
import { inWords } from '../schema/words.js';
import type { HandleFault, ServiceHandle } from './handle.js';

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

/** JavaScript passed what the schema doesn't take; `key` is empty when that is not an object at all. */
export function misuse(
  subject: string,
  name: string,
  fn: ServiceFunction,
  key: string,
  found: unknown,
): never {
  const known = typeAt(fn.parameters, key);
  const type = known ? inWords(known) : `an object with ${Object.keys(fn.parameters).join(', ')}`;
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

/** JavaScript passed a record with what isn't a field of it. */
export function additional(
  subject: string,
  name: string,
  key: string,
  names: readonly string[],
  found: string,
): never {
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: `${key} has no field ${shown(found)}`,
    subject,
    where: `${name}({ ${key} })`,
    expected: `only ${names.join(', ')}`,
    found: shown(found),
    remedy: 'Correct its name, or leave it out.',
  });
}

/** A getter of a record threw; nothing was called. */
export function unread(subject: string, name: string, key: string, thrown: unknown): never {
  if (thrown instanceof MortiseError) throw thrown;
  const said = thrown instanceof Error ? thrown.message : shown(thrown);
  throw new MortiseError(
    {
      code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
      message: `${key} could not be read: ${said}`,
      subject,
      where: `${name}({ ${key} })`,
      expected: 'properties that can be read',
      found: shown(thrown),
      remedy: 'Pass a plain object.',
    },
    { cause: thrown },
  );
}

/** JavaScript passed a handle that isn't one for this function. */
export function badHandle(
  subject: string,
  name: string,
  fn: ServiceFunction,
  key: string,
  why: HandleFault,
  found: unknown,
): never {
  if (why === 'no handle' || why === 'another type') misuse(subject, name, fn, key, found);
  const { plugin } = found as ServiceHandle;
  const [message, remedy] = {
    'another plugin': [
      `${key} was given by another provider, of ${plugin}`,
      'Pass it to functions of the provider that gave it, in the same host.',
    ],
    destroyed: [`${key} was destroyed already`, 'Make a new one.'],
    'in use': [`${key} is in use by a call that has not ended`, 'Destroy it once its calls have ended.'],
  }[why];
  throw new MortiseError({
    code: 'MORTISE_ERR_SERVICE_HANDLE',
    message: message as string,
    subject,
    where: `${name}({ ${key} })`,
    expected: inWords(fn.parameters[key] as Parameter),
    found: why === 'another plugin' ? `one of ${plugin}` : `one that is ${why}`,
    remedy: remedy as string,
  });
}

/** A callback ended the call. */
export function stopped(subject: string, name: string, thrown: unknown): MortiseError {
  const said = thrown instanceof Error ? thrown.message : shown(thrown);
  if (!(thrown instanceof WrongArgument)) {
    return fault(subject, name, `a callback threw: ${said}`, 'callbacks that answer', shown(said), thrown);
  }
  return new MortiseError(
    {
      code: 'MORTISE_ERR_SERVICE_ARGUMENT',
      message: `${name} called a callback wrongly: ${said}`,
      subject,
      where: name,
      expected: 'arguments as the service’s header has them',
      found: said,
      remedy: 'Ask its author to follow the header that mortise writes for the service.',
    },
    { cause: thrown },
  );
}

/** JavaScript passed what it had given away. */
export function taken(subject: string, name: string, key: string): never {
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: `${key} was transferred away before ${name} was called`,
    subject,
    where: `${name}({ ${key} })`,
    expected: 'an array whose memory is its own',
    found: 'one whose memory was transferred to another',
    remedy: 'Pass a copy, or transfer it afterwards.',
  });
}

/** JavaScript passed memory that other threads can write to, where the function takes none such. */
export function shared(subject: string, name: string, fn: ServiceFunction, key: string): never {
  const type = inWords(fn.parameters[key] as Parameter);
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: `${key} lies in a SharedArrayBuffer`,
    subject,
    where: `${name}({ ${key} })`,
    expected: `${type} in memory of its own, which nobody else changes during the call`,
    found: `${type} in a SharedArrayBuffer`,
    remedy: 'Pass a copy.',
  });
}

/** JavaScript took memory away that a plugin was to write to. */
export function gone(subject: string, name: string, key: string): never {
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: `${key} was transferred or resized before ${name} had written to it`,
    subject,
    where: `${name}({ ${key} })`,
    expected: 'memory that keeps its length until the call has ended',
    found: 'memory of another length; what the plugin wrote is lost',
    remedy: 'Transfer or resize it afterwards.',
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
