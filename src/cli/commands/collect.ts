/** mortise collect: reads values with a configuration's plugins, and shows them. */
import { type Cli, configOption, type DefineCommand } from '../cli.js';
import type { Sink } from '../collect/sink.js';
import { type LogOptions, logOption, severityOption, takeLog } from '../log/options.js';
import { parseDuration, usageError } from '../usage.js';

interface Options extends LogOptions {
  once?: true;
  for?: number;
  limit?: number;
  config?: string;
  json?: true;
}

/** Adds `mortise collect`. */
export const defineCollect: DefineCommand = (program, cli) => {
  program
    .command('collect')
    .summary('read values, and show or write them')
    .description(
      'Opens a host from a mortise.toml or a collectd.conf, runs its readers and writers, and shows the values: as a table on a terminal, else as lines. SIGHUP reads the configuration again; SIGUSR1 has writers write out what they hold back.',
    )
    .option('--once', 'run each reader once, flush the writers, and end')
    .option('--for <time>', 'stop after this time: 500ms, 10s, 2m, 1h', parseDuration)
    .option('--limit <time>', 'with --once: how long readers may take (default: 30s)', parseDuration)
    .addOption(severityOption('warning'))
    .addOption(logOption())
    .option(...configOption)
    .option('--json', 'print each sample as a line of JSON on stdout, and nothing else there')
    .addHelpText(
      'after',
      `
Exits with 1 when, after --once or --for, a plugin isn't ready or a reader's
last run failed; with --once also when a reader takes too long, a value was
refused or a writer failed.

Examples:
  mortise collect -c mortise.toml
  mortise collect -c /etc/collectd/collectd.conf --once --json`,
    )
    .action(async (options: Options) => collect(cli, options));
};

async function collect(cli: Cli, options: Options): Promise<void> {
  if (options.once && options.for !== undefined)
    throw usageError('mortise collect', '--once and --for exclude each other', 'Leave one of them out.');
  if (!options.once && options.limit !== undefined)
    throw usageError('mortise collect', '--limit needs --once', 'Leave it out, or add --once.');
  takeLog(cli, options);
  const sink = await sinkFor(cli, options);
  const { once } = await import('../collect/once.js');
  if (options.once) return once(cli, options, sink);
  const { goOn } = await import('../collect/go-on.js');
  await goOn(cli, options, sink);
}

/** Where values go: lines of JSON, a table that is drawn anew, or lines of text. */
async function sinkFor(cli: Cli, { json, once }: Options): Promise<Sink> {
  if (!json && !once && cli.out.isTerminal) {
    const { Live } = await import('../collect/live.js');
    return new Live(cli);
  }
  const { Lines } = await import('../collect/lines.js');
  return new Lines(cli, json ?? false);
}
