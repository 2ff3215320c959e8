export { nearest } from '../messages/nearest.js';
export { defaultConfigName, lockBeside, readConfig } from './read.js';
export type { Config, HostSection } from './record.js';
export type { Sections } from './schema.js';
