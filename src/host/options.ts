/** What a host is opened with, and what a configuration file adds. */

import type { CapabilityOptions } from '../capabilities/capability.js';
import type { SqlParser } from '../capabilities/routing/sql/parser.js';
import type { Config } from '../config/record.js';
import type { PluginRequest } from '../config/value.js';
import type { Sources } from '../loader/bundles/sources.js';
import type { Policy } from '../loader/record.js';
import type { Step } from '../loader/running.js';
import type { Plugin } from '../registry/plugin.js';
import type { LogLine, Severity } from '../services/built-in/log.js';
import type { Implemented } from '../services/serve/implement.js';

export interface HostOptions extends CapabilityOptions {
  /** Names, paths or requests, in the order in which they are asked. */
  plugins?: readonly (string | PluginRequest)[];
  /** A mortise.toml. Its plugins come before `plugins`; options given here win over its `[host]` and `[routing]`. */
  config?: string;
  /**
   * Directories of bundles, by class, and what is asked of them: all that are found there are loaded. Bundles are found
   * in `plugins` by their ids.
   */
  sources?: Sources;
  /** Directories that bare names are searched in; relative ones count from `cwd`. */
  search?: readonly string[];
  /**
   * What parses SQL for plugins that read syntax trees: nothing; libpg_query as WebAssembly, which is the package
   * `@libpg-query/parser`; or a parser of your own. A plugin that provides `sql.parser` takes its place. Default `none`.
   */
  parser?: 'none' | 'pg_query' | SqlParser;
  policy?: Partial<Policy>;
  /**
   * A mortise.lock: plugins that differ from it, and plugins that it lacks, are refused. Default: the one beside
   * `config`, when there is one. False: none.
   */
  lock?: string | false;
  /**
   * Refuses, and reports, what plugins call on a thread or at a time that the function's tag in
   * include/mortise forbids. Default false: a comparison less for each such call.
   */
  strict?: boolean;
  /**
   * Directories that plugins reach through mortise.files, under names: with `{ rules: './rules' }` they read
   * `rules/eu.txt`. Relative ones count from `cwd`. Default: none.
   */
  files?: Record<string, string | { path: string; write?: boolean }>;
  /**
   * How long a plugin's thread waits until the main thread answers its call of a service that is written in
   * TypeScript, in milliseconds; then the call fails. Default 30,000.
   */
  serviceTimeoutMs?: number;
  /** Services that are written in TypeScript, for plugins to call; beside those that `config` names. */
  services?: readonly Implemented[];
  /**
   * Counts the calls of each plugin's entry points and times them, for {@link Host.metrics}. Default false. Costs at
   * most 5 ns a call.
   */
  observe?: boolean;
  /** Receives what plugins log. Default: warnings and errors go to stderr. */
  log?: (line: LogLine) => void;
  /**
   * Whether the log says, once the host is open, why plugins aren't ready and what else was warned about. Default
   * true; for an application that shows `host.plugins` itself.
   */
  announce?: boolean;
  /** Lines below it are not kept. Default `info` with `log`, else `warning`. */
  severity?: Severity;
  /**
   * Whether SIGINT, SIGTERM and SIGHUP stop the plugins before they end the process. When the application
   * listens to the signal itself, ending is left to it. Default true.
   */
  signals?: boolean;
  /** Called before each step in the life of a plugin, on the thread that opened the host. What it throws is its own. */
  onStep?: (plugin: Plugin, step: Step) => void;
  /** Where the private copies of plugins go; it must allow execution. Default: the temporary directory. */
  privateDirectory?: string;
  /** What relative paths count from. Default: the process's. */
  cwd?: string;
}

/** What a configuration file says, as options. */
export async function optionsOf({ host, sources, capabilities, plugins }: Config): Promise<HostOptions> {
  const {
    search,
    services,
    files,
    lock,
    parser,
    privateDirectory,
    strict,
    strictPermissions,
    toolchain,
    ...others
  } = host;
  // A key that is added to [host] and forgotten here does not compile.
  others satisfies Record<string, never>;
  return {
    ...capabilities,
    plugins,
    ...(sources && { sources }),
    search,
    services: services.length > 0 ? await servicesIn(services) : [],
    files,
    lock,
    parser,
    privateDirectory,
    strict,
    policy: { strictPermissions: strictPermissions ?? false, toolchain },
  };
}

/** What the file says, under what was given. */
export async function withConfig(given: HostOptions, path: string): Promise<HostOptions> {
  // Only with a configuration file: its schema library takes longer to load than the rest of the host.
  const { readConfiguration } = await import('./configuration.js');
  const config = await readConfiguration(path);
  const said = await optionsOf(config);
  const merged = Object.entries(config.capabilities).map(([name, table]) => [
    name,
    { ...table, ...(given as Record<string, object | undefined>)[name] },
  ]);
  return {
    ...said,
    ...given,
    ...Object.fromEntries(merged),
    services: [...(said.services ?? []), ...(given.services ?? [])],
    files: { ...said.files, ...given.files },
    plugins: [...(said.plugins ?? []), ...(given.plugins ?? [])],
    search: [...(given.search ?? []), ...(said.search ?? [])],
    ...((said.sources || given.sources) && { sources: { ...said.sources, ...given.sources } }),
    lock: given.lock ?? said.lock,
    parser: given.parser ?? said.parser,
    privateDirectory: given.privateDirectory ?? said.privateDirectory,
    strict: given.strict ?? said.strict,
    policy: { ...said.policy, ...given.policy },
  };
}

async function servicesIn(modules: readonly string[]): Promise<Implemented[]> {
  const { implementedIn } = await import('../services/serve/load.js');
  return implementedIn(modules);
}
