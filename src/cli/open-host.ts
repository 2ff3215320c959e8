/** A host from a configuration, for the commands that run plugins. */
import type { Config } from '../config/index.js';
import { Host } from '../host/host.js';
import { type HostOptions, optionsOf } from '../host/options.js';
import type { Cli } from './cli.js';

/** What a command asks for beyond the configuration. */
export interface OpenOptions {
  shards?: number;
  /** A required plugin that isn't ready doesn't keep the host from opening. */
  toleratesUnready?: boolean;
  /** Readers of values don't run by themselves. */
  isIdle?: boolean;
  /** Calls on a forbidden thread are refused. Default: the configuration's. */
  isStrict?: boolean;
  /** Calls of plugins are counted and timed. */
  isObserved?: boolean;
  /** The least severe lines that plugins may log. Default: warnings. */
  severity?: HostOptions['severity'];
  /** Called for each line that a plugin logged, after it was written. */
  onLog?: HostOptions['log'];
}

/** Opens the host that `config` describes. What its plugins log goes to stderr. */
export async function openHost(cli: Cli, config: Config, options: OpenOptions = {}): Promise<Host> {
  const said = await optionsOf(config);
  return Host.open({
    ...said,
    plugins: config.plugins.map((request) =>
      options.toleratesUnready ? { ...request, required: false } : request,
    ),
    strict: options.isStrict ?? said.strict,
    observe: options.isObserved ?? false,
    routing: { ...said.routing, ...(options.shards !== undefined && { shards: options.shards }) },
    ...(options.isIdle && { collecting: { ...said.collecting, start: false } }),
    // The command shows the plugins itself, with all that is known of each problem.
    announce: false,
    severity: options.severity ?? 'warning',
    log: (line) => {
      void cli.log.line(line);
      options.onLog?.(line);
    },
    cwd: cli.io.cwd,
  });
}

/**
 * Says on stderr which plugins do not take part, and why, and what else was warned about. The host goes on without
 * them, and the command ends with 1.
 */
export async function reportUnready(cli: Cli, host: Host): Promise<void> {
  await tellUnready(cli, host);
  if (hasUnready(host)) cli.exitCode = 1;
}

export const hasUnready = (host: Host) => [...host.plugins].some(({ state }) => state !== 'ready');

/** The same for a command whose exit code doesn't come from this. */
export async function tellUnready(cli: Cli, host: Host): Promise<void> {
  for (const { name, state, error, checks } of host.plugins) {
    if (state === 'ready') {
      for (const { status, problem } of checks) {
        if (status === 'warn' && problem) await cli.log.problem(problem);
      }
      continue;
    }
    if (error) await cli.tell(error);
    else await cli.log.say(`${name} is not ready: its state is ${state}.`);
  }
}
