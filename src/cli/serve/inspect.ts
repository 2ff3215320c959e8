/** `mortise run --inspect`: a page for people, and the same as JSON for `mortise top`. */
import { randomBytes } from 'node:crypto';
import { snapshotOf } from '../../host/observe/snapshot.js';
import { schema } from '../cli.js';
import { renderPage } from '../page/page.js';
import type { Address } from './address.js';
import { type Current, openOf } from './current.js';
import { refusalOf } from './guard.js';
import { History } from './history.js';
import { type Answer, type Listening, listen } from './server.js';

/** Nothing from elsewhere, and nothing that isn't in this page; no page of others may hold it in a frame. */
const policyFor = (nonce: string) =>
  [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** @throws MortiseError MORTISE_ERR_LISTEN */
export async function serveInspector(address: Address, current: Current): Promise<Listening> {
  const look = () => {
    const host = openOf(current);
    return host && snapshotOf(host);
  };
  const history = new History(look);
  const listening = await listen(
    'the page',
    address,
    async (path, { headers }): Promise<Answer | undefined> => {
      const refused = refusalOf(headers, address.host);
      if (refused) return { status: 403, body: `${refused}\n` };
      const snapshot = look();
      if (!snapshot) return { status: 503, headers: { 'retry-after': '1' }, body: 'no host is open\n' };
      if (path === '/snapshot.json') {
        const calls = snapshot.calls.map((one) => ({
          ...one,
          perSecond: history.rate(one.plugin, one.entry),
        }));
        const body = JSON.stringify({ schema, ...snapshot, calls });
        return { headers: { 'content-type': 'application/json' }, body };
      }
      const nonce = randomBytes(16).toString('base64');
      const page = renderPage(snapshot, history, nonce, path);
      if (page === undefined) return undefined;
      return {
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': policyFor(nonce),
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
        },
        body: page,
      };
    },
  ).catch((error: unknown) => {
    history.close();
    throw error;
  });
  const close = () => {
    history.close();
    listening.close();
  };
  return { ...listening, close };
}
