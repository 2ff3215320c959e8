/** mortise run: a host from a configuration, until it is told to stop. */
import type { Config } from '../../config/index.js';
import type { LogLine } from '../../services/built-in/log.js';
import { type Cli, configOption, type DefineCommand, jsonOption } from '../cli.js';
import { type LogOptions, logOption, severityOption, takeLog } from '../log/options.js';
import { type Address, parseAddress } from '../serve/address.js';
import { parseDuration } from '../usage.js';

interface Options extends LogOptions {
  for?: number;
  strict?: true;
  metrics?: Address;
  inspect?: Address;
  config?: string;
  json?: true;
}

/** Adds `mortise run`. */
export const defineRun: DefineCommand = (program, cli) => {
  program
    .command('run')
    .summary('run a host until a signal')
    .description(
      'Opens a host from the configuration and keeps it open until SIGINT or SIGTERM. SIGHUP reads the configuration again; SIGUSR1 has plugins that write values write out what they hold back. What plugins log goes to stderr; a summary follows at the end.',
    )
    .option('--for <time>', 'stop after this time: 500ms, 10s, 2m, 1h', parseDuration)
    .addOption(severityOption('info'))
    .addOption(logOption())
    .option('--strict', 'refuse, and report, what plugins call on a thread or at a time that is forbidden')
    .option(
      '--metrics <address>',
      'answer /metrics for Prometheus, /health and /ready: PORT or HOST:PORT (of this machine only, unless HOST says so)',
      parseAddress,
    )
    .option(
      '--inspect <address>',
      'show plugins, services, rates and durations on a page, and to `mortise top`: PORT or HOST:PORT',
      parseAddress,
    )
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      '\nExamples:\n  mortise run -c mortise.toml --for 10s\n  mortise run --metrics 9464 --inspect 9465',
    )
    .action(async (options: Options) => run(cli, options));
};

async function run(cli: Cli, options: Options): Promise<void> {
  const [
    { keepOpen },
    { hasUnready, openHost, tellUnready },
    { tellNotifications },
    { pluginRecord },
    { renderStarted, renderStopped },
    { serve },
  ] = await Promise.all([
    import('../keep-open.js'),
    import('../open-host.js'),
    import('../collect/notifications.js'),
    import('../../registry/record.js'),
    import('../render/run.js'),
    import('../serve/run.js'),
  ]);
  const start = performance.now();
  const logged = { debug: 0, info: 0, warning: 0, error: 0 };
  const onLog = ({ severity }: LogLine) => {
    logged[severity]++;
  };
  const { severity, strict: isStrict } = options;
  takeLog(cli, options);
  const isObserved = Boolean(options.metrics ?? options.inspect);
  const serving = await serve(cli, options);
  const open = async (config: Config) => {
    const host = await openHost(cli, config, { severity, isStrict, isObserved, onLog });
    serving.current.host = host;
    tellNotifications(cli, host, { severity, onLog });
    await tellUnready(cli, host);
    const plugins = [...host.plugins].map(pluginRecord);
    await cli.log.say(renderStarted(plugins, options.for));
    return { host, plugins, close: () => host.close() };
  };
  const kept = keepOpen(cli, options, {
    open,
    finish: async ({ host, plugins, close }, reason) => {
      // A service that was asked to end has ended well; what it ran without was told at its start.
      if (reason === 'time' && hasUnready(host)) cli.exitCode = 1;
      await close();
      const summary = {
        reason,
        milliseconds: Math.round(performance.now() - start),
        plugins,
        logged,
        lost: cli.err.lost,
      };
      if (options.json) await cli.json(summary);
      else await cli.out.write(renderStopped(summary));
    },
  });
  await kept.finally(() => serving.close());
}
