/** Encryption by MariaDB plugins that do it themselves, and don't leave it to their server. */

import { badArgument, requireBytes, requireInteger, requireObject } from '../../capabilities/arguments.js';
import type { EncryptionKey, EncryptionOffer } from '../../capabilities/encryption.js';
import { mariadbAddon, type NativeBytes } from '../../native/mariadb.js';
import { failed } from './messages.js';
import type { Started } from './started.js';

const maxBytes = 2 ** 30;

export function encryptionOf({ name, library, alive, turns }: Started, index: number): EncryptionOffer {
  const checked = (given: Uint8Array, key: EncryptionKey) => {
    alive();
    requireObject(name, 'key', key, 'id, version and iv');
    // Once, and before memory is looked at: a getter may answer otherwise the next time, and transfer memory away.
    const { id, version, iv: start } = key;
    requireInteger(name, 'key.id', id, 2 ** 32 - 1);
    requireInteger(name, 'key.version', version, 2 ** 32 - 1);
    const bytes = requireBytes(name, given);
    if (bytes.length > maxBytes)
      throw badArgument(name, 'bytes', `at most ${maxBytes} bytes`, `${bytes.length}`);
    const iv = requireBytes(name, start, 'key.iv');
    // The longest of a block cipher's; plugins read as many as theirs has.
    if (iv.length !== 16) throw badArgument(name, 'key.iv', '16 bytes', `${iv.length} bytes`);
    return [library, index, id, version, iv, bytes] as const;
  };
  /** What is in memory when its turn comes is the caller's. */
  const kept = (given: Uint8Array, key: EncryptionKey) => {
    const [, , id, version, iv, bytes] = checked(given, key);
    return [library, index, id, version, Buffer.from(iv), Buffer.from(bytes)] as const;
  };
  const native = mariadbAddon();
  return {
    encrypt: (bytes, key) => bytesOf(name, 'encrypt', native.mariadbEncrypt(...checked(bytes, key))),
    decrypt: (bytes, key) => bytesOf(name, 'decrypt', native.mariadbDecrypt(...checked(bytes, key))),
    async encryptAsync(bytes, key) {
      const given = kept(bytes, key);
      return bytesOf(name, 'encrypt', await turns.take(() => native.mariadbEncryptLater(...given)));
    },
    async decryptAsync(bytes, key) {
      const given = kept(bytes, key);
      return bytesOf(name, 'decrypt', await turns.take(() => native.mariadbDecryptLater(...given)));
    },
  };
}

function bytesOf(plugin: string, what: string, { bytes, status, messages }: NativeBytes): Buffer {
  if (bytes) return bytes;
  throw failed(
    plugin,
    what,
    { messages, otherwise: `${what} failed: status ${status}`, found: `status ${status}` },
    'a key of that id and version, and data that its cipher takes',
    'Take a key that the plugin has (host.capability(Keys).get), and the bytes that encrypt gave.',
  );
}
