/** file_key_management encrypts with its keys, as OpenSSL does. */
import { createCipheriv, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Encryption, type EncryptionKey } from '../../../src/index.js';
import { directory, expectComplete, open, thrown } from '../../host/open.js';
import { mariadbPlugins } from './parts.js';

const plugins = mariadbPlugins();
const secret = randomBytes(16);

async function encryption(algorithm: 'aes_cbc' | 'aes_ctr') {
  const filename = join(directory(), 'keys');
  writeFileSync(filename, `1;${secret.toString('hex')}\n`, { mode: 0o600 });
  const name = plugins?.get('file_key_management') ?? '';
  const config = { filename, encryption_algorithm: algorithm };
  const host = await open({ plugins: [{ name, config }], log: () => {} });
  return host.capability(Encryption);
}

describe.skipIf(!plugins)("encryption (needs Debian's packages of MariaDB)", () => {
  it.each([0, 1, 15, 16, 17, 1000, 100_000])('%i bytes, in CBC', async (size) => {
    const encrypter = await encryption('aes_cbc');
    const [bytes, iv] = [randomBytes(size), randomBytes(16)];
    const key = { id: 1, version: 1, iv };
    const encrypted = encrypter.encrypt(bytes, key);
    const cipher = createCipheriv('aes-128-cbc', secret, iv);
    expect(encrypted).toEqual(Buffer.concat([cipher.update(bytes), cipher.final()]));
    expect(encrypter.decrypt(encrypted, key)).toEqual(bytes);
  });

  it('refuses keys and bytes that can’t be', async () => {
    const encrypter = await encryption('aes_cbc');
    const iv = randomBytes(16);
    const codes = (bytes: unknown, key: unknown) => {
      const { problems } = thrown(() => encrypter.decrypt(bytes as Uint8Array, key as EncryptionKey)) as {
        problems: Parameters<typeof expectComplete>[0][];
      };
      for (const problem of problems) expectComplete(problem);
      return problems.map(({ code, where }) => `${code} ${where}`).join();
    };
    const key = { id: 1, version: 1, iv };
    expect(codes('text', key)).toBe('MORTISE_ERR_PLUGIN_ARGUMENT bytes');
    expect(codes(iv, null)).toBe('MORTISE_ERR_PLUGIN_ARGUMENT key');
    expect(codes(iv, { ...key, id: -1 })).toBe('MORTISE_ERR_PLUGIN_ARGUMENT key.id');
    expect(codes(iv, { ...key, iv: iv.subarray(1) })).toBe('MORTISE_ERR_PLUGIN_ARGUMENT key.iv');
    expect(codes(iv, { ...key, id: 9 })).toBe('MORTISE_ERR_PLUGIN_FAILED decrypt');
    // Read once, and before the memory is looked at.
    const mine = new Uint8Array(16);
    const taking = {
      ...key,
      get id() {
        structuredClone(mine.buffer, { transfer: [mine.buffer] });
        return 1;
      },
    };
    expect(codes(mine, taking)).toBe('MORTISE_ERR_PLUGIN_ARGUMENT bytes');
    // Half a block.
    expect(codes(iv.subarray(8), key)).toBe('MORTISE_ERR_PLUGIN_FAILED decrypt');
  });
});
