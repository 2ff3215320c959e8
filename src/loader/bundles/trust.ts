/** The keys whose signatures count: the embedder's, and nobody else's. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Key } from 'openpgp';
import { MortiseError, type Problem } from '../../errors.js';
import { missingPackage } from '../../messages/missing-package.js';
import { look } from '../directories.js';

/** A file of keys: real ones have some kB. */
const maxKeyBytes = 1024 * 1024;
const armor = '-----BEGIN PGP ';

export type OpenPgp = typeof import('openpgp');

/** The package, and the keys that it read. */
export interface Opened {
  openpgp: OpenPgp;
  keys: Key[];
}

export class TrustStore {
  readonly #given: readonly string[];
  readonly #cwd: string;
  #opened: Promise<Opened> | undefined;

  /**
   * Reads nothing yet: the package openpgp, which takes long to load, is asked for with the first signature.
   * @param given paths, and armored texts
   */
  constructor(given: readonly string[], cwd: string) {
    this.#given = given;
    this.#cwd = cwd;
  }

  /** @throws MortiseError MORTISE_ERR_PEER_MISSING, MORTISE_ERR_TRUST_KEY */
  open(): Promise<Opened> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async #open(): Promise<Opened> {
    const openpgp = await loadOpenPgp();
    const keys: Key[] = [];
    for (const given of this.#given) keys.push(...(await this.#read(openpgp, given)));
    return { openpgp, keys };
  }

  async #read(openpgp: OpenPgp, given: string): Promise<Key[]> {
    const isText = given.trimStart().startsWith(armor);
    const subject = isText ? 'sources.trust' : resolve(this.#cwd, given);
    try {
      const bytes = isText ? Buffer.from(given.trim()) : bytesOf(subject);
      const isArmored = bytes.includes(armor);
      const keys = await (isArmored
        ? openpgp.readKeys({ armoredKeys: bytes.toString('latin1').trim() })
        : openpgp.readKeys({ binaryKeys: bytes }));
      if (keys.length === 0) throw new Error('it holds no key');
      if (keys.some((key) => key.isPrivate())) {
        throw new Error('it is a private key, which only its owner should have');
      }
      return keys;
    } catch (cause) {
      throw new MortiseError(unreadable(subject, (cause as Error).message), { cause });
    }
  }
}

/** @throws MortiseError MORTISE_ERR_PEER_MISSING */
export async function loadOpenPgp(): Promise<OpenPgp> {
  try {
    return await import('openpgp');
  } catch (cause) {
    throw missingPackage('openpgp', 'The signature of a bundle', ['openpgp@6'], cause);
  }
}

function bytesOf(path: string): Buffer {
  const stats = look(path);
  if (!stats?.isFile()) throw new Error(stats ? 'it is not a file' : 'there is no such file');
  if (stats.size > maxKeyBytes) throw new Error(`it has ${stats.size} bytes, more than ${maxKeyBytes}`);
  return readFileSync(path);
}

function unreadable(subject: string, found: string): Problem {
  return {
    code: 'MORTISE_ERR_TRUST_KEY',
    message: `it is not a key that signatures can be checked with: ${found}`,
    subject,
    where: 'sources.trust',
    expected: 'an OpenPGP public key, armored or binary, as `gpg --export` writes it',
    found,
    remedy: 'Export the public key of who signs the bundles, and name its file.',
  };
}
