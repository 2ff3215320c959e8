/** A mortise.toml with the tables that this host's capabilities have. */
import { capabilities } from '../capabilities/index.js';
import { type Config, readConfig, type Sections } from '../config/index.js';

/** Each capability's own table. */
export const sections: Sections = Object.fromEntries(
  capabilities.flatMap(({ name, section }) => (section ? [[name, section]] : [])),
);

/** @throws MortiseError as `readConfig` does */
export const readConfiguration = (path: string): Promise<Config> => readConfig(path, sections);
