/** A small HTTP server: reads are answered, all else is refused. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MortiseError } from '../../errors.js';
import { type Address, inUrl } from './address.js';

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

export const plainText = { 'content-type': 'text/plain; charset=utf-8' };

/** @returns undefined: there is nothing of that path */
export type Respond = (path: string, request: IncomingMessage) => Promise<Answer | undefined>;

export interface Listening {
  /** The port that was taken, when it was to be any. */
  address: Address;
  close(): void;
}

/**
 * @param what for the message
 * @throws MortiseError MORTISE_ERR_LISTEN
 */
export async function listen(what: string, wanted: Address, respond: Respond): Promise<Listening> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] as string;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const answer = isRead
      ? respond(path, request).catch((error: unknown): Answer => ({ status: 500, body: `${error}\n` }))
      : Promise.resolve<Answer>({
          status: 405,
          headers: { allow: 'GET, HEAD' },
          body: 'only GET and HEAD\n',
        });
    void answer.then((found) => {
      const {
        status = 200,
        headers = plainText,
        body,
      } = found ?? { status: 404, body: 'there is no such page\n' };
      response.writeHead(status, {
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        ...headers,
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  });
  // Who asks for a status has no body to send, and no reason to be slow.
  server.requestTimeout = 10_000;
  server.maxConnections = 100;
  await start(server, what, wanted);
  // The run keeps the process alive, and nobody who only looks.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    address: { ...wanted, port },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function start(server: Server, what: string, wanted: Address): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(notListening(what, wanted, cause)));
    server.listen(wanted.port, wanted.host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function notListening(what: string, wanted: Address, cause: NodeJS.ErrnoException): MortiseError {
  const words: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there',
    EADDRNOTAVAIL: 'this machine has no such address',
    EACCES: 'the system forbids it',
    ENOTFOUND: 'no such host is known',
  };
  const found = words[cause.code ?? ''] ?? cause.message;
  return new MortiseError(
    {
      code: 'MORTISE_ERR_LISTEN',
      message: `${what} can't listen on ${inUrl(wanted)}: ${found}`,
      where: inUrl(wanted),
      expected: 'an address of this machine, and a port that is free',
      found,
      remedy: 'Name another address, or end what listens there.',
    },
    { cause },
  );
}
