/** Where a program or one of the broker's services listens. */
import { isIP } from 'node:net';

export type Address = { network: 'unix'; path: string } | { network: 'tcp'; host: string; port: number };

/** What sockaddr_un holds, less the NUL at its end. */
export const maxSocketPath = process.platform === 'darwin' ? 103 : 107;

/**
 * An address that a program printed. It counts only on this machine: what was started here is not elsewhere.
 * @returns undefined when it isn't one
 */
export function parseAddress(network: string, text: string): Address | undefined {
  if (network === 'unix') {
    const isPath = text.startsWith('/') && !text.includes('\0') && Buffer.byteLength(text) <= maxSocketPath;
    return isPath ? { network, path: text } : undefined;
  }
  if (network !== 'tcp') return undefined;
  const [, host = '', digits = ''] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (port < 1 || port > 65535) return undefined;
  const local = localHost(host.replace(/^\[(.*)\]$/, '$1'));
  return local === undefined ? undefined : { network, host: local, port };
}

/**
 * An address that the embedder gave: `unix:/path` or `HOST:PORT`, of any machine.
 * @returns undefined when it isn't one
 */
export function parseTarget(text: string): Address | undefined {
  if (text.startsWith('unix:')) return parseAddress('unix', text.slice('unix:'.length));
  const [, host = '', digits = ''] = /^(\[[0-9a-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (port < 1 || port > 65535) return undefined;
  return { network: 'tcp', host: host.replace(/^\[(.*)\]$/, '$1'), port };
}

/** Whether nothing leaves this machine on the way. */
export function isLocal(address: Address): boolean {
  return (
    address.network === 'unix' || localHost(address.host) === address.host || address.host === 'localhost'
  );
}

/** A program that listens everywhere, or doesn't say where, is asked on this machine. */
function localHost(host: string): string | undefined {
  if (['', 'localhost', '0.0.0.0'].includes(host)) return '127.0.0.1';
  if (host === '::' || host === '::1') return '::1';
  return isIP(host) === 4 && host.startsWith('127.') ? host : undefined;
}

/** `unix:/run/…` or `127.0.0.1:1234`. */
export function addressText(address: Address): string {
  if (address.network === 'unix') return `unix:${address.path}`;
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
