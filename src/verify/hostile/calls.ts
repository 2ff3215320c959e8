/** Calls that no plugin should fall over, and an end in their midst. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../../errors.js';
import type { Host } from '../../host/host.js';
import { hostileQueries } from './queries.js';
import { during, type Outcome, type Seat } from './seat.js';

/** One of each kind is enough to read. */
const maxFaults = 5;
/** How long its readers have run before the host closes, in milliseconds. */
const moments = [0, 1, 5, 20, 50];
const workers = 5;

export async function routeAll({ open, doing }: Seat): Promise<Outcome> {
  doing('its start');
  const { host, plugin, problems } = await open();
  if (problems.length > 0) return during('its start', problems);
  if (!plugin.offers.routing) {
    await host.close();
    return { skipped: 'routes nothing' };
  }
  const faults: Problem[] = [];
  let count = 0;
  for (const [name, query] of hostileQueries()) {
    doing(name, 'routing');
    count++;
    const own = host.route(query).errors?.filter(({ subject }) => subject === plugin.name) ?? [];
    faults.push(...own.map((problem) => ({ ...problem, message: `${name}: ${problem.message}` })));
  }
  doing('its end, after all queries');
  await host.close();
  return faults.length > 0 ? { problems: faults.slice(0, maxFaults) } : { passed: `${count} queries` };
}

export async function stopInCalls({ open, doing, routeInWorker }: Seat): Promise<Outcome> {
  doing('its start');
  const { host, plugin, problems } = await open();
  if (problems.length > 0) return during('its start', problems);
  const { routing, collecting } = plugin.offers;
  await host.close();
  for (let count = 1; routing && count <= workers; count++) {
    doing(`worker ${count} of ${workers}, which ends while it routes`, 'routing');
    await (await routeInWorker()).terminate();
  }
  for (const moment of collecting ? moments : []) {
    doing(`a host that closes after ${moment} ms of reading`);
    const reading = await open(undefined, { collecting: { interval: 0.001 } });
    doing(`${moment} ms of reading`, 'reading');
    await sleep(moment);
    await reading.host.close();
  }
  const seen = [
    routing && `${workers} workers ended while it routed`,
    collecting && `${moments.length} hosts closed while it read or wrote`,
  ].filter((text) => text !== undefined);
  return seen.length > 0 ? { passed: seen.join(', ') } : { skipped: 'neither routes nor reads nor writes' };
}

/** In a worker: without an end, which comes from outside. `begun` is called once it is on its way. */
export function routeUntilEnded(host: Host, begun: () => void): never {
  const queries = ['SELECT 1', 'INSERT INTO t VALUES ($1)', 'SELECT * FROM t WHERE a = $1'];
  for (let count = 0; ; count++) {
    host.route({ sql: queries[count % queries.length] as string, params: ['42'], shards: 4 });
    if (count === 100) begun();
  }
}
