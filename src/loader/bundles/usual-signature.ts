/**
 * The usual signature of a clear-signed text, checked by Node's OpenSSL on its own threads with a key that is imported
 * once: openpgp imports it for each signature, which for 200 bundles takes longer than all the rest.
 *
 * It only says what is good beyond doubt: version 4, of a text, with SHA-2, not expired, without demands of its own.
 * Of all else openpgp says whether it is good, and why not.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { CleartextMessage, Key, Signature, SignaturePacket, Subkey } from 'openpgp';

type KeyPacket = Key['keyPacket'] | Subkey['keyPacket'];
/** The numbers that are signatures, as far as there are any: openpgp doesn't declare them. */
type Numbers = Partial<Record<'r' | 's' | 'RS' | 'Q' | 'A' | 'n' | 'e', unknown>>;
/** OpenSSL's form of a key, and what turns a packet's numbers into the form that OpenSSL takes. */
interface Imported {
  key: KeyObject;
  signatureOf: (numbers: Numbers) => Buffer | undefined;
  /** OpenPGP signs a digest, which for Ed25519 is the message itself. */
  signsDigest: boolean;
}

const hashes = new Map([
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
]);
const textSignature = 1;
const [rsa, ecdsa, eddsaLegacy, ed25519] = [1, 19, 22, 27];
/** By the length of a point: what OpenPGP calls nistP256, nistP384 and nistP521. */
const curves = new Map([
  [65, { crv: 'P-256', oid: '2a8648ce3d030107' }],
  [97, { crv: 'P-384', oid: '2b81040022' }],
  [133, { crv: 'P-521', oid: '2b81040023' }],
]);

const isCritical = ({ critical }: { critical: boolean }) => critical;
const verifyOnThread = promisify(verify);
const imported = new WeakMap<KeyPacket, Imported | undefined>();

/** @returns its key's id; undefined for what is not good, and for what only openpgp can judge */
export async function surelySignedBy(
  message: CleartextMessage,
  keys: readonly Key[],
): Promise<string | undefined> {
  // Not declared by openpgp either.
  const { signature } = message as unknown as { signature?: Signature };
  const [packet, ...others] = signature?.packets ?? [];
  if (!packet || others.length > 0 || !isUsual(packet)) return undefined;
  const key = keys.find((one) => one.getKeys(packet.issuerKeyID).length > 0);
  const { keyPacket } = key?.getKeys(packet.issuerKeyID)[0] ?? {};
  if (!key || keyPacket?.algorithm !== packet.publicKeyAlgorithm) return undefined;
  // An id of zeros would stand for every key.
  if (!keyPacket.getKeyID().equals(packet.issuerKeyID)) return undefined;
  const { created } = packet;
  if (!created || keyPacket.created > created) return undefined;
  try {
    // Throws for a key that was revoked, expired, weak or not for signing when this was signed.
    await key.getSigningKey(packet.issuerKeyID, created);
    const isGood = await isSignedWith(keyPacket, packet, message.getText());
    return isGood ? packet.issuerKeyID.toHex() : undefined;
  } catch {
    return undefined;
  }
}

function isUsual(packet: SignaturePacket): boolean {
  return (
    packet.version === 4 &&
    packet.signatureType === textSignature &&
    !packet.isExpired() &&
    packet.revocationKeyClass === null &&
    !packet.unknownSubpackets.some(isCritical) &&
    !packet.rawNotations.some(isCritical)
  );
}

async function isSignedWith(keyPacket: KeyPacket, packet: SignaturePacket, text: string): Promise<boolean> {
  if (!imported.has(keyPacket)) imported.set(keyPacket, importKey(keyPacket));
  const known = imported.get(keyPacket);
  const hash = hashes.get(packet.hashAlgorithm ?? 0);
  const { params } = packet as unknown as { params?: Numbers };
  const signature = known?.signatureOf(params ?? {});
  if (!known || !hash || !signature || !packet.signatureData || !packet.signedHashValue) return false;
  const signed = signedBytes(text, packet.signatureData);
  const digest = createHash(hash).update(signed).digest();
  if (!digest.subarray(0, 2).equals(packet.signedHashValue)) return false;
  const { key, signsDigest } = known;
  const options = { key, dsaEncoding: 'ieee-p1363' } as const;
  return signsDigest
    ? await verifyOnThread(null, digest, options, signature)
    : await verifyOnThread(hash, signed, options, signature);
}

/** RFC 9580, 5.2.4: the text with its line ends as CR LF, what was said with the signature, and how long that is. */
function signedBytes(text: string, said: Uint8Array): Buffer {
  const trailer = Buffer.from([4, 0xff, 0, 0, 0, 0]);
  trailer.writeUInt32BE(said.length, 2);
  return Buffer.concat([Buffer.from(text.replaceAll('\n', '\r\n')), said, trailer]);
}

function importKey({ algorithm, publicParams }: KeyPacket): Imported | undefined {
  const numbers = publicParams as Numbers & { oid?: { toHex?: () => string } };
  const oid = numbers.oid?.toHex?.();
  const point = bytesOf(numbers.Q);
  switch (Number(algorithm)) {
    case rsa: {
      const [n, e] = [bytesOf(numbers.n), bytesOf(numbers.e)];
      if (!n || !e) return undefined;
      const key = fromJwk({ kty: 'RSA', n: base64(n), e: base64(e) });
      return { key, signsDigest: false, signatureOf: ({ s }) => padded(s, n.length) };
    }
    case ecdsa: {
      const curve = point && curves.get(point.length);
      if (!curve || curve.oid !== oid || point[0] !== 4) return undefined;
      const size = (point.length - 1) / 2;
      const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
      const key = fromJwk({ kty: 'EC', crv: curve.crv, x: base64(x), y: base64(y) });
      return { key, signsDigest: false, signatureOf: ({ r, s }) => joined(padded(r, size), padded(s, size)) };
    }
    case eddsaLegacy: {
      if (oid !== '2b06010401da470f01' || point?.length !== 33 || point[0] !== 0x40) return undefined;
      const key = fromJwk({ kty: 'OKP', crv: 'Ed25519', x: base64(point.subarray(1)) });
      return { key, signsDigest: true, signatureOf: ({ r, s }) => joined(padded(r, 32), padded(s, 32)) };
    }
    case ed25519: {
      const own = bytesOf(numbers.A);
      if (own?.length !== 32) return undefined;
      const key = fromJwk({ kty: 'OKP', crv: 'Ed25519', x: base64(own) });
      return { key, signsDigest: true, signatureOf: ({ RS }) => padded(RS, 64) };
    }
    default:
      return undefined;
  }
}

const fromJwk = (key: Record<string, string>) => createPublicKey({ key, format: 'jwk' });
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const bytesOf = (value: unknown) => (value instanceof Uint8Array ? value : undefined);

/** OpenPGP leaves out the zeros that a number begins with. */
function padded(value: unknown, size: number): Buffer | undefined {
  const bytes = bytesOf(value);
  if (!bytes || bytes.length > size) return undefined;
  return Buffer.concat([Buffer.alloc(size - bytes.length), bytes]);
}

function joined(one: Buffer | undefined, other: Buffer | undefined): Buffer | undefined {
  return one && other && Buffer.concat([one, other]);
}
