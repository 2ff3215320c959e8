/** `mortise run --metrics`: what Prometheus scrapes, and what those who start the process again ask it. */

import { isIP } from 'node:net';
import { promClient, prometheusMetrics } from '../../host/observe/prometheus.js';
import type { Address } from './address.js';
import { type Current, openOf } from './current.js';
import { refusalOf } from './guard.js';
import { type Answer, type Listening, listen, plainText } from './server.js';

const closed: Answer = { status: 503, body: 'no host is open\n' };

/** @throws MortiseError MORTISE_ERR_LISTEN, MORTISE_ERR_PEER_MISSING */
export async function serveMetrics(
  address: Address,
  current: Current,
  lost: () => number,
): Promise<Listening> {
  // Whether the package is there: rather now than at the first scrape.
  promClient();
  const isLocal =
    address.host === 'localhost' || (isIP(address.host) > 0 && /^(127\.|::1$)/.test(address.host));
  return listen('the endpoint for metrics', address, async (path, { headers }) => {
    // Elsewhere it is asked for by names that nobody told it.
    const refused = isLocal ? refusalOf(headers, address.host) : undefined;
    if (refused) return { status: 403, body: `${refused}\n` };
    if (path === '/health') return { body: 'ok\n' };
    const host = openOf(current);
    if (path === '/ready') return host ? ready(host) : closed;
    if (path !== '/metrics') return undefined;
    if (!host) return closed;
    const { metrics, contentType } = prometheusMetrics(host);
    return { headers: { 'content-type': contentType }, body: `${await metrics()}${lines(lost())}` };
  });
}

/** The host is open, so all that are required were ready then. */
function ready(host: NonNullable<Current['host']>): Answer {
  const all = [...host.plugins];
  const missing = all.filter(({ state }) => state !== 'ready');
  const body = [
    `${all.length - missing.length} of ${all.length} plugins are ready`,
    ...missing.map(({ name, state, required }) => `${name}: ${state}${required ? ', and required' : ''}`),
  ].join('\n');
  return {
    status: missing.some(({ required }) => required) ? 503 : 200,
    headers: plainText,
    body: `${body}\n`,
  };
}

const lines = (lost: number) => `
# HELP mortise_log_lines_lost_total lines of the log that could not be written
# TYPE mortise_log_lines_lost_total counter
mortise_log_lines_lost_total ${lost}
`;
