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
  /**
   * The one of an id or a name, or else of an alias. `name@version` and `alias@version` find only that version.
   * Undefined when there is none, or no more.
   */
  find(name: string): Plugin | undefined;
  /** @throws MortiseError MORTISE_ERR_PLUGIN_UNKNOWN, MORTISE_ERR_PLUGIN_DECOMMISSIONED */
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
  /** Those that were taken out. */
  readonly #gone: Entry[] = [];

  find(name: string): Entry | undefined {
    return findIn(this.all, name);
  }

  remove(entry: Entry): void {
    const place = this.all.indexOf(entry);
    if (place < 0) return;
    this.all.splice(place, 1);
    this.#gone.push(entry);
  }

  /** @throws MortiseError MORTISE_ERR_PLUGIN_UNKNOWN, MORTISE_ERR_PLUGIN_DECOMMISSIONED */
  get(name: string): Entry {
    const entry = this.find(name);
    if (entry) return entry;
    const gone = findIn(this.#gone, name);
    if (gone) throw decommissioned(gone.name);
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

/** Names come before aliases. A plugin that is ready comes before one of the same name that was refused. */
function findIn(entries: readonly Entry[], name: string): Entry | undefined {
  const first = (matches: (plugin: Plugin) => boolean) =>
    entries.find(({ state, plugin }) => state === 'ready' && matches(plugin)) ??
    entries.find(({ plugin }) => matches(plugin));
  const at = name.lastIndexOf('@');
  const [alias, version] = at > 0 ? [name.slice(0, at), name.slice(at + 1)] : [];
  return (
    first((plugin) => plugin.id === name || plugin.name === name) ??
    first(({ aliases }) => aliases.includes(name)) ??
    (alias === undefined
      ? undefined
      : first((plugin) => plugin.version === version && plugin.aliases.includes(alias)))
  );
}

function decommissioned(subject: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_DECOMMISSIONED',
    message: `the plugin ${JSON.stringify(subject)} was taken out of the host`,
    subject,
    expected: 'a plugin of the host',
    found: 'one that was decommissioned',
    remedy: 'Open a host again to have it back.',
  });
}
