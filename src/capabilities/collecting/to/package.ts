/** Libraries of built-in writers: optional, and loaded when a writer is made. */
import { createRequire } from 'node:module';
import { missingPackage } from '../../../messages/missing-package.js';
import { here } from '../../../package.js';

/**
 * @param name the package's
 * @param range what is installed for it, as npm takes it
 * @throws MortiseError MORTISE_ERR_PEER_MISSING
 */
export function loadPackage<Exports>(name: string, range: string, writer: string): Exports {
  let cause: unknown;
  // From the application first: it is an optional peer.
  for (const from of [`${process.cwd()}/`, here]) {
    try {
      return createRequire(from)(name) as Exports;
    } catch (error) {
      cause ??= error;
    }
  }
  throw missingPackage(name, writer, [`${name}@${range}`], cause);
}
