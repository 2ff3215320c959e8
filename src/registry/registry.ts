/** The plugins of one host, in configuration order, found by id, name, alias or version. */
import { MortiseError } from '../errors.js';
import { nearest } from '../messages/nearest.js';
import type { Plugin } from './plugin.js';

export class Registry implements Iterable<Plugin> {
  readonly #plugins: Plugin[] = [];

  /** In configuration order; those that aren't ready included. */
  [Symbol.iterator](): IterableIterator<Plugin> {
    return this.#plugins[Symbol.iterator]();
  }

  get size(): number {
    return this.#plugins.length;
  }

  /** Undefined when there is none. `name@version` finds only that version. */
  find(name: string): Plugin | undefined {
    const matches = (plugin: Plugin) =>
      plugin.id === name || plugin.name === name || plugin.aliases.includes(name);
    // A plugin that is ready comes before one of the same name that was refused.
    return (
      this.#plugins.find((plugin) => plugin.state === 'ready' && matches(plugin)) ??
      this.#plugins.find(matches)
    );
  }

  /** @throws MortiseError MORTISE_ERR_PLUGIN_UNKNOWN */
  get(name: string): Plugin {
    const plugin = this.find(name);
    if (plugin) return plugin;
    const names = this.#plugins.map(({ name }) => name);
    const meant = nearest(name, names);
    throw new MortiseError({
      code: 'MORTISE_ERR_PLUGIN_UNKNOWN',
      message: `there is no plugin ${JSON.stringify(name)}`,
      expected: names.length > 0 ? `one of ${names.join(', ')}` : 'a plugin; the host has none',
      found: JSON.stringify(name),
      remedy:
        names.length > 0
          ? meant
            ? `Did you mean ${meant}?`
            : 'Name one of those that the host has.'
          : 'Name plugins in the options of Host.open, or in mortise.toml.',
    });
  }

  add(plugin: Plugin): void {
    this.#plugins.push(plugin);
  }
}
