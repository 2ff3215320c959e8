/** A host that stays open until it is told to stop, and whose configuration may be read again meanwhile. */
import type { Config } from '../config/index.js';
import { MortiseError } from '../errors.js';
import type { Host } from '../host/host.js';
import type { Cli } from './cli.js';
import { flushWriters } from './collect/flush.js';
import { needConfig } from './input/config.js';
import { untilStopped } from './until-stopped.js';

export interface KeptOpen {
  host: Host;
  /** Ends it, and waits for what comes after that. */
  close(): Promise<void>;
}

/** A signal, or `time` when the time was up. SIGHUP: a reload left nothing open; SIGPIPE: nobody reads the output. */
export type EndReason = NodeJS.Signals | 'time';

/**
 * Opens, and waits for the end. SIGHUP reads the configuration again, SIGUSR1 flushes the writers: one after the other,
 * in the order in which they came.
 * @param options.config as the user named it
 * @param options.for milliseconds
 * @param how.open also called after a reload, with what was read then
 * @param how.finish gets what is open at the end, and closes it: what a signal or the time up ends. Where a reload left
 *   nothing open, `cli.exitCode` is set, and it gets what was open last
 * @param how.gone a further reason to end
 */
export async function keepOpen<T extends KeptOpen>(
  cli: Cli,
  options: { config?: string; for?: number },
  how: {
    open: (config: Config) => Promise<T>;
    finish: (opened: T, reason: EndReason) => Promise<void>;
    gone?: Promise<void>;
  },
): Promise<void> {
  const { open, finish, gone } = how;
  let config = await needConfig(cli, options.config);
  // Before the plugins: a signal during their init still ends in good order.
  const stop = untilStopped(cli, options.for, ['SIGINT', 'SIGTERM']);
  let unlisten: (() => void)[] = [];
  try {
    let opened = await open(config);
    let turn: Promise<void> = Promise.resolve();
    let [end, lose]: [() => void, (error: unknown) => void] = [() => {}, () => {}];
    /** Settles when nothing is open any more. */
    const lost = new Promise<EndReason>((resolve, reject) => {
      [end, lose] = [() => resolve('SIGHUP'), reject];
    });
    lost.catch(() => {});
    const inTurn = (work: () => Promise<void>) => () => {
      turn = turn.then(work).catch(lose);
    };

    const reload = async () => {
      // First: a file that isn't valid leaves what runs alone.
      const next = await attempt(cli, () => needConfig(cli, options.config));
      if (next) {
        // What waits for writers is written before the next ones open.
        await opened.close();
        const again = await attempt(cli, () => open(next));
        if (again) {
          opened = again;
          config = next;
          return cli.log.say('The configuration was read again.');
        }
        // A file may be valid, and what it names missing.
        const previous = await attempt(cli, () => open(config));
        if (!previous) {
          await cli.log.say('The previous configuration does not open either.');
          cli.exitCode = 1;
          return end();
        }
        opened = previous;
      }
      await cli.log.say('The configuration was not changed.');
    };
    const flush = async () => flushWriters(cli, opened.host);

    unlisten = [cli.io.onSignal('SIGHUP', inTurn(reload)), cli.io.onSignal('SIGUSR1', inTurn(flush))];
    const unread = gone?.then((): EndReason => 'SIGPIPE');
    const reason = await Promise.race([stop.reason, lost, ...(unread ? [unread] : [])]);
    await Promise.race([turn, lost]);
    await finish(opened, reason);
  } finally {
    for (const forget of unlisten) forget();
    stop.cancel();
  }
}

/** What `work` gives; undefined when it was refused, which is told. */
async function attempt<T>(cli: Cli, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    await cli.tell(error);
    return undefined;
  }
}
