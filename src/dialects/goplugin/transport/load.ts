/** The transport, loaded when it is first used: its packages are optional peers. */
import { missingPackage } from '../../../messages/missing-package.js';
import type { Transport } from './transport.js';

const peers = ['@grpc/grpc-js', '@bufbuild/protobuf'];
/** As npm takes them. */
const packages = ['@grpc/grpc-js@1', '@bufbuild/protobuf@2'];

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
      throw missingPackage(name, 'calling programs', packages, cause);
    }
  }
  const { grpc } = await import('./grpc.js');
  return grpc;
}
