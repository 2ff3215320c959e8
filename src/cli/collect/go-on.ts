/** `mortise collect` until it is stopped, with a configuration that may be read again. */
import { MortiseError } from '../../errors.js';
import type { Severity } from '../../services/built-in/log.js';
import type { Cli } from '../cli.js';
import { needConfig } from '../input/config.js';
import { renderError } from '../render/problem.js';
import { untilStopped } from '../until-stopped.js';
import { flushWriters } from './flush.js';
import { type Collecting, isWell, openCollecting } from './open.js';
import type { Sink } from './sink.js';

export async function goOn(
  cli: Cli,
  options: { config?: string; for?: number; log: Severity },
  sink: Sink,
): Promise<void> {
  let config = await needConfig(cli, options.config);
  // Before the plugins: a signal during their init still ends in good order.
  const stop = untilStopped(cli, options.for, ['SIGINT', 'SIGTERM']);
  const how = { severity: options.log, start: true, sink };
  let unlisten: (() => void)[] = [];
  try {
    let collecting: Collecting = await openCollecting(cli, config, how);
    let turn: Promise<void> = Promise.resolve();
    let [end, lose]: [() => void, (error: unknown) => void] = [() => {}, () => {}];
    /** Settles when nothing is open any more. */
    const lost = new Promise<void>((resolve, reject) => {
      [end, lose] = [resolve, reject];
    });
    lost.catch(() => {});
    /** One after the other, in the order in which signals came. */
    const inTurn = (work: () => Promise<void>) => () => {
      turn = turn.then(work).catch(lose);
    };

    const reload = async () => {
      // First: a file that isn't valid leaves what runs alone.
      const next = await attempt(cli, () => needConfig(cli, options.config));
      if (next) {
        // What waits for writers is written before the next ones open.
        await collecting.host.close();
        await collecting.ended;
        const opened = await attempt(cli, () => openCollecting(cli, next, how));
        if (opened) {
          collecting = opened;
          config = next;
          return cli.err.write('The configuration was read again.\n');
        }
        // A file may be valid, and what it names missing.
        const previous = await attempt(cli, () => openCollecting(cli, config, how));
        if (!previous) {
          await cli.err.write('The previous configuration does not open either.\n');
          cli.exitCode = 1;
          return end();
        }
        collecting = previous;
      }
      await cli.err.write('The configuration was not changed.\n');
    };
    const flush = async () => flushWriters(cli, collecting.host);

    unlisten = [cli.io.onSignal('SIGHUP', inTurn(reload)), cli.io.onSignal('SIGUSR1', inTurn(flush))];
    await Promise.race([stop.reason, gone(cli), lost]);
    await Promise.race([turn, lost]);
    if (!isWell(collecting.host)) cli.exitCode = 1;
    await collecting.host.close();
    await collecting.ended;
  } finally {
    await sink.end?.();
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

/** What `work` gives; undefined when it was refused, which is told. */
async function attempt<T>(cli: Cli, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    await cli.err.write(renderError(error, cli.err.colours));
    return undefined;
  }
}
