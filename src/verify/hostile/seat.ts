/** What a check in the child works with: it opens hosts with the plugin, and says what it sees. */
import type { ConfigTable } from '../../config/value.js';
import type { Problem } from '../../errors.js';
import type { Host } from '../../host/host.js';
import type { HostOptions } from '../../host/options.js';
import type { Plugin } from '../../registry/plugin.js';

export interface Opened {
  host: Host;
  plugin: Plugin;
  /** Why it isn't ready; empty when it is. */
  problems: readonly Problem[];
}

export interface Seat {
  /** The plugin's configuration, as it is known to start. */
  config: ConfigTable;
  open(config?: ConfigTable, more?: Partial<HostOptions>): Promise<Opened>;
  /**
   * Said before something is done, so that a crash or a hang is told as what it happened in.
   * @param call what the plugin is asked for, when that isn't a step of its life: `routing`
   */
  doing(what: string, call?: string): void;
  /** Keys that the plugin asked for in the last host, when it had one that it didn't ask for. */
  asked(): readonly string[];
  /** From now on optional services are as if the host didn't have them. Their names are collected. */
  withhold(): Set<string>;
  /** Resolves with the names of the threads that started since the check did, and still run. */
  threads(): Promise<readonly string[]>;
  /** Runs `routeUntilEnded` in a worker of its own; resolves when that has routed for a while. */
  routeInWorker(): Promise<{ terminate(): Promise<number> }>;
}

/** Why it passed, in a few words; or what was wrong, or why there was nothing to do. */
export type Outcome = { passed: string } | { skipped: string } | { problems: readonly Problem[] };

/** Says where it happened: the plugin's own words know nothing of the check. */
export function during(what: string, problems: readonly Problem[]): Outcome {
  return { problems: problems.map((problem) => ({ ...problem, message: `${what}: ${problem.message}` })) };
}
