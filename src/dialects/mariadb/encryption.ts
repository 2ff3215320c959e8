/** Encryption by MariaDB plugins that do it themselves, and don't leave it to their server. */

import { badArgument, requireBytes, requireInteger, requireObject } from '../../capabilities/arguments.js';
import type { EncryptionKey, EncryptionOffer } from '../../capabilities/encryption.js';
import { mariadbAddon } from '../../native/mariadb.js';
import { failed } from './messages.js';
import type { Started } from './started.js';

const maxBytes = 2 ** 30;

export function encryptionOf({ name, library, alive }: Started, index: number): EncryptionOffer {
  const run = (encrypts: boolean, given: Uint8Array, key: EncryptionKey): Buffer => {
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
    const answer = mariadbAddon().mariadbCrypt(library, index, encrypts, id, version, iv, bytes);
    if (answer.bytes) return answer.bytes;
    const what = encrypts ? 'encrypt' : 'decrypt';
    const { status, messages } = answer;
    throw failed(
      name,
      what,
      { messages, otherwise: `${what} failed: status ${status}`, found: `status ${status}` },
      'a key of that id and version, and data that its cipher takes',
      'Take a key that the plugin has (host.capability(Keys).get), and the bytes that encrypt gave.',
    );
  };
  return {
    encrypt: (bytes, key) => run(true, bytes, key),
    decrypt: (bytes, key) => run(false, bytes, key),
  };
}
