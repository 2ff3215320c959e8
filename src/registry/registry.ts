/** The plugins of one host, in configuration order, found by id, name, alias or version. */
import { type InspectOptions, inspect } from 'node:util';
import { MortiseError } from '../errors.js';
import { nearest } from '../messages/nearest.js';
import type { Entry } from './entry.js';
import type { Plugin } from './plugin.js';
import type { PluginRecord } from './record.js';

export interface Registry extends Iterable<Plugin> {
  /** In configuration order; those that aren't ready included. */
  [Symbol.iterator](): IterableIterator<Plugin>;
  readonly size: number;
  /** Undefined when there is none. `name@version` finds only that version. */
  find(name: string): Plugin | undefined;
  /** @throws MortiseError MORTISE_ERR_PLUGIN_UNKNOWN */
  get(name: string): Plugin;
  /** What JSON.stringify shows. */
  toJSON(): PluginRecord[];
}

/** Reads the entries of a host, and can't change them. */
export class RegistryView implements Registry {
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  *[Symbol.iterator](): IterableIterator<Plugin> {
    for (const { plugin } of this.#entries.all) yield plugin;
  }

  get size(): number {
    return this.#entries.all.length;
  }

  find(name: string): Plugin | undefined {
    return this.#entries.find(name)?.plugin;
  }

  get(name: string): Plugin {
    return this.#entries.get(name).plugin;
  }

  toJSON(): PluginRecord[] {
    return [...this].map((plugin) => plugin.toJSON());
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `Registry ${inspect([...this], options)}`;
  }
}

/** The host's side of it. */
export class Entries {
  readonly all: Entry[] = [];

  find(name: string): Entry | undefined {
    const matches = ({ plugin }: Entry) =>
      plugin.id === name || plugin.name === name || plugin.aliases.includes(name);
    // A plugin that is ready comes before one of the same name that was refused.
    return this.all.find((entry) => entry.state === 'ready' && matches(entry)) ?? this.all.find(matches);
  }

  /** @throws MortiseError MORTISE_ERR_PLUGIN_UNKNOWN */
  get(name: string): Entry {
    const entry = this.find(name);
    if (entry) return entry;
    const names = this.all.map((one) => one.name);
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
}
