/** The services that the host itself has. native/services/built_in.h lists them. */
import type { HostService } from '../../loader/service-fits.js';
import { addon } from '../../native/addon.js';

let known: readonly HostService[] | undefined;

/** @throws MortiseError MORTISE_ERR_ADDON */
export function builtInServices(): readonly HostService[] {
  known ??= addon()
    .listBuiltInServices()
    .map(({ name, major, minor, signature }) => ({ name, major, minor, provider: 'mortise', signature }));
  return known;
}
