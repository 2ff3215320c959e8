/** Who may ask: this keeps pages of other sites from reading what stands on this machine's own addresses. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * A name in `Host` that isn't this server's is how DNS rebinding looks: the page's own name, made to point here. Those
 * that nobody else can own are an address, `localhost`, and the name that the server was told to listen on.
 * @param own the host that it listens on
 * @returns why the request is refused; undefined: it isn't
 */
export function refusalOf(headers: IncomingHttpHeaders, own: string): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  const name = nameIn(host);
  if (!(isIP(name) || name === 'localhost' || name.endsWith('.localhost') || name === own.toLowerCase()))
    return `this server is not called ${JSON.stringify(host)}`;
  if (origin !== undefined && origin !== `http://${host}`) return 'pages of other origins may not read this';
  // A link that somebody follows is no page that reads.
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && mode !== 'navigate')
    return 'pages of other origins may not read this';
  return undefined;
}

function nameIn(host: string): string {
  const [, inBrackets, plain] = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(host) ?? [];
  return (inBrackets ?? plain ?? '').toLowerCase();
}
