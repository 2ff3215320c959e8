/** Debian's encryption key plugins: keys come out as they stand in the file or in the vault. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MortiseError } from '../../../src/index.js';
import { directory, open, thrown } from '../../host/open.js';
import { mariadbPlugins } from './parts.js';

const plugins = mariadbPlugins();
const path = plugins?.get('file_key_management') as string;

const keys = new Map([
  [1, randomBytes(16)],
  [2, randomBytes(32)],
  [77, randomBytes(24)],
]);
const text = `# keys of a test\n${[...keys].map(([id, key]) => `${id};${key.toString('hex')}`).join('\n')}\n`;

function file(content: string | Buffer): string {
  const place = join(directory(), 'keys');
  writeFileSync(place, content, { mode: 0o600 });
  return place;
}

/** As `openssl enc -aes-256-cbc -md sha1` writes it. */
function encrypted(secret: string): Buffer {
  const salt = randomBytes(8);
  let derived = Buffer.alloc(0);
  for (let last = Buffer.alloc(0); derived.length < 48; derived = Buffer.concat([derived, last])) {
    last = createHash('sha1')
      .update(Buffer.concat([last, Buffer.from(secret), salt]))
      .digest();
  }
  const cipher = createCipheriv('aes-256-cbc', derived.subarray(0, 32), derived.subarray(32, 48));
  return Buffer.concat([Buffer.from('Salted__'), salt, cipher.update(text), cipher.final()]);
}

describe.skipIf(!plugins)("file_key_management (needs Debian's packages of MariaDB)", () => {
  it('returns the keys of the file', async () => {
    const host = await open({ plugins: [{ name: path, config: { filename: file(text) } }] });
    const plugin = host.plugins.get('file_key_management');
    for (const [id, key] of keys) {
      expect(plugin.offers.keys?.get(id)).toEqual(key);
      expect(plugin.offers.keys?.get(id, 1)).toEqual(key);
    }
    expect(plugin.offers.keys?.get(3)).toBeUndefined();
    expect(plugin.offers.keys?.get(1, 2)).toBeUndefined();
    for (const id of [-1, 1.5, 2 ** 32, '1' as never]) {
      expect((thrown(() => plugin.offers.keys?.get(id)) as MortiseError).code).toBe(
        'MORTISE_ERR_PLUGIN_ARGUMENT',
      );
    }
  });

  it('decrypts an encrypted file with MariaDB’s ciphers and hashes', async () => {
    const config = {
      filename: file(encrypted('a secret')),
      filekey: 'a secret',
      encryption_algorithm: 'AES_CBC',
    };
    const host = await open({ plugins: [{ name: path, config }] });
    const plugin = host.plugins.get('file_key_management');
    expect(plugin.error?.message).toBeUndefined();
    for (const [id, key] of keys) expect(plugin.offers.keys?.get(id)).toEqual(key);
  });

  it.each<[string, () => Record<string, string>, string]>([
    ['without a file name', () => ({}), 'file-key-management-filename is not set'],
    [
      'without its file',
      () => ({ filename: '/nowhere/keys' }),
      '/nowhere/keys could not be opened: 2 "No such file',
    ],
    ['with a key that is none', () => ({ filename: file('1;00112233\n') }), 'Invalid key at'],
    [
      'with an identifier that is none',
      () => ({ filename: file('x;00112233445566778899aabbccddeeff\n') }),
      'Syntax error at',
    ],
    [
      'without the system’s key',
      () => ({ filename: file('2;00112233445566778899aabbccddeeff\n') }),
      'System key id 1 is missing',
    ],
    ['with the wrong secret', () => ({ filename: file(encrypted('a secret')), filekey: 'b' }), 'Wrong key?'],
    ['with a secret for a plain file', () => ({ filename: file(text), filekey: 'b' }), 'Not encrypted'],
  ])('refuses to start %s', async (_, config, message) => {
    const host = await open({ plugins: [{ name: path, config: config() }] });
    const [plugin] = host.plugins;
    expect(plugin?.state).toBe('failed');
    expect(plugin?.error?.code).toBe('MORTISE_ERR_INIT_FAILED');
    expect(plugin?.error?.problems.map((problem) => problem.message).join('\n')).toContain(message);
  });
});
