/** MANIFEST.txt: what a clear-signed text says, and only once its signature was found good. */
import type { CleartextMessage } from 'openpgp';
import { MortiseError, type Problem } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import type { Opened, TrustStore } from './trust.js';
import { surelySignedBy } from './usual-signature.js';

export const manifestFile = 'MANIFEST.txt';

export interface Manifest {
  plugin: string;
  version: string;
  signatureType: string;
  signedByOrg?: string;
  signedByOrgName?: string;
  rootUrls: string[];
  files: Record<string, string>;
  /** The key that signed it, 16 lower-case hexadecimal digits. */
  key: string;
}

const begin = '-----BEGIN PGP SIGNED MESSAGE-----';
const signature = '-----BEGIN PGP SIGNATURE-----';
const end = '-----END PGP SIGNATURE-----';

/**
 * @param path for messages
 * @throws MortiseError MORTISE_ERR_SIGNATURE_INVALID, and what `trust.open` throws
 */
export async function readManifest(path: string, text: string, trust: TrustStore): Promise<Manifest> {
  assertOneBlock(path, text);
  const { openpgp, keys } = await trust.open();
  let signed: CleartextMessage;
  try {
    signed = await openpgp.readCleartextMessage({ cleartextMessage: text.trim() });
  } catch (cause) {
    throw invalid(path, 'it is damaged', { found: (cause as Error).message }, cause);
  }
  const key = (await surelySignedBy(signed, keys)) ?? (await signedBy(path, signed, { openpgp, keys }));
  return { ...(await manifestIn(path, signed.getText())), key };
}

/** @throws MortiseError MORTISE_ERR_SIGNATURE_INVALID */
async function signedBy(path: string, message: CleartextMessage, { openpgp, keys }: Opened): Promise<string> {
  const { signatures } = await openpgp.verify({ message, verificationKeys: keys });
  const [first] = signatures;
  if (!first) throw invalid(path, 'it holds no signature', {});
  for (const { verified, keyID } of signatures) {
    try {
      await verified;
    } catch (cause) {
      const id = keyID.toHex();
      const isKnown = keys.some((one) => one.getKeys(keyID).length > 0);
      throw isKnown
        ? invalid(path, `the signature by ${id} is bad`, { found: (cause as Error).message }, cause)
        : invalid(path, `it is signed by ${id}, a key that is not in the trust store`, unknownKey(id), cause);
    }
  }
  return first.keyID.toHex();
}

/** Only what was verified counts: with a second block, or text around the first, readers could see different things. */
function assertOneBlock(path: string, text: string): void {
  const blocks = text.split(begin).length - 1;
  const isAlone = /^\s*-----BEGIN PGP SIGNED MESSAGE-----/.test(text) && new RegExp(`${end}\\s*$`).test(text);
  if (blocks === 1 && isAlone && text.split(signature).length === 2 && text.split(end).length === 2) return;
  throw invalid(path, blocks > 1 ? `it holds ${blocks} signed blocks` : 'it is not one signed block', {
    expected: 'one clear-signed OpenPGP message, and nothing before or after it',
    found: blocks > 1 ? `${blocks} blocks` : blocks === 0 ? 'none' : 'text around it, or several signatures',
  });
}

async function manifestIn(path: string, text: string): Promise<Omit<Manifest, 'key'>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, 'what it signs is not JSON', { found: (cause as Error).message }, cause);
  }
  const { manifestVersion } = (value ?? {}) as { manifestVersion?: unknown };
  // First: of another version nothing else can be judged.
  if (typeof manifestVersion !== 'string' || !/^2(\.|$)/.test(manifestVersion)) {
    throw invalid(path, `its manifestVersion is ${shown(manifestVersion)}`, {
      expected: 'manifestVersion 2',
      found: shown(manifestVersion),
    });
  }
  schema ??= makeSchema();
  const result = (await schema).safeParse(value);
  if (result.success) return { ...result.data, rootUrls: result.data.rootUrls ?? [] };
  const [issue] = result.error.issues;
  const where = issue?.path.map(String).join('.');
  throw invalid(path, `${where || 'what it signs'} is not valid: ${issue?.message}`, {
    found: issue?.message,
  });
}

/** Made once: zod compiles each that is made. */
let schema: ReturnType<typeof makeSchema> | undefined;

async function makeSchema() {
  const { z } = await import('zod');
  const text = z.string().min(1).max(4096);
  return z.object({
    plugin: text,
    version: z.string().max(4096),
    signatureType: z.enum(['grafana', 'commercial', 'community', 'private', 'private-glob']),
    signedByOrg: z.string().optional(),
    signedByOrgName: z.string().optional(),
    rootUrls: z.array(text).nullish(),
    files: z.record(text, z.string().regex(/^[0-9a-f]{64}$/i)),
  });
}

const unknownKey = (id: string) => ({
  expected: 'a key of sources.trust',
  found: id,
  remedy: 'If you trust its owner, get the public key from them and name its file in sources.trust.',
});

function invalid(
  subject: string,
  what: string,
  rest: Pick<Problem, 'expected' | 'found' | 'remedy'>,
  cause?: unknown,
): MortiseError {
  return new MortiseError(
    {
      code: 'MORTISE_ERR_SIGNATURE_INVALID',
      message: what,
      subject,
      expected: 'a signature that proves who made the bundle',
      found: what,
      remedy: 'Get the bundle again from who makes it.',
      ...rest,
    },
    { cause },
  );
}
