/** What a plugin registered with the collector. */
import { type InspectOptions, inspect } from 'node:util';
import type { NativeHost } from '../../native/addon.js';
import { collectAddon } from '../../native/collecting.js';
import { type ReaderState, readerState, type WriterState, writerState } from './states.js';

/** What one plugin offers: as it is at the moment. */
export interface CollectingOffer {
  readonly readers: readonly ReaderState[];
  readonly writers: readonly WriterState[];
}

declare module '../../loader/running.js' {
  interface Offers {
    collecting?: CollectingOffer;
  }
}

/**
 * For dialects, once a plugin was started. Undefined when it registered no reader and no writer.
 * @param name the plugin's
 */
export function collectingOffer(host: NativeHost, name: string): CollectingOffer | undefined {
  if (!collectAddon().hasCollector(host)) return undefined;
  const offer: CollectingOffer = {
    get readers() {
      const own = collectAddon()
        .listReaders(host)
        .filter(({ plugin }) => plugin === name);
      return own.map((reader) => readerState(reader, undefined));
    },
    get writers() {
      const own = collectAddon()
        .listWriters(host)
        .filter(({ plugin }) => plugin === name);
      return own.map(writerState);
    },
  };
  // `console.log` would show getters as `[Getter]`, and states cut to `[Object]`.
  Object.defineProperty(offer, inspect.custom, {
    value: (_depth: number, options: InspectOptions) =>
      inspect({ readers: offer.readers, writers: offer.writers }, { ...options, depth: null }),
  });
  return offer.readers.length + offer.writers.length > 0 ? offer : undefined;
}
