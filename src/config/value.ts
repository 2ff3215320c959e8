/** What is asked for of one plugin, by an embedder or a configuration file. */

/** A plugin's configuration: what stands under `config` in mortise.toml. */
export type ConfigValue = boolean | number | bigint | string | ConfigValue[] | ConfigTable;
export interface ConfigTable {
  [key: string]: ConfigValue;
}

/** A plugin to load, and how. */
export interface PluginRequest {
  /** A bare name to search for, a relative or absolute path, a directory, or a `plugin.json` bundle. */
  name: string;
  /** Further names under which the registry finds the plugin. */
  aliases?: string[];
  config?: ConfigTable;
  /** The host does not open without it. */
  required?: boolean;
  /**
   * The family of a program whose file doesn't say it: `goplugin` or `grafana`. Needed for scripts, and for programs that
   * weren't built by Go.
   */
  dialect?: string;
  /** Where the plugin runs. Only `none`, in this process, exists so far. */
  isolation?: 'none';
  /** Set by what reads another form of configuration: how that names the plugin, and what to do when it isn't there. */
  asked?: { name: string; where: string; remedy: string };
}
