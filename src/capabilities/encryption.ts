/** Plugins that encrypt with keys that they keep, such as MariaDB's file_key_management. */
import type { Capability } from './capability.js';
import { OfferedFacade } from './offered.js';

/** Which key, in which version, and where the cipher starts. */
export interface EncryptionKey {
  /** From 0 to 2³² − 1, as `version`. */
  id: number;
  version: number;
  /** As many bytes as the plugin's cipher has: 16 for those of MariaDB. Never twice the same for one key. */
  iv: Uint8Array;
}

/** What one plugin offers. */
export interface EncryptionOffer {
  /** @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, _PLUGIN_FAILED; _PLUGIN_FUNCTION once the plugin has stopped */
  encrypt(bytes: Uint8Array, key: EncryptionKey): Buffer;
  /**
   * Undoes `encrypt` with the same key. Wrong keys give other bytes or an error: nothing says which.
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, _PLUGIN_FAILED; _PLUGIN_FUNCTION once the plugin has stopped
   */
  decrypt(bytes: Uint8Array, key: EncryptionKey): Buffer;
  /** The same two on threads of their own, with copies of what they are given. */
  encryptAsync(bytes: Uint8Array, key: EncryptionKey): Promise<Buffer>;
  decryptAsync(bytes: Uint8Array, key: EncryptionKey): Promise<Buffer>;
}

declare module '../loader/running.js' {
  interface Offers {
    encryption?: EncryptionOffer;
  }
}

/** All plugins that encrypt. */
export class Encrypters extends OfferedFacade<'encryption'> {
  /**
   * The first plugin in configuration order.
   * @throws MortiseError as its offer does, MORTISE_ERR_HOST_CLOSED; MORTISE_ERR_PLUGIN_FUNCTION when none is ready
   */
  encrypt(bytes: Uint8Array, key: EncryptionKey): Buffer {
    return this.needed()[0].offer.encrypt(bytes, key);
  }

  /** @throws MortiseError as `encrypt` */
  decrypt(bytes: Uint8Array, key: EncryptionKey): Buffer {
    return this.needed()[0].offer.decrypt(bytes, key);
  }

  /** As `encrypt`, on a thread of its own. */
  async encryptAsync(bytes: Uint8Array, key: EncryptionKey): Promise<Buffer> {
    return await this.needed()[0].offer.encryptAsync(bytes, key);
  }

  /** As `decrypt`, on a thread of its own. */
  async decryptAsync(bytes: Uint8Array, key: EncryptionKey): Promise<Buffer> {
    return await this.needed()[0].offer.decryptAsync(bytes, key);
  }
}

/** `host.capability(Encryption)` */
export const Encryption: Capability<undefined, Encrypters> = {
  name: 'encryption',
  open: (host) => new Encrypters(host, 'encryption', 'encrypts'),
};
