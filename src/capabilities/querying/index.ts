/** Plugins that answer queries with columns: `host.querying`. */
import type { Capability } from '../capability.js';
import type { QueryingOptions } from './options.js';
import { QueryClient } from './querying.js';
import { rules, section } from './section.js';

declare module '../capability.js' {
  interface CapabilityOptions {
    querying?: QueryingOptions;
  }
}

/** `host.capability(Querying)`, which is `host.querying`. */
export const Querying: Capability<QueryingOptions | undefined, QueryClient> = {
  name: 'querying',
  section,
  rules,
  paths: ['core'],
  open: (host, options = {}) => new QueryClient(host, options),
};
