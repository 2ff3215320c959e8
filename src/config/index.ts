/** mortise.toml, read and checked. */
export { nearest } from '../messages/nearest.js';
export { readConfig } from './read.js';
export type { Config, HostSection } from './record.js';
export type { Sections } from './schema.js';
