/** The host that a command runs at the moment; none while its configuration is read again. */
import type { Host } from '../../host/host.js';

export interface Current {
  host: Host | undefined;
}

/** While it is open. */
export const openOf = ({ host }: Current): Host | undefined => (host?.isOpen ? host : undefined);
