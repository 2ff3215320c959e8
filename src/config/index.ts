export { nearest } from '../messages/nearest.js';
export { defaultConfigName, readConfig } from './read.js';
export type { Config, HostSection, RoutingSection } from './record.js';
