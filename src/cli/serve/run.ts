/** The servers of `mortise run`: those that were asked for, before the first plugin starts. */
import type { Cli } from '../cli.js';
import { type Address, inUrl } from './address.js';
import type { Current } from './current.js';
import type { Listening } from './server.js';

export interface Serving {
  /** To be told of the host that is open. */
  current: Current;
  close(): void;
}

/** @throws MortiseError MORTISE_ERR_LISTEN, MORTISE_ERR_PEER_MISSING */
export async function serve(
  cli: Cli,
  { metrics, inspect }: { metrics?: Address; inspect?: Address },
): Promise<Serving> {
  const current: Current = { host: undefined };
  const open: Listening[] = [];
  const close = () => {
    for (const one of open) one.close();
  };
  try {
    if (metrics) {
      const { serveMetrics } = await import('./metrics.js');
      const one = await serveMetrics(metrics, current, () => cli.err.lost);
      open.push(one);
      await cli.log.say(`Metrics: http://${inUrl(one.address)}/metrics`);
    }
    if (inspect) {
      const { serveInspector } = await import('./inspect.js');
      const one = await serveInspector(inspect, current);
      open.push(one);
      await cli.log.say(`Page: http://${inUrl(one.address)}/`);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { current, close };
}
