/** The transport, loaded when it is first used: its packages are optional peers. */
import { MortiseError } from '../../../errors.js';
import type { Transport } from './transport.js';

const peers = ['@grpc/grpc-js', '@bufbuild/protobuf'];

let loaded: Promise<Transport> | undefined;

/** @throws MortiseError MORTISE_ERR_PEER_MISSING */
export function loadTransport(): Promise<Transport> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Transport> {
  for (const name of peers) {
    try {
      await import(name);
    } catch (cause) {
      loaded = undefined; // it may be installed meanwhile
      throw missing(name, cause);
    }
  }
  const { grpc } = await import('./grpc.js');
  return grpc;
}

/** @param cause why it can't be imported: it isn't there, or it is broken */
export function missing(name: string, cause: unknown): MortiseError {
  return new MortiseError(
    {
      code: 'MORTISE_ERR_PEER_MISSING',
      message: `programs are called through ${name}, which cannot be imported`,
      subject: name,
      expected: `the packages ${peers.join(' and ')}`,
      found: cause instanceof Error ? (cause.message.split('\n')[0] as string) : String(cause),
      remedy: `Run npm install ${peers.join(' ')}.`,
    },
    { cause },
  );
}
