/** In whose name TypeScript uses plugins' services: a host table of its own, since plugins learn from it who calls. */
import { addon, type NativeHost, type NativePlugin } from '../../native/addon.js';

export interface Embedder {
  /** Holds the leases; give it back with `stopPlugin`. */
  plugin: NativePlugin;
  /** Of its host table, the first argument of each call. */
  address: number;
}

/** What native code writes to stays where it is. */
const places: BigUint64Array[] = [];

export function createEmbedder(host: NativeHost): Embedder {
  const place = new BigUint64Array(1);
  // Written to once more when it is given back.
  places.push(place);
  const plugin = addon().createPlugin(host, {
    name: 'mortise',
    path: '',
    config: {},
    moduleHost: BigInt(addon().addressOf(place)),
    embedder: true,
  });
  return { plugin, address: Number(place[0]) };
}
