/** `mortise collect --once`: each reader once, then flush. */
import type { Severity } from '../../services/built-in/log.js';
import type { Cli } from '../cli.js';
import { needConfig } from '../input/config.js';
import { openCollecting } from './open.js';
import type { Sink } from './sink.js';

export async function once(cli: Cli, options: { config?: string; log: Severity }, sink: Sink): Promise<void> {
  const config = await needConfig(cli, options.config);
  const { host, ended } = await openCollecting(cli, config, { severity: options.log, start: false, sink });
  const failed = await host.collecting.read();
  const flushed = await host.collecting.flush();
  const { readers } = host.collecting;
  await host.close();
  await ended;
  await sink.end?.();
  for (const name of failed) await cli.err.write(`The reader ${name} failed.\n`);
  if (!flushed) await cli.err.write('A writer could not write everything.\n');
  if (readers.length === 0) await cli.err.write('The configuration has no readers.\n');
  if (failed.length > 0 || !flushed) cli.exitCode = 1;
}
