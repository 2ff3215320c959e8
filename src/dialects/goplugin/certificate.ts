/** A certificate of the host's own for one program, signed by itself: what both sides trust in mutual TLS. */
import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { MortiseError } from '../../errors.js';

export interface Certificate {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
}

/** Of DER, the few forms that a certificate has. */
const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const bytes = [];
  for (let rest = body.length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  const size = body.length < 0x80 ? [body.length] : [0x80 | bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const time = (date: Date) => der(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, '')));
const extension = (id: string, critical: boolean, value: Buffer) =>
  sequence(oid(id), ...(critical ? [Buffer.from([0x01, 0x01, 0xff])] : []), der(0x04, value));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('localhost')))));
const extensions = der(
  0xa3,
  sequence(
    extension('551d13', true, sequence(Buffer.from([0x01, 0x01, 0xff]))), // basicConstraints: an authority, of itself
    extension('551d0f', true, Buffer.from([0x03, 0x02, 0x02, 0xac])), // keyUsage: signature, encipherment, agreement, certSign
    extension('551d25', false, sequence(oid('2b06010505070302'), oid('2b06010505070301'))), // client and server
    extension('551d11', false, sequence(der(0x82, Buffer.from('localhost')))), // subjectAltName
  ),
);

/** On P-256: every program takes it, and it is made in a quarter of a millisecond. */
export function makeCertificate(now: Date = new Date()): Certificate {
  // Key objects: one that was exported and is read again is checked anew, which costs more than all the rest.
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = randomBytes(16);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40; // positive, and of full length
  const hour = 3_600_000;
  const content = sequence(
    der(0xa0, Buffer.from([0x02, 0x01, 0x02])), // version 3
    der(0x02, serial),
    ecdsaWithSha256,
    commonName,
    sequence(time(new Date(now.getTime() - hour)), time(new Date(now.getTime() + 30 * 365 * 24 * hour))),
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  );
  const signature = sign('sha256', content, privateKey);
  const whole = sequence(content, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  return { certificate: toPem(whole), key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

/**
 * The certificate that a program sent in its handshake.
 * @throws MortiseError MORTISE_ERR_HANDSHAKE
 */
export function readCertificate(bytes: Buffer, subject: string): string {
  try {
    void new X509Certificate(bytes).publicKey; // throws when there is none that can be used
    return toPem(bytes);
  } catch (cause) {
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_HANDSHAKE',
        message: 'the certificate in its handshake cannot be read',
        subject,
        where: 'the sixth field of the handshake',
        expected: 'a certificate, DER in base64',
        found: `${bytes.length} bytes: ${(cause as Error).message}`,
        remedy: 'Report it to those who make the program.',
      },
      { cause },
    );
  }
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
