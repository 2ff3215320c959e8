/** What subscribers of node:diagnostics_channel receive. */
import type { Problem } from '../../errors.js';
import type { PluginState } from '../../loader/record.js';
import type { Plugin } from '../../registry/plugin.js';
import type { Host } from '../host.js';

/** Of the channel `mortise.state`: a plugin moved to another state. */
export interface StateMessage {
  host: Host;
  plugin: Plugin;
  state: PluginState;
}

/** Of the channel `mortise.problem`: a plugin did wrong while it ran. */
export interface ProblemMessage {
  host: Host;
  problem: Problem;
}

/** Of the channel `mortise.host`: it has opened, or is about to close: `host.metrics()` has its last numbers then. */
export interface HostMessage {
  host: Host;
  event: 'open' | 'close';
}
