import type { Problem } from '../../errors.js';
import type { PluginState } from '../../loader/record.js';
import type { Plugin } from '../../registry/plugin.js';
import { type CheckRecord, checkRecord } from './check.js';

/** One plugin in `mortise list --json` and `mortise run --json`. */
export interface PluginRecord {
  name: string;
  aliases: readonly string[];
  version: string | null;
  dialect: string | null;
  path: string | null;
  state: PluginState;
  requires: string[];
  /** Services that it goes on without. */
  wants: string[];
  provides: string[];
  /** Why it is not ready, all reasons. */
  errors: readonly Problem[];
  /** What was only warned about. */
  warnings: CheckRecord[];
}

/** A plugin as plain data. */
export function pluginRecord(plugin: Plugin): PluginRecord {
  const service = ({ name, major, minor }: { name: string; major: number; minor: number }) =>
    `${name} ${major}.${minor}`;
  return {
    name: plugin.name,
    aliases: plugin.aliases,
    version: plugin.version ?? null,
    dialect: plugin.dialect ?? null,
    path: plugin.path ?? null,
    state: plugin.state,
    requires: plugin.requires.filter(({ optional }) => !optional).map(service),
    wants: plugin.requires.filter(({ optional }) => optional).map(service),
    provides: plugin.provides.map(service),
    errors: plugin.error?.problems ?? [],
    warnings: plugin.checks.filter(({ status }) => status === 'warn').map(checkRecord),
  };
}
