/** Plugins that give encryption keys, such as MariaDB's file_key_management. */
import type { Capability } from './capability.js';
import { OfferedFacade } from './offered.js';

/** What one plugin offers. */
export interface KeyOffer {
  /**
   * A key, in its newest version unless another is asked for; undefined only when the plugin says that there is none.
   * Runs on the calling thread, which waits for a vault as long as the plugin does.
   * @param id from 0 to 2³² − 1, as `version`
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT; MORTISE_ERR_PLUGIN_FAILED when it can't say, with its own words;
   *   MORTISE_ERR_PLUGIN_FUNCTION once the plugin has stopped
   */
  get(id: number, version?: number): Buffer | undefined;
  /** The same on a thread of its own: the event loop goes on. */
  getAsync(id: number, version?: number): Promise<Buffer | undefined>;
}

declare module '../loader/running.js' {
  interface Offers {
    keys?: KeyOffer;
  }
}

/** All plugins that give keys. */
export class EncryptionKeys extends OfferedFacade<'keys'> {
  /**
   * The key of the first plugin, in configuration order, that has it. One that can't say is an error: the next may
   * have another key of that number.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, _PLUGIN_FAILED, _HOST_CLOSED; MORTISE_ERR_PLUGIN_FUNCTION when no
   *   plugin that is ready gives keys
   */
  get(id: number, version?: number): Buffer | undefined {
    for (const { offer } of this.needed()) {
      const key = offer.get(id, version);
      if (key) return key;
    }
    return undefined;
  }

  /** The same on threads of their own. */
  async getAsync(id: number, version?: number): Promise<Buffer | undefined> {
    for (const { offer } of this.needed()) {
      const key = await offer.getAsync(id, version);
      if (key) return key;
    }
    return undefined;
  }
}

/** `host.capability(Keys)` */
export const Keys: Capability<undefined, EncryptionKeys> = {
  name: 'keys',
  open: (host) => new EncryptionKeys(host, 'keys', 'gives encryption keys'),
};
