/** Which plugins may be taken out of a host, and what goes with them. */
import { MortiseError } from '../errors.js';
import { isInside } from '../loader/bundles/inside.js';
import type { Entry } from '../registry/entry.js';

/** @throws MortiseError MORTISE_ERR_PLUGIN_PERMANENT */
export function assertRemovable({ name, bundle }: Entry): void {
  if (!bundle || bundle.class === 'external') return;
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_PERMANENT',
    message: `it is a ${bundle.class} bundle, which stays as long as the host`,
    subject: name,
    where: bundle.directory,
    expected: 'an external bundle, or another plugin',
    found: bundle.class,
    remedy: 'Take its directory out of [sources], and open the host again.',
  });
}

/** The innermost first. */
export function bundlesInside({ bundle }: Entry, all: readonly Entry[]): Entry[] {
  if (bundle?.type === undefined) return [];
  const { directory } = bundle;
  const inside = all.filter(
    ({ bundle: one }) =>
      one?.parent !== undefined && one.directory !== directory && isInside(directory, one.directory),
  );
  return inside.reverse();
}
