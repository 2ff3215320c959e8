/** Where a server of the command line listens: `PORT`, `HOST:PORT`, `[::1]:PORT`. */
import { InvalidArgumentError } from 'commander';

export interface Address {
  host: string;
  port: number;
}

/** This machine only, unless told otherwise. */
export const loopback = '127.0.0.1';

/** For use as an option's parser. */
export function parseAddress(text: string): Address {
  const [, inBrackets, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = digits === undefined ? Number.NaN : Number(digits);
  if (!(port <= 65535)) {
    throw new InvalidArgumentError('An address is PORT, HOST:PORT or [IPv6]:PORT, with a port up to 65535.');
  }
  return { host: inBrackets ?? plain ?? loopback, port };
}

/** As it stands in a URL. */
export const inUrl = ({ host, port }: Address) => `${host.includes(':') ? `[${host}]` : host}:${port}`;
