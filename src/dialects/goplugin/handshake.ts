/** The line in which a go-plugin program says where it listens: `1|VERSION|unix|PATH|grpc|CERTIFICATE|MULTIPLEXED`. */
import { type ErrorCode, MortiseError, type Problem } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { type Address, parseAddress } from './address.js';

export interface Handshake {
  /** The program's own protocol, one of those that were offered. */
  version: number;
  address: Address;
  /** The program's certificate, DER. Undefined when it doesn't use TLS. */
  certificate?: Buffer;
}

/** Of the handshake itself. */
const coreVersion = 1;
/** The largest one seen, with a certificate on P-521, has 900. */
export const maxHandshakeBytes = 16 * 1024;
/** Shorter ones were written by programs that knew no certificates. */
const minCertificateCharacters = 50;

/** What doesn't look so was printed by something else, before the handshake. */
export function looksLikeHandshake(line: string): boolean {
  return /^\d{1,10}\|/.test(line.trim());
}

/**
 * @param offered the versions that the program was told
 * @param subject the program, for messages
 * @throws MortiseError MORTISE_ERR_HANDSHAKE, _PROTOCOL or _PROTOCOL_VERSION
 */
export function parseHandshake(line: string, offered: readonly number[], subject: string): Handshake {
  const refuse = (code: ErrorCode, problem: Omit<Problem, 'code' | 'subject'>) =>
    new MortiseError({ code, subject, where: `its first line: ${shown(line)}`, ...problem });
  const fields = line.trim().split('|');
  if (fields.length < 4 || fields.length > 7 || !looksLikeHandshake(line)) {
    throw refuse('MORTISE_ERR_HANDSHAKE', {
      message: 'what it printed first is not a handshake',
      expected: '1|VERSION|unix or tcp|ADDRESS|grpc',
      found: shown(line),
      remedy:
        'Check that it is a go-plugin program, and that it prints nothing before the handshake; the option `noiseLines` skips such lines.',
    });
  }
  const [core, version, network, address, protocol = '', certificate = '', multiplexed = ''] = fields as [
    string,
    string,
    string,
    string,
    ...string[],
  ];
  if (Number(core) !== coreVersion) {
    throw refuse('MORTISE_ERR_PROTOCOL', {
      message: `its handshake is of version ${core}, and this host knows ${coreVersion}`,
      expected: String(coreVersion),
      found: core,
      remedy: 'Take a release of the program built with go-plugin 1.x, or a later mortise.',
    });
  }
  if (!/^\d{1,9}$/.test(version) || !offered.includes(Number(version))) {
    throw refuse('MORTISE_ERR_PROTOCOL_VERSION', {
      message: `it answered with version ${shown(version)} of its protocol, and ${offered.join(', ')} was offered`,
      expected: offered.join(', '),
      found: version,
      remedy: 'Take a release of the program for one of the versions that were offered, or offer its own.',
    });
  }
  if (protocol !== 'grpc') {
    const isRpc = protocol === '' || protocol === 'netrpc';
    throw refuse('MORTISE_ERR_PROTOCOL', {
      message: isRpc ? 'it speaks net/rpc, which only Go speaks' : `it speaks ${shown(protocol)}`,
      expected: 'grpc',
      found: isRpc ? 'netrpc' : protocol,
      remedy: 'Take a release of the program that serves gRPC: most have since 2018.',
    });
  }
  if (multiplexed === 'true') {
    throw refuse('MORTISE_ERR_PROTOCOL', {
      message: 'it demands one connection for all of the broker’s services',
      expected: 'a connection for each',
      found: 'a multiplexed broker',
      remedy: 'Leave PLUGIN_MULTIPLEX_GRPC out of its environment.',
    });
  }
  const place = parseAddress(network, address);
  if (!place) {
    throw refuse('MORTISE_ERR_HANDSHAKE', {
      message: 'its handshake names no address that this host would connect to',
      expected: 'unix and an absolute path, or tcp and a port of this machine',
      found: `${shown(network)} ${shown(address)}`,
      remedy: 'A program that runs elsewhere is attached to by its address, not started.',
    });
  }
  if (certificate.length <= minCertificateCharacters) return { version: Number(version), address: place };
  return { version: Number(version), address: place, certificate: Buffer.from(certificate, 'base64') };
}
