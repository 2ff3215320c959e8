/**
 * Turns source text into a function. Calls to and from C are written out for each function of a schema: a
 * loop over its parameters would cost as much as the call itself. Nothing but names that defineService has
 * checked, and JSON, gets into the text.
 */
import { MortiseError } from '../../errors.js';

/** @param values what the source's free names mean */
export function compile<Made>(source: string, values: Readonly<Record<string, unknown>>): Made {
  const names = Object.keys(values);
  try {
    return new Function(...names, `'use strict'; ${source}`)(...Object.values(values)) as Made;
  } catch (cause) {
    if (!(cause instanceof EvalError)) throw cause;
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_SERVICE_SCHEMA',
        message: 'this process may not compile the functions of a service',
        subject: 'Node.js',
        expected: 'code generation from strings to be allowed',
        found: cause.message,
        remedy: 'Run Node.js without --disallow-code-generation-from-strings.',
      },
      { cause },
    );
  }
}
