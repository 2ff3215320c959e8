/** Plugins that judge passwords, such as MariaDB's simple_password_check. */
import type { Capability } from './capability.js';
import { OfferedFacade } from './offered.js';

/** Who wants which password. */
export interface Credentials {
  user: string;
  password: string;
  /** Where the user connects from. Default `%`: from anywhere. */
  host?: string;
}

export interface Verdict {
  accepted: boolean;
  /** The plugin's own words, when it has any. */
  message?: string;
}

/** What one plugin offers. */
export interface PasswordOffer {
  /**
   * Asks the plugin whether a user may have a password. Runs on the calling thread, which waits.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT; MORTISE_ERR_PLUGIN_FUNCTION once the plugin has stopped
   */
  validate(credentials: Credentials): Verdict;
  /** The same on a thread of its own: the event loop goes on, and what answers the plugin's SQL may wait. */
  validateAsync(credentials: Credentials): Promise<Verdict>;
}

declare module '../loader/running.js' {
  interface Offers {
    passwords?: PasswordOffer;
  }
}

/** All plugins that judge passwords. */
export class PasswordChecks extends OfferedFacade<'passwords'> {
  /**
   * Asks each plugin in configuration order. The first that refuses decides, as in a MariaDB server.
   * @returns the verdict, and who refused
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, MORTISE_ERR_HOST_CLOSED; MORTISE_ERR_PLUGIN_FUNCTION when no
   *   plugin that is ready judges passwords: none would be refused then
   */
  validate(credentials: Credentials): Verdict & { plugin?: string } {
    for (const { plugin, offer } of this.needed()) {
      const verdict = offer.validate(credentials);
      if (!verdict.accepted) return { ...verdict, plugin };
    }
    return { accepted: true };
  }

  /** The same on threads of their own, one plugin after the other. */
  async validateAsync(credentials: Credentials): Promise<Verdict & { plugin?: string }> {
    for (const { plugin, offer } of this.needed()) {
      const verdict = await offer.validateAsync(credentials);
      if (!verdict.accepted) return { ...verdict, plugin };
    }
    return { accepted: true };
  }
}

/** `host.capability(Passwords)` */
export const Passwords: Capability<undefined, PasswordChecks> = {
  name: 'passwords',
  open: (host) => new PasswordChecks(host, 'passwords', 'judges passwords'),
};
