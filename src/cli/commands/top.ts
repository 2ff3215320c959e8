/** mortise top: what the plugins of a host that runs are doing, as it goes. */
import { type Cli, type DefineCommand, jsonOption } from '../cli.js';
import { type Address, parseAddress } from '../serve/address.js';
import { parseDuration } from '../usage.js';

interface Options {
  once?: true;
  every: number;
  json?: true;
}

/** Adds `mortise top`. */
export const defineTop: DefineCommand = (program, cli) => {
  program
    .command('top')
    .summary('watch the plugins of a host that runs')
    .description(
      'Shows plugins, states, calls a second, durations, queues and restarts of a host that was started with `mortise run --inspect ADDRESS`, the busiest entry points first.',
    )
    .argument('<address>', 'the one that --inspect got: PORT or HOST:PORT', parseAddress)
    .option('--once', 'print it once')
    .option('--every <time>', 'how often it is drawn (default: 1s)', parseDuration, 1000)
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise run --inspect 9465 &\n  mortise top 9465')
    .action(async (address: Address, options: Options) => top(cli, address, options));
};

async function top(cli: Cli, address: Address, { once, every, json }: Options): Promise<void> {
  const [{ askInspector }, { renderTop }, { untilStopped }] = await Promise.all([
    import('../serve/ask.js'),
    import('../render/top.js'),
    import('../until-stopped.js'),
  ]);
  const place = () => ({
    columns: cli.out.columns ?? Number.POSITIVE_INFINITY,
    lines: once ? Number.POSITIVE_INFINITY : cli.out.rows || 24,
    colours: cli.out.colours,
  });
  if (json) {
    const { schema: _, ...snapshot } = await askInspector(address);
    return cli.json(snapshot);
  }
  if (once || !cli.out.isTerminal) {
    await cli.out.write(
      renderTop(await askInspector(address), { ...place(), lines: Number.POSITIVE_INFINITY }),
    );
    return;
  }
  const stop = untilStopped(cli, undefined);
  try {
    let isOver = false;
    void stop.reason.then(() => {
      isOver = true;
    });
    while (!isOver) {
      const text = renderTop(await askInspector(address), place());
      // Home, each line to its end, and what is left below: nothing flickers.
      await cli.out.write(`\x1b[H${text.replaceAll('\n', '\x1b[K\n')}\x1b[J`);
      await Promise.race([stop.reason, new Promise((resolve) => setTimeout(resolve, every).unref())]);
    }
  } finally {
    stop.cancel();
  }
}
