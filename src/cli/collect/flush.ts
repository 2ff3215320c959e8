/** SIGUSR1: writers write out what they hold back. */
import type { Host } from '../../host/host.js';
import type { Cli } from '../cli.js';

export async function flushWriters(cli: Cli, host: Host): Promise<void> {
  const flushed = await host.collecting.flush();
  await cli.log.say(flushed ? 'The writers were flushed.' : 'Not all writers could be flushed.');
}
