/** Where a plugin's trees come from: the host's service mortise.sql. */
import { addon, type NativeHost, type NativePlugin } from '../../native/addon.js';
import { packVersion } from '../../services/version.js';

const name = 'mortise.sql';

/**
 * Counts the plugin's lease of it.
 * @returns where its table lies; undefined: this host has no trees, and what the plugin is asked about is blocked
 */
export function treeService(plugin: NativePlugin, host: NativeHost): bigint | undefined {
  const service = addon()
    .listServices(host)
    .find((one) => one.name === name && one.major === 1);
  if (!service) return undefined;
  const { table, signature } = service;
  const linked = addon().linkCell(plugin, undefined, name, packVersion(1, 0), false, signature);
  return linked === 'linked' ? table : undefined;
}
