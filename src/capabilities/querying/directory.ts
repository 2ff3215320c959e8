/** Finds who answers: a data source by its name in the configuration, or a plugin by id, name or alias. */
import { MortiseError } from '../../errors.js';
import type { Registry } from '../../registry/registry.js';
import type { CoreInstance, CoreSource } from './define.js';
import { refusal } from './failure.js';
import { Instances } from './instances.js';
import type { GivenSource } from './settings.js';
import type { DataSource } from './source.js';

/** A plugin that answers, whatever carries it. */
export interface Found {
  /** The plugin's name. */
  readonly plugin: string;
  /** The name of its data source. */
  readonly uid: string;
  /** As the configuration has them. */
  readonly settings: GivenSource | undefined;
  /** Of a plugin in TypeScript. */
  readonly instances?: Instances<CoreInstance>;
  /** Of any other. */
  readonly source?: DataSource;
}

interface Core {
  source: CoreSource;
  instances: Instances<CoreInstance>;
}

export class Directory {
  readonly #plugins: Registry;
  readonly #sources: Readonly<Record<string, GivenSource>>;
  readonly #core: Core[] = [];
  /** What was found; forgotten when plugins change. */
  readonly #found = new Map<string, Found>();

  constructor(plugins: Registry, sources: Readonly<Record<string, GivenSource>>) {
    this.#plugins = plugins;
    this.#sources = sources;
  }

  /** @throws QueryError MORTISE_ERR_QUERY_SETTINGS */
  add(source: CoreSource): void {
    if (this.#core.some((one) => one.source === source)) return;
    const other = this.#core.find((one) => one.source.name === source.name);
    if (other)
      throw refusal('MORTISE_ERR_QUERY_DEFINITION', source.name, {
        message: 'two data sources in TypeScript have this name',
        expected: 'a name that no other has',
        found: source.name,
        remedy: 'Rename one, or leave it out.',
      });
    const instances = new Instances<CoreInstance>(source.open, (instance) => instance.close?.());
    this.#core.push({ source, instances });
    this.#found.clear();
  }

  changed(): void {
    this.#found.clear();
  }

  async close(): Promise<void> {
    await Promise.all(this.#core.map(({ instances }) => instances.close()));
  }

  /** Names that can be asked, configured data sources first. */
  names(): string[] {
    const plugins = [...this.#plugins].filter(({ offers }) => offers.querying).map(({ name }) => name);
    const all = [...Object.keys(this.#sources), ...this.#core.map(({ source }) => source.name), ...plugins];
    return [...new Set(all)];
  }

  /** Whether `find` finds something under a name, whatever state it is in. */
  knows(name: string): boolean {
    return (
      Object.hasOwn(this.#sources, name) ||
      this.#coreOf(name) !== undefined ||
      this.#plugins.find(name) !== undefined
    );
  }

  /**
   * @throws MortiseError MORTISE_ERR_QUERY_SOURCE, MORTISE_ERR_QUERY_UNAVAILABLE, MORTISE_ERR_QUERY_UNIMPLEMENTED,
   *   MORTISE_ERR_PLUGIN_DECOMMISSIONED
   */
  find(name: string): Found {
    const known = this.#found.get(name);
    if (known) return known;
    const settings = Object.hasOwn(this.#sources, name) ? this.#sources[name] : undefined;
    const found = this.#plugin(settings?.plugin ?? name, name, settings);
    // What anybody asks for isn't kept for ever.
    if (this.#found.size < 10_000) this.#found.set(name, found);
    return found;
  }

  /** Those in TypeScript come first, as Grafana's own do before others. */
  #plugin(name: string, asked: string, settings: GivenSource | undefined): Found {
    const core = this.#coreOf(name);
    if (core) {
      const plugin = core.source.name;
      return { plugin, uid: settings ? asked : plugin, settings, instances: core.instances };
    }
    const plugin = this.#plugins.find(name);
    if (!plugin) throw this.#unknown(name, asked);
    const { querying: source } = plugin.offers;
    if (source) return { plugin: plugin.name, uid: settings ? asked : plugin.name, settings, source };
    if (plugin.state === 'ready')
      throw refusal('MORTISE_ERR_QUERY_UNIMPLEMENTED', plugin.name, {
        message: 'it is not a data source',
        expected: 'a plugin that answers queries',
        found: `a plugin of the family ${plugin.dialect}`,
      });
    throw refusal('MORTISE_ERR_QUERY_UNAVAILABLE', plugin.name, {
      message: `it can’t be asked: its state is ${plugin.state}${plugin.error ? ` (${plugin.error.code})` : ''}`,
      expected: 'ready',
      found: plugin.state,
      remedy: 'See with `mortise list` why it is not ready.',
    });
  }

  #coreOf(name: string): Core | undefined {
    return this.#core.find(
      ({ source }) =>
        source.name === name || `${source.name}@${source.version}` === name || source.aliases.includes(name),
    );
  }

  #unknown(name: string, asked: string): MortiseError {
    try {
      this.#plugins.get(name);
    } catch (error) {
      if (error instanceof MortiseError && error.code === 'MORTISE_ERR_PLUGIN_DECOMMISSIONED') return error;
    }
    const names = this.names();
    return refusal('MORTISE_ERR_QUERY_SOURCE', asked, {
      message:
        name === asked ? 'there is no data source of this name' : `its plugin ${name} is not in this host`,
      expected:
        names.length > 0 ? `one of ${names.slice(0, 20).join(', ')}` : 'a data source; this host has none',
      found: name,
      remedy: 'Add it to [querying.sources], or its plugin to the configuration.',
    });
  }
}
