/** Compression by MariaDB's providers. */

import { requireBytes, requireInteger } from '../../capabilities/arguments.js';
import type { CompressionOffer } from '../../capabilities/compression.js';
import { mariadbAddon, type NativeBytes } from '../../native/mariadb.js';
import { failed } from './messages.js';
import type { Started } from './started.js';

const maxDecompressed = 2 ** 30;

/** By the status of native/node/mariadb_calls.cc, for libraries that don't say it themselves. */
const refusals: Readonly<Record<number, string>> & { 1: string } = {
  1: 'the library refused the data',
  2: 'its table is not filled',
  3: 'there is no memory for what comes out',
};

export function compressionOf({ name, library, alive, turns }: Started): CompressionOffer {
  const checked = (bytes: Uint8Array, maxBytes = 0): [Buffer, number] => {
    alive();
    requireInteger(name, 'maxBytes', maxBytes, maxDecompressed);
    return [requireBytes(name, bytes), maxBytes];
  };
  const native = mariadbAddon();
  return {
    compress(bytes) {
      const [given] = checked(bytes);
      return coded(name, 'compress', native.mariadbCompress(library, given));
    },
    decompress(bytes, maxBytes) {
      const [given, max] = checked(bytes, maxBytes);
      return coded(name, 'decompress', native.mariadbDecompress(library, given, max));
    },
    async compressAsync(bytes) {
      const [given] = checked(bytes);
      const kept = Buffer.from(given); // what is in it when its turn comes is the caller's
      return coded(name, 'compress', await turns.take(() => native.mariadbCompressLater(library, kept)));
    },
    async decompressAsync(bytes, maxBytes) {
      const [given, max] = checked(bytes, maxBytes);
      const kept = Buffer.from(given);
      const answer = await turns.take(() => native.mariadbDecompressLater(library, kept, max));
      return coded(name, 'decompress', answer);
    },
  };
}

function coded(plugin: string, where: string, { bytes, status, messages }: NativeBytes): Buffer {
  if (bytes) return bytes;
  throw failed(
    plugin,
    where,
    { messages, otherwise: refusals[status] ?? refusals[1], found: `status ${status}` },
    'data that the plugin’s library takes, and room enough for what comes out',
    'Check that the data comes from the same algorithm, and how large it was before.',
  );
}
