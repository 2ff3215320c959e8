/** Plugins that have functions as SQL calls them, such as MySQL's component_classic_hashing. */
import { MortiseError } from '../errors.js';
import type { Capability } from './capability.js';
import { OfferedFacade } from './offered.js';

/** A bigint is an integer, a number a real, a Uint8Array a text without a character set. */
export type FunctionArgument = string | Uint8Array | bigint | number | null;

/** A text, or a Buffer of one without a character set; a number of a real, a bigint of an integer; null of NULL. */
export type FunctionResult = string | Buffer | number | bigint | null;

/** What a call brings beside its arguments. */
export interface FunctionCall {
  /** The query's attributes, which some functions read. Null: one that is there and has no value. */
  attributes?: Readonly<Record<string, string | null>>;
}

/** A function, as it was registered. */
export interface FunctionInfo {
  readonly name: string;
  /** A decimal comes as text. */
  readonly returns: 'text' | 'real' | 'integer' | 'decimal';
  /** Whether it is asked about many rows: with `aggregate`, and not with `call`. */
  readonly isAggregate: boolean;
}

/** What one plugin offers. */
export interface FunctionOffer {
  /** Its functions, by name. */
  list(): FunctionInfo[];
  /**
   * Calls a function, on the calling thread. Names are told apart without regard to case.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT when an argument isn't of such a type, or the function refuses
   *   number and types of its arguments, in its own words; MORTISE_ERR_PLUGIN_FAILED when it fails;
   *   MORTISE_ERR_PLUGIN_FUNCTION when there is no such function, or the plugin has stopped
   */
  call(name: string, args?: readonly FunctionArgument[], options?: FunctionCall): FunctionResult;
  /**
   * Gives an aggregate all rows, one at least, each with as many arguments of the same types, and takes its result.
   * @throws MortiseError as `call` does
   */
  aggregate(
    name: string,
    rows: readonly (readonly FunctionArgument[])[],
    options?: FunctionCall,
  ): FunctionResult;
}

declare module '../loader/running.js' {
  interface Offers {
    functions?: FunctionOffer;
  }
}

/** The functions of all plugins: in one host no name is there twice. */
export class SqlFunctions extends OfferedFacade<'functions'> {
  /**
   * All of them, in configuration order.
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED
   */
  list(): (FunctionInfo & { readonly plugin: string })[] {
    return this.offered().flatMap(({ plugin, offer }) => offer.list().map((info) => ({ ...info, plugin })));
  }

  /** @throws MortiseError as {@link FunctionOffer.call}, and MORTISE_ERR_HOST_CLOSED */
  call(name: string, args?: readonly FunctionArgument[], options?: FunctionCall): FunctionResult {
    return this.#with(name).call(name, args, options);
  }

  /** @throws MortiseError as {@link FunctionOffer.call}, and MORTISE_ERR_HOST_CLOSED */
  aggregate(
    name: string,
    rows: readonly (readonly FunctionArgument[])[],
    options?: FunctionCall,
  ): FunctionResult {
    return this.#with(name).aggregate(name, rows, options);
  }

  #with(name: unknown): FunctionOffer {
    const wanted = String(name).toLowerCase();
    const offers = this.needed();
    const found = offers.find(({ offer }) => offer.list().some((one) => one.name.toLowerCase() === wanted));
    if (found) return found.offer;
    throw noFunction(
      'functions',
      String(name),
      offers.flatMap(({ offer }) => offer.list()),
    );
  }
}

/** The error of a name that isn't there. */
export function noFunction(subject: string, name: string, known: readonly FunctionInfo[]): MortiseError {
  const names = known.map((one) => one.name).join(', ');
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_FUNCTION',
    message: `there is no function ${name}`,
    subject,
    expected: names === '' ? 'a function; there is none' : `one of ${names}`,
    found: name,
    remedy: 'Load the plugin that registers it, or take one of these.',
  });
}

/** `host.capability(Functions)` */
export const Functions: Capability<undefined, SqlFunctions> = {
  name: 'functions',
  open: (host) => new SqlFunctions(host, 'functions', 'has functions'),
};
