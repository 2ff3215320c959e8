/** A host that collects, and the stream of its values. */
import type { Config } from '../../config/index.js';
import type { Host } from '../../host/host.js';
import type { Severity } from '../../services/built-in/log.js';
import type { Cli } from '../cli.js';
import { hasUnready, openHost, tellUnready } from '../open-host.js';
import { tellNotifications } from './notifications.js';
import type { Sink } from './sink.js';

export interface Collecting {
  host: Host;
  /** Resolves when the host is closed and `sink` has all that it read. */
  ended: Promise<void>;
}

/** @param start whether readers run on their intervals */
export async function openCollecting(
  cli: Cli,
  config: Config,
  { severity, start, sink }: { severity: Severity; start: boolean; sink: Sink },
): Promise<Collecting> {
  const host = await openHost(cli, config, { severity, isIdle: true });
  tellNotifications(cli, host, { severity });
  await tellUnready(cli, host);
  if (host.collecting.readers.length === 0) await cli.log.say('The configuration has no readers.');
  const batches = host.collecting.batches();
  sink.watch?.(host.collecting);
  const ended = (async () => {
    for await (const samples of batches) await sink.take(samples);
    if (batches.dropped > 0)
      await cli.log.say(`${batches.dropped} samples were not shown: the output was too slow.`);
  })();
  // Its end is awaited later.
  ended.catch(() => {});
  if (start) await starting(host);
  return { host, ended };
}

/** Where that fails nothing stays open. */
async function starting(host: Host): Promise<void> {
  try {
    await host.collecting.start();
  } catch (error) {
    await host.close();
    throw error;
  }
}

/** Whether all is well with an open host: its plugins are ready, and no reader's last run failed. */
export function isWell(host: Host): boolean {
  const isFailing = host.collecting.readers.some(
    ({ interval, effectiveInterval }) => effectiveInterval > interval,
  );
  return !hasUnready(host) && !isFailing;
}
