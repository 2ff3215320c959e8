/** Plugins that decide where a query goes: `host.routing`, and `host.route` for short. */
import type { Capability, CapabilityFacade, CapabilityHost } from '../capability.js';
import { hostClosed } from '../closed.js';
import type { Explanation } from './explain.js';
import type { Decision, Query, RoutingDefaults } from './query.js';
import { type Link, Router, type Statement } from './router.js';
import { rules, section } from './section.js';
import type { SqlSummary } from './sql/summary.js';
import { type SqlOptions, SqlTrees } from './sql/trees.js';
import './offer.js';

declare module '../capability.js' {
  interface CapabilityOptions {
    routing?: RoutingOptions;
  }
}

/** What is said of queries that don't say it, and what is parsed for plugins. */
export interface RoutingOptions extends RoutingDefaults, SqlOptions {}

/** The plugins that route, as a chain: the first that decides wins. */
export class RoutingChain implements CapabilityFacade {
  readonly #host: CapabilityHost;
  #links: readonly Link[] = [];
  readonly #router: Router;
  readonly #trees: SqlTrees;

  constructor(host: CapabilityHost, options: RoutingOptions = {}) {
    this.#host = host;
    this.#trees = new SqlTrees(host, options);
    this.#router = new Router([], options, host.native);
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
   * @param types as `prepare` takes them
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_PARAMETER, MORTISE_ERR_HOST_CLOSED
   */
  explain(query: Query, types?: readonly number[]): Explanation {
    return this.#router.explain(query, types);
  }

  /**
   * A query that is routed again and again with other parameters: faster than `route`. It stays valid when plugins
   * come and go.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_HOST_CLOSED
   */
  prepare(sql: string, types?: readonly number[]): Statement {
    return this.#router.prepare(sql, types);
  }

  /**
   * What plugins read of this SQL: tables, values, statements. Without a parser its outcome is `no tree`.
   * The same object for a text that was asked about of late: it isn't to be changed.
   * @throws MortiseError MORTISE_ERR_QUERY, MORTISE_ERR_HOST_CLOSED
   */
  summary(sql: string): SqlSummary {
    return this.#router.summary(sql);
  }

  /** How many answers of each routing plugin broke the rules since the host opened. */
  get faults(): Record<string, number> {
    return Object.fromEntries(this.#links.map(({ name, faults }) => [name, faults]));
  }

  changed(): void {
    this.#trees.changed();
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
    this.#trees.close();
    this.#router.close(() => {
      throw hostClosed();
    });
  }
}

/** `host.capability(Routing)`, which is `host.routing`. */
export const Routing: Capability<RoutingOptions | undefined, RoutingChain> = {
  name: 'routing',
  section,
  rules,
  open: (host, options) => new RoutingChain(host, options),
};
