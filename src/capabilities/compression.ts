/** Plugins that compress, such as MariaDB's provider_lz4. */
import type { Capability } from './capability.js';
import { NamedFacade } from './offered.js';

/** What one plugin offers. */
export interface CompressionOffer {
  /** @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, _PLUGIN_FAILED; _PLUGIN_FUNCTION once the plugin has stopped */
  compress(bytes: Uint8Array): Buffer;
  /**
   * Undoes `compress`.
   * @param maxBytes how many bytes may come out; at most 2³⁰
   * @throws MortiseError MORTISE_ERR_PLUGIN_ARGUMENT, _PLUGIN_FAILED; _PLUGIN_FUNCTION once the plugin has stopped
   */
  decompress(bytes: Uint8Array, maxBytes: number): Buffer;
  /** The same two on threads of their own, with a copy of the bytes. */
  compressAsync(bytes: Uint8Array): Promise<Buffer>;
  decompressAsync(bytes: Uint8Array, maxBytes: number): Promise<Buffer>;
}

declare module '../loader/running.js' {
  interface Offers {
    compression?: CompressionOffer;
  }
}

/** All plugins that compress: what one algorithm compressed, no other can read. */
export class Compressors extends NamedFacade<'compression'> {}

/** `host.capability(Compression)` */
export const Compression: Capability<undefined, Compressors> = {
  name: 'compression',
  open: (host) => new Compressors(host, 'compression', 'compresses'),
};
