/** The fully qualified name of this machine, as FQDNLookup asks for it. */
import { hostname } from 'node:os';
import { canonicalName } from '../../../native/collectd-config.js';

/** @param unknown hears the plain name, which then counts, when the system can't resolve it */
export async function fullHostname(unknown: (name: string) => void): Promise<string> {
  const name = hostname();
  const full = await canonicalName(name);
  if (full === undefined) unknown(name);
  return full ?? name;
}
