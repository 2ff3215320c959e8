/** What a `mortise.toml` says, typed, with every path absolute. docs/configuration.md explains each key. */
import type { PluginRequest } from './value.js';

/** A configuration file that was read and checked. */
export interface Config {
  /** The file itself, absolute. */
  path: string;
  host: HostSection;
  /** Undefined where the file has none. */
  sources?: SourcesSection;
  /** By the capability's name: its table, with the keys in camel case. Absent where the file has none. */
  capabilities: Record<string, Record<string, unknown>>;
  /** In the order of the file, which is the order in which they are asked. */
  plugins: PluginRequest[];
}

/** `[host]`: what every plugin shares. */
export interface HostSection {
  /** Directories that bare plugin names are searched in, absolute; empty unless the file says otherwise. */
  search: string[];
  /** Modules whose implemented services the host serves, absolute. */
  services: string[];
  /** Directories that plugins reach through mortise.files, by name; absolute. */
  files: Record<string, { path: string; write?: boolean }>;
  /** Where syntax trees come from; `none` unless the file says otherwise. */
  parser: 'none' | 'pg_query';
  /** Refuse what plugins call on a thread, or at a time, that the function forbids. */
  strict?: boolean;
  /** Refuse plugins that others than their owner and root can change. */
  strictPermissions?: boolean;
  /** The toolchain string that plugins must have whose types depend on it. */
  toolchain?: string;
  /** The mortise.lock that plugins must be like, absolute; undefined when there is none, or it is not to count. */
  lock?: string;
  /** Where the private copies of plugins go, absolute. */
  privateDirectory?: string;
}

/** `[sources]`: where bundles are looked for, and what is asked of them. Directories and key files are absolute. */
export interface SourcesSection {
  core?: string[];
  bundled?: string[];
  external?: string[];
  signed?: ('core' | 'bundled' | 'external')[];
  unsigned?: string[];
  /** Files of OpenPGP keys, or armored text. */
  trust?: string[];
  rootUrl?: string;
  grafanaVersion?: string;
}
