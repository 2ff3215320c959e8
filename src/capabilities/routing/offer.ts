/** What a plugin offers that has an opinion on routes. */
import type { Problem } from '../../errors.js';
import type { NativePlugin } from '../../native/addon.js';
import type { Fault } from './slot.js';

/** A link of the native chain that routes. */
export interface RouteOffer {
  readonly native: NativePlugin;
  /** An answer that breaks the rules, in the words of the plugin's family. Default: in those of module_route. */
  problemOf?(fault: Fault, plugin: string): Problem;
}

declare module '../../loader/running.js' {
  interface Offers {
    /** Asked through `host.route`, in the order of the configuration. */
    routing?: RouteOffer;
  }
}
