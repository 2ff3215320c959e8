/** A mortise.toml with the tables that this host's capabilities have, or a collectd.conf. */
import { dirname, resolve } from 'node:path';
import { capabilities } from '../capabilities/index.js';
import { type Config, readConfig, type Sections } from '../config/index.js';

/** Each capability's own table. */
export const sections: Sections = Object.fromEntries(
  capabilities.flatMap(({ name, section }) => (section ? [[name, section]] : [])),
);

/**
 * @param path one that ends in `.conf` is a collectd.conf
 * @throws MortiseError as `readConfig` does, or `collectdConfiguration`
 */
export async function readConfiguration(path: string): Promise<Config> {
  if (path.toLowerCase().endsWith('.conf')) {
    const { collectdConfiguration } = await import('../dialects/collectd/conf/configuration.js');
    return collectdConfiguration(path);
  }
  const config = await readConfig(path, sections);
  const folder = dirname(config.path);
  const absolute = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(absolute) : typeof value === 'string' ? resolve(folder, value) : value;
  for (const { name, paths = [] } of capabilities) {
    const options = config.capabilities[name];
    if (!options) continue;
    for (const key of paths as string[]) if (key in options) options[key] = absolute(options[key]);
  }
  return config;
}
