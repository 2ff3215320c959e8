/** `mortise collect` until it is stopped, with a configuration that may be read again. */
import { MortiseError } from '../../errors.js';
import type { Severity } from '../../services/built-in/log.js';
import type { Cli } from '../cli.js';
import { needConfig } from '../input/config.js';
import { renderError } from '../render/problem.js';
import { untilStopped } from '../until-stopped.js';
import { type Collecting, openCollecting } from './open.js';
import type { Sink } from './sink.js';

export async function goOn(
  cli: Cli,
  options: { config?: string; for?: number; log: Severity },
  sink: Sink,
): Promise<void> {
  const config = await needConfig(cli, options.config);
  // Before the plugins: a signal during their init still ends in good order.
  const stop = untilStopped(cli, options.for, ['SIGINT', 'SIGTERM']);
  const how = { severity: options.log, start: true, sink };
  let collecting: Collecting = await openCollecting(cli, config, how);
  let turn: Promise<void> = Promise.resolve();
  /** One after the other, in the order in which signals came. */
  const inTurn = (work: () => Promise<void>) => () => {
    turn = turn.then(work).catch((error: unknown) => tell(cli, error));
  };
  const unlisten = [
    cli.io.onSignal(
      'SIGHUP',
      inTurn(async () => {
        // First: a file that isn't valid changes nothing.
        const next = await needConfig(cli, options.config);
        // What waits for writers is written before the next ones open.
        await collecting.host.close();
        await collecting.ended;
        collecting = await openCollecting(cli, next, how);
        await cli.err.write('The configuration was read again.\n');
      }),
    ),
    cli.io.onSignal(
      'SIGUSR1',
      inTurn(async () => {
        const flushed = await collecting.host.collecting.flush();
        await cli.err.write(flushed ? 'The writers were flushed.\n' : 'Not all writers could be flushed.\n');
      }),
    ),
  ];
  try {
    await Promise.race([stop.reason, gone(cli)]);
    await turn;
    await collecting.host.close();
    await collecting.ended;
    await sink.end?.();
  } finally {
    for (const forget of unlisten) forget();
    stop.cancel();
  }
}

/** Resolves when nobody reads the output any more: `mortise collect | head`. */
async function gone(cli: Cli): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (!cli.out.isClosed) return;
      clearInterval(timer);
      resolve();
    }, 100);
    timer.unref();
  });
}

async function tell(cli: Cli, error: unknown): Promise<void> {
  if (!(error instanceof MortiseError)) throw error;
  await cli.err.write(renderError(error, cli.err.colours));
}
