/** What Node's OpenSSL calls good, openpgp calls good too; of the rest it says nothing. */
import {
  type CleartextMessage,
  createCleartextMessage,
  enums,
  generateKey,
  type PrivateKey,
  readCleartextMessage,
  readSignature,
  reformatKey,
  revokeKey,
  sign,
  verify,
} from 'openpgp';
import { describe, expect, it } from 'vitest';
import { surelySignedBy } from '../../../src/loader/bundles/usual-signature.js';

type KeyOptions = Omit<Parameters<typeof generateKey>[0], 'userIDs' | 'format'>;

const text = `{ "a": "ä", \t\n"trailing": 1   \n- dash\n\r\n}`;

async function keyOf(options: KeyOptions = {}): Promise<PrivateKey> {
  const { privateKey } = await generateKey({
    userIDs: [{ name: 'Test', email: 'test@example.com' }],
    ...options,
    format: 'object',
  });
  return privateKey;
}

async function signedBy(key: PrivateKey, options: object = {}): Promise<string> {
  return sign({ message: await createCleartextMessage({ text }), signingKeys: key, ...options });
}

const read = (cleartextMessage: string): Promise<CleartextMessage> =>
  readCleartextMessage({ cleartextMessage });

/** What each of the two says. */
async function judge(armored: string, key: PrivateKey) {
  const keys = [key.toPublic()];
  const surely = await surelySignedBy(await read(armored), keys);
  const { signatures } = await verify({ message: await read(armored), verificationKeys: keys });
  const isGood = await Promise.all(signatures.map(({ verified }) => verified)).then(
    () => signatures.length > 0,
    () => false,
  );
  return { surely, isGood };
}

const kinds: [string, KeyOptions][] = [
  ['Ed25519, as it was', { type: 'ecc', curve: 'ed25519Legacy' }],
  ['Ed25519', { type: 'curve25519' }],
  ['P-256', { type: 'ecc', curve: 'nistP256' }],
  ['P-384', { type: 'ecc', curve: 'nistP384' }],
  ['P-521', { type: 'ecc', curve: 'nistP521' }],
  ['RSA', { type: 'rsa', rsaBits: 2048 }],
];

describe.each(kinds)('with a key on %s', (_, options) => {
  it('is good, until a byte of the text or of the signature is another', async () => {
    const key = await keyOf(options);
    // Numbers that begin with zeros are shorter: one of 128 signatures has one.
    for (let time = 0; time < 3; time++) {
      const armored = await signedBy(key);
      expect(await judge(armored, key)).toEqual({ surely: key.getKeyID().toHex(), isGood: true });
      expect(await judge(armored.replaceAll(/\r?\n/g, '\r\n'), key)).toMatchObject({ isGood: true });
      expect((await judge(armored.replace('ä', 'a'), key)).surely).toBeUndefined();
    }
    const armored = await signedBy(key);
    const { signature } = (await read(armored)) as unknown as { signature: { write(): Uint8Array } };
    const bytes = signature.write();
    for (let at = 3; at < bytes.length; at += 2) {
      const message = await read(armored);
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      const other = await readSignature({ binarySignature: changed }).catch(() => undefined);
      if (!other) continue;
      Object.assign(message, { signature: other });
      const surely = await surelySignedBy(message, [key.toPublic()]);
      const { signatures } = await verify({ message, verificationKeys: [key.toPublic()] });
      const isGood = await Promise.all(signatures.map((one) => one.verified)).then(
        () => true,
        () => false,
      );
      if (!isGood) expect(surely, `byte ${at}`).toBeUndefined();
    }
  });
});

describe('is left to openpgp', () => {
  const neither = { surely: undefined, isGood: false };

  it('when the key was revoked, or is another', async () => {
    const good = await keyOf();
    const { privateKey } = await revokeKey({ key: good, format: 'object' });
    expect(await judge(await signedBy(good), privateKey)).toEqual(neither);
    expect(await judge(await signedBy(good), await keyOf())).toEqual(neither);
  });

  it('when the key had expired', async () => {
    const made = new Date(Date.now() - 86_400_000);
    const key = await keyOf({ date: made });
    // It signs as if it never expired, and its owner says that it did.
    const { privateKey } = await reformatKey({
      privateKey: key,
      userIDs: [{ name: 'Test', email: 'test@example.com' }],
      keyExpirationTime: 3600,
      date: made,
      format: 'object',
    });
    expect(await judge(await signedBy(key), privateKey)).toEqual(neither);
  });

  it('when it lies in the future', async () => {
    const key = await keyOf({ date: new Date(Date.now() - 1000) });
    const armored = await signedBy(key, { date: new Date(Date.now() + 3_600_000) });
    expect(await judge(armored, key)).toEqual(neither);
  });

  it('when it says what must be understood', async () => {
    const key = await keyOf();
    const notation = { name: 'a@example.com', value: new Uint8Array([1]), humanReadable: false };
    const armored = await signedBy(key, { signatureNotations: [{ ...notation, critical: true }] });
    expect(await judge(armored, key)).toEqual(neither);
  });

  it('when the hash is another, or two have signed', async () => {
    const key = await keyOf();
    const sha3 = await signedBy(key, {
      config: { preferredHashAlgorithm: enums.hash.sha3_256 },
    });
    const two = await sign({
      message: await createCleartextMessage({ text }),
      signingKeys: [key, await keyOf()],
    });
    expect((await judge(two, key)).surely).toBeUndefined();
    expect((await judge(sha3, key)).isGood).toBe(true);
  });
});
