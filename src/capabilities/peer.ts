/** Optional peers: packages that users install for what they use of mortise. Loaded when that is used. */
import { createRequire } from 'node:module';
import { missingPackage } from '../messages/missing-package.js';
import { here } from '../package.js';

/**
 * @param name the package's
 * @param range what is installed for it, as npm takes it
 * @param user what needs it, for the message
 * @throws MortiseError MORTISE_ERR_PEER_MISSING
 */
export function loadPeer<Exports>(name: string, range: string, user: string): Exports {
  try {
    return requirePeer(name) as Exports;
  } catch (cause) {
    throw missingPackage(name, user, [`${name}@${range}`], cause);
  }
}

/** @throws what `require` throws */
export function requirePeer(name: string): unknown {
  let cause: unknown;
  // From the application first: it is the one who installs it.
  for (const from of [`${process.cwd()}/`, here]) {
    try {
      return createRequire(from)(name);
    } catch (error) {
      cause ??= error;
    }
  }
  throw cause;
}
