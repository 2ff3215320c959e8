/** Bundles and signatures that a test makes itself. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createCleartextMessage, generateKey, type PrivateKey, sign } from 'openpgp';
import { afterAll } from 'vitest';

/** A directory until the file's tests have run. Real. */
export function workDirectory(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'mortise-bundles-')));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface TestKey {
  privateKey: PrivateKey;
  /** Armored. */
  publicKey: string;
  /** 16 lower-case hexadecimal digits. */
  id: string;
}

export async function makeKey(name = 'Test'): Promise<TestKey> {
  const userIDs = [{ name, email: 'test@example.com' }];
  const { privateKey, publicKey } = await generateKey({ userIDs, format: 'object' });
  return { privateKey, publicKey: publicKey.armor(), id: privateKey.getKeyID().toHex() };
}

type Files = Record<string, string | Buffer>;

/** @returns its directory */
export function writeBundle(directory: string, json: unknown, files: Files = {}): string {
  const text = typeof json === 'string' ? json : JSON.stringify(json, null, 2);
  for (const [name, content] of Object.entries({ ...files, 'plugin.json': text })) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    if (/_(amd64|arm64)(\.exe)?$/.test(name)) chmodSync(path, 0o755);
  }
  return directory;
}

/** What a data source's plugin.json says at least. */
export const dataSource = (id: string, more: object = {}) => ({
  ...{ id, type: 'datasource', name: id, info: { version: '1.2.0' } },
  ...more,
});

/** What a manifest says of the files that are there now. */
export function manifestOf(directory: string, more: object = {}): Record<string, unknown> {
  const { id, info } = JSON.parse(readFileSync(join(directory, 'plugin.json'), 'utf8'));
  const files: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || entry.name === 'MANIFEST.txt') continue;
    const name = relative(directory, path).replaceAll('\\', '/');
    files[name] = createHash('sha256').update(readFileSync(path)).digest('hex');
  }
  return {
    ...{ manifestVersion: '2.0.0', signatureType: 'community', signedByOrg: 'test', signedByOrgName: 'Test' },
    ...{ plugin: id, version: info?.version ?? '', time: Date.now(), keyId: '', files },
    ...more,
  };
}

/** The text of a MANIFEST.txt. */
export async function signed(content: unknown, { privateKey }: TestKey): Promise<string> {
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
  return sign({ message: await createCleartextMessage({ text }), signingKeys: privateKey });
}

/** Signs a bundle as it is now. */
export async function signBundle(directory: string, key: TestKey, more: object = {}): Promise<string> {
  writeFileSync(join(directory, 'MANIFEST.txt'), await signed(manifestOf(directory, more), key));
  return directory;
}
