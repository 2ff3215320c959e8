/** What the plugins of a host offer to one capability. */
import { MortiseError } from '../errors.js';
import type { Offers } from '../loader/running.js';
import type { CapabilityFacade, CapabilityHost } from './capability.js';
import { hostClosed } from './closed.js';

/** One plugin, and what it offers. */
export interface Offered<Name extends keyof Offers> {
  /** The plugin's name. */
  readonly plugin: string;
  readonly offer: NonNullable<Offers[Name]>;
}

/** A facade without threads or state of its own: it asks the plugins that are ready at each call. */
export class OfferedFacade<Name extends keyof Offers> implements CapabilityFacade {
  readonly #host: CapabilityHost;
  readonly #name: Name;
  /** For messages: "judges passwords". */
  protected readonly does: string;
  #isClosed = false;

  /** @param does for messages: "judges passwords" */
  constructor(host: CapabilityHost, name: Name, does: string) {
    this.#host = host;
    this.#name = name;
    this.does = does;
  }

  /**
   * The plugins that are ready and have it, in configuration order.
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED
   */
  protected offered(): Offered<Name>[] {
    if (this.#isClosed) throw hostClosed(`the capability ${this.#name}`);
    const name: Name = this.#name;
    return [...this.#host.plugins].flatMap((plugin) => {
      const offer = plugin.offers[name];
      return offer === undefined ? [] : [{ plugin: plugin.name, offer: offer as NonNullable<Offers[Name]> }];
    });
  }

  /**
   * The same, at least one.
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED, MORTISE_ERR_PLUGIN_FUNCTION
   */
  protected needed(): [Offered<Name>, ...Offered<Name>[]] {
    const [first, ...rest] = this.offered();
    if (first) return [first, ...rest];
    const names = [...this.#host.plugins].map(({ name, state }) => `${name} (${state})`);
    throw new MortiseError({
      code: 'MORTISE_ERR_PLUGIN_FUNCTION',
      message: `no plugin that is ready ${this.does}`,
      subject: this.#name,
      expected: `a plugin that ${this.does}`,
      found: names.length > 0 ? names.join(', ') : 'no plugins',
      remedy: 'Add such a plugin to the configuration, or see with `mortise list` why it is not ready.',
    });
  }

  changed(): void {}

  close(): void {
    this.#isClosed = true;
  }
}

/** The same, of plugins that are asked by name: what one of them made, no other can read. */
export class NamedFacade<Name extends keyof Offers> extends OfferedFacade<Name> {
  /**
   * The names of the plugins, in configuration order.
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED
   */
  names(): string[] {
    return this.offered().map(({ plugin }) => plugin);
  }

  /**
   * One plugin's functions.
   * @param plugin its name; default: the first in configuration order
   * @throws MortiseError MORTISE_ERR_HOST_CLOSED, MORTISE_ERR_PLUGIN_FUNCTION
   */
  get(plugin?: string): NonNullable<Offers[Name]> {
    const all = this.needed();
    const found = plugin === undefined ? all[0] : all.find((one) => one.plugin === plugin);
    if (found) return found.offer;
    const names = all.map((one) => one.plugin).join(', ');
    throw new MortiseError({
      code: 'MORTISE_ERR_PLUGIN_FUNCTION',
      message: `${plugin} is not a plugin that ${this.does}, or it is not ready`,
      subject: String(plugin),
      expected: `one of ${names}`,
      found: String(plugin),
      remedy: `Take one of ${names}, or see with \`mortise list\` why ${plugin} is not ready.`,
    });
  }
}
