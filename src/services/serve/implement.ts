/** Services that are written in TypeScript, before a host serves them. */
import { MortiseError } from '../../errors.js';
import type { HostService } from '../../loader/service-fits.js';
import { shown } from '../../messages/shown.js';
import { isService } from '../schema/define.js';
import { namedOf } from '../schema/named.js';
import { statedSignature } from '../schema/signature.js';
import type { Service, ServiceFunctions } from '../schema/types.js';
import type { Implementation } from '../schema/values.js';

/** A service and its functions, for `Host.open({ services: [implement(…)] })`. */
export interface Implemented {
  readonly service: Service;
  /** Typed when it was made; here only named. */
  readonly functions: Readonly<Record<string, (taken: unknown, caller: unknown) => unknown>>;
}

const brand = Symbol.for('mortise.Implemented');

/** True for what `implement` made, in whichever copy of the package. */
export const isImplemented = (value: unknown): value is Implemented =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;

/** A service that a host gives to plugins. */
export type Offered = HostService;

/** What a host offers that serves them, for the validation of plugins. */
export const offered = (implemented: readonly Implemented[]): Offered[] =>
  implemented.map(({ service }) => {
    const { name, major, minor } = service;
    return { name, major, minor, signature: statedSignature(service), provider: 'mortise' };
  });

/**
 * Writes a service's functions in TypeScript.
 * ```
 * const rule = implement(PriceRule, { apply: ({ cart }, caller) => ({ cents: BigInt(cart.length) }) });
 * await using host = await Host.open({ plugins, services: [rule] });
 * ```
 * They run on the thread that opened the host. What one throws, or answers wrongly, the caller in C sees as the
 * failure that the schema declares, and the host reports as a `problem`.
 *
 * @throws MortiseError MORTISE_ERR_SERVICE_SCHEMA when a function is missing or isn't the schema's, or may be
 *   called on any thread
 */
export function implement<Functions extends ServiceFunctions>(
  service: Service<Functions>,
  functions: Implementation<Functions>,
): Implemented {
  const refuse = (where: string, message: string, expected: string, found: unknown, remedy: string) =>
    new MortiseError({
      code: 'MORTISE_ERR_SERVICE_SCHEMA',
      message,
      subject: isService(service) ? service.name : 'implement',
      where,
      expected,
      found: shown(found),
      remedy,
    });
  if (!isService(service)) {
    throw refuse(
      'service',
      'there is no service to implement',
      'what defineService gives back',
      service,
      'Pass the service first, its functions second.',
    );
  }
  const given = (
    typeof functions === 'object' && functions !== null ? functions : {}
  ) as Implemented['functions'];
  const held = namedOf(service.functions).find(({ kind }) => kind === 'handle');
  if (held) {
    throw refuse(
      held.name,
      `${held.name} is a handle, and those are of plugins`,
      'a service without handles',
      held.name,
      'Write it in C or Rust; or give numbers that your functions look up.',
    );
  }
  for (const [name, { thread }] of Object.entries(service.functions)) {
    if (typeof given[name] !== 'function') {
      throw refuse(name, `${name} has no implementation`, 'a function', given[name], `Write ${name}.`);
    }
    if (Object.prototype.toString.call(given[name]) === '[object AsyncFunction]') {
      throw refuse(
        name,
        `${name} is asynchronous, and C waits for its answer`,
        'a function that answers at once',
        given[name],
        'Keep ready what it needs, or let the plugin ask again.',
      );
    }
    if (thread === 'any') {
      throw refuse(
        name,
        `${name} may be called on any thread, and JavaScript has one`,
        "thread: 'main'",
        thread,
        'Write it in C or Rust, or leave thread: any out of the schema.',
      );
    }
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(service.functions, name));
  if (unknown !== undefined) {
    throw refuse(
      unknown,
      `${service.name} has no function ${unknown}`,
      `only ${Object.keys(service.functions).join(', ')}`,
      unknown,
      'Correct the name, or add the function to the schema.',
    );
  }
  const implemented = { service, functions: given };
  Object.defineProperty(implemented, brand, { value: true });
  return Object.freeze(implemented);
}
