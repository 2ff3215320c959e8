/** A package that only some hosts need, and that isn't there when one does. */
import { MortiseError } from '../errors.js';

/** @param cause what the import said: it isn't there, or it is broken */
export function missingPackage(
  name: string,
  /** What needs it, as the beginning of a sentence. */
  who: string,
  /** All that it needs, as npm takes them: `prom-client@15`. */
  packages: readonly string[],
  cause: unknown,
): MortiseError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new MortiseError(
    {
      code: 'MORTISE_ERR_PEER_MISSING',
      message: `${who} needs the package ${name}, which is not installed, or can’t be loaded`,
      subject: name,
      expected: packages.join(' and '),
      found: said.split('\n')[0],
      remedy: `Run npm install ${packages.join(' ')}.`,
    },
    { cause },
  );
}
