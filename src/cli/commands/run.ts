/** mortise run: a host from a configuration, until it is told to stop. */
import { Option } from 'commander';
import type { LogLine, Severity } from '../../services/built-in/log.js';
import { type Cli, configOption, type DefineCommand, jsonOption } from '../cli.js';
import { untilStopped } from '../until-stopped.js';
import { parseDuration } from '../usage.js';

interface Options {
  for?: number;
  log: Severity;
  strict?: true;
  config?: string;
  json?: true;
}

const severities: readonly Severity[] = ['debug', 'info', 'warning', 'error'];

/** Adds `mortise run`. */
export const defineRun: DefineCommand = (program, cli) => {
  program
    .command('run')
    .summary('run a host until a signal')
    .description(
      'Opens a host from the configuration and keeps it open until SIGINT or SIGTERM. SIGUSR1 has plugins that write values write out what they hold back. What plugins log goes to stderr; a summary follows at the end.',
    )
    .option('--for <time>', 'stop after this time: 500ms, 10s, 2m, 1h', parseDuration)
    .addOption(
      new Option('--log <severity>', 'the least severe lines to show').choices(severities).default('info'),
    )
    .option('--strict', 'refuse, and report, what plugins call on a thread or at a time that is forbidden')
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise run -c mortise.toml --for 10s')
    .action(async (options: Options) => run(cli, options));
};

async function run(cli: Cli, options: Options): Promise<void> {
  const [
    { needConfig },
    { openHost, reportUnready },
    { tellNotifications },
    { flushWriters },
    { pluginRecord },
    { renderStarted, renderStopped },
  ] = await Promise.all([
    import('../input/config.js'),
    import('../open-host.js'),
    import('../collect/notifications.js'),
    import('../collect/flush.js'),
    import('../../registry/record.js'),
    import('../render/run.js'),
  ]);
  const start = performance.now();
  const config = await needConfig(cli, options.config);
  // Listening starts before the plugins do: a signal during their init still ends in their fini.
  const stop = untilStopped(cli, options.for);
  let unlisten = () => {};
  try {
    const logged = { debug: 0, info: 0, warning: 0, error: 0 };
    const onLog = ({ severity }: LogLine) => {
      logged[severity]++;
    };
    const { log: severity, strict: isStrict } = options;
    const host = await openHost(cli, config, { severity, isStrict, onLog });
    tellNotifications(cli, host, { severity, onLog });
    await reportUnready(cli, host);
    const plugins = [...host.plugins].map(pluginRecord);
    await cli.err.write(renderStarted(plugins, options.for));
    let flushing: Promise<void> = Promise.resolve();
    if (host.collecting.writers.length > 0) {
      unlisten = cli.io.onSignal('SIGUSR1', () => {
        flushing = flushing.then(() => flushWriters(cli, host));
      });
    }
    const reason = await stop.reason;
    unlisten();
    await flushing;
    await host.close();
    const summary = { reason, milliseconds: Math.round(performance.now() - start), plugins, logged };
    if (options.json) await cli.json(summary);
    else await cli.out.write(renderStopped(summary));
  } finally {
    unlisten();
    stop.cancel();
  }
}
