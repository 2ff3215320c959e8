/** `mortise collect --once`: each reader once, then flush. */
import type { Collection } from '../../capabilities/collecting/collection.js';
import type { Severity } from '../../services/built-in/log.js';
import type { Cli } from '../cli.js';
import { needConfig } from '../input/config.js';
import { count, duration } from '../render/text.js';
import { isWell, openCollecting } from './open.js';
import type { Sink } from './sink.js';

/** How long readers may take, in milliseconds. */
const defaultLimit = 30_000;

export async function once(
  cli: Cli,
  options: { config?: string; severity: Severity; limit?: number },
  sink: Sink,
): Promise<void> {
  const { limit = defaultLimit } = options;
  const config = await needConfig(cli, options.config);
  const { host, ended } = await openCollecting(cli, config, {
    severity: options.severity,
    start: false,
    sink,
  });
  const { failed, stuck } = await readAll(host.collecting, limit);
  for (const name of stuck) {
    await cli.warn({
      code: 'MORTISE_WARN_COLLECT_STUCK',
      message: `the reader ${name} still runs after ${duration(limit)}`,
      subject: name,
      expected: `a reader that ends within ${duration(limit)}`,
      found: 'one that still runs',
      remedy: 'Look what it waits for, or allow more time with --limit.',
    });
  }
  const flushed = await host.collecting.flush();
  const refused = refusedBy(host.collecting);
  if (failed.length > 0 || stuck.length > 0 || refused > 0 || !flushed || !isWell(host)) cli.exitCode = 1;
  await host.close();
  await ended;
  await sink.end?.();
  for (const name of failed) await cli.log.say(`The reader ${name} failed.`);
  if (refused > 0) await cli.log.say(`${count(refused, 'value')} ${refused === 1 ? 'was' : 'were'} refused.`);
  if (!flushed) await cli.log.say('A writer could not write everything.');
}

/** All at the same time. */
async function readAll(collecting: Collection, limit: number) {
  const [failed, stuck]: [string[], string[]] = [[], []];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limit);
  });
  await Promise.all(
    collecting.readers.map(async ({ name }) => {
      const outcome = await Promise.race([collecting.read(name), late]);
      if (outcome === 'late') stuck.push(name);
      else failed.push(...outcome);
    }),
  );
  clearTimeout(timer);
  return { failed, stuck };
}

/** Values that came in and went nowhere, for what is wrong with them; filters are no fault. */
function refusedBy({ counts }: Collection): number {
  const { unknownType, wrongCount, outOfOrder, invalid, tooMany } = counts;
  return unknownType + wrongCount + outOfOrder + invalid + tooMany;
}
