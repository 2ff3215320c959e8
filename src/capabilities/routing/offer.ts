/** What a plugin offers that has an opinion on routes. */
import type { NativePlugin } from '../../native/addon.js';

/** A link of the native chain that routes. */
export interface RouteOffer {
  readonly native: NativePlugin;
}

declare module '../../loader/running.js' {
  interface Offers {
    /** Asked through `host.route`, in the order of the configuration. */
    routing?: RouteOffer;
  }
}
