/** Plugins that decide where a query goes: `host.routing`, and `host.route` for short. */
import type { Capability, CapabilityFacade, CapabilityHost } from '../capability.js';
import { hostClosed } from '../closed.js';
import type { Explanation } from './explain.js';
import type { Decision, Query, RoutingDefaults } from './query.js';
import { type Link, Router, type Statement } from './router.js';
import { rules, section } from './section.js';
import './offer.js';

declare module '../capability.js' {
  interface CapabilityOptions {
    routing?: RoutingDefaults;
  }
}

/** The plugins that route, as a chain: the first that decides wins. */
export class RoutingChain implements CapabilityFacade {
  readonly #host: CapabilityHost;
  #links: readonly Link[] = [];
  readonly #router: Router;

  constructor(host: CapabilityHost, defaults: RoutingDefaults = {}) {
    this.#host = host;
    this.#router = new Router([], defaults);
    this.changed();
  }

  /**
   * Asks the plugins in configuration order where a query goes; the first that decides wins.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, MORTISE_ERR_HOST_CLOSED
   */
  route(query: Query): Decision {
    return this.#router.route(query);
  }

  /**
   * Asks as `route` does, slower, and tells who was asked, what each plugin said and how long it took. The plugins
   * can't tell: what they count, they count.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, MORTISE_ERR_HOST_CLOSED
   */
  explain(query: Query): Explanation {
    return this.#router.explain(query);
  }

  /**
   * A query that is routed again and again with other parameters: faster than `route`. It stays valid when plugins
   * come and go.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_HOST_CLOSED
   */
  prepare(sql: string): Statement {
    return this.#router.prepare(sql);
  }

  /** How many answers of each routing plugin broke the rules since the host opened. */
  get faults(): Record<string, number> {
    return Object.fromEntries(this.#links.map(({ name, faults }) => [name, faults]));
  }

  changed(): void {
    const links = [...this.#host.plugins].flatMap(({ name, offers }): Link[] => {
      if (!offers.routing) return [];
      const { native, problemOf } = offers.routing;
      return [this.#links.find((link) => link.native === native) ?? { name, native, problemOf, faults: 0 }];
    });
    const isSame =
      links.length === this.#links.length && links.every((link, index) => link === this.#links[index]);
    if (isSame) return;
    this.#links = links;
    this.#router.relink(links);
  }

  close(): void {
    this.#router.close(() => {
      throw hostClosed();
    });
  }
}

/** `host.capability(Routing)`, which is `host.routing`. */
export const Routing: Capability<RoutingDefaults | undefined, RoutingChain> = {
  name: 'routing',
  section,
  rules,
  open: (host, defaults) => new RoutingChain(host, defaults),
};
