/** What a MANIFEST.txt proves, and what it doesn't. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Bundles } from '../../../src/loader/bundles/bundles.js';
import type { Sources } from '../../../src/loader/bundles/sources.js';
import {
  dataSource,
  makeKey,
  manifestOf,
  signBundle,
  signed,
  type TestKey,
  workDirectory,
  writeBundle,
} from './made.js';

const root = workDirectory();
let key: TestKey;
let other: TestKey;
beforeAll(async () => {
  [key, other] = [await makeKey(), await makeKey('Somebody else')];
});

let count = 0;
/** A signed bundle of its own for each test. */
async function signedBundle(more: object = {}): Promise<string> {
  const directory = join(root, `b${++count}`);
  writeBundle(directory, dataSource('test-datasource'), {
    'module.js': '// page',
    'img/logo.svg': '<svg/>',
    empty: '',
  });
  return signBundle(directory, key, more);
}

async function signatureOf(directory: string, sources: Sources = {}) {
  const bundles = new Bundles(
    { trust: [key.publicKey], ...sources },
    { cwd: root, platform: 'linux', arch: 'x64' },
  );
  return (await bundles.at(join(directory, 'plugin.json'))).signature;
}

/** Writes another manifest into a bundle that was signed. */
function rewrite(directory: string, change: (text: string) => string): void {
  const path = join(directory, 'MANIFEST.txt');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

it('is valid, says who signed it, and has the hash of each file', async () => {
  const signature = await signatureOf(await signedBundle());
  expect(signature).toMatchObject({ state: 'valid', type: 'community', by: 'Test', key: key.id });
  expect(signature.state === 'valid' && [...signature.files.keys()].sort()).toEqual([
    'empty',
    'img/logo.svg',
    'module.js',
    'plugin.json',
  ]);
});

it('is valid with a blank line before, line ends of Windows, and spaces after', async () => {
  const directory = await signedBundle();
  rewrite(directory, (text) => `\n${text.replaceAll(/\r?\n/g, '\r\n')}  \n\n`);
  expect((await signatureOf(directory)).state).toBe('valid');
});

it('takes keys from files too, armored and binary', async () => {
  const directory = await signedBundle();
  writeFileSync(join(root, 'trusted.asc'), `${other.publicKey}`);
  writeFileSync(join(root, 'key.asc'), key.publicKey);
  expect((await signatureOf(directory, { trust: ['trusted.asc', 'key.asc'] })).state).toBe('valid');
  writeFileSync(join(root, 'key.gpg'), Buffer.from(key.privateKey.toPublic().write()));
  expect((await signatureOf(directory, { trust: ['key.gpg'] })).state).toBe('valid');
});

it('is unsigned without a manifest, and with one of a few bytes', async () => {
  const directory = await signedBundle();
  rewrite(directory, () => 'none');
  expect(await signatureOf(directory)).toEqual({ state: 'unsigned' });
  rmSync(join(directory, 'MANIFEST.txt'));
  expect(await signatureOf(directory)).toEqual({ state: 'unsigned' });
});

describe('is modified, with the file named, when', () => {
  it.each<[string, (directory: string) => void, string, RegExp]>([
    [
      'a file is altered',
      (at) => writeFileSync(join(at, 'module.js'), '// pagE'),
      'module.js',
      /has changed/,
    ],
    [
      'a file is added',
      (at) => writeFileSync(join(at, 'img/extra.svg'), ''),
      'img/extra.svg',
      /was not signed/,
    ],
    ['a file is missing', (at) => rmSync(join(at, 'img/logo.svg')), 'img/logo.svg', /is missing/],
    [
      'plugin.json is altered',
      (at) => writeBundle(at, dataSource('test-datasource', { a: 1 })),
      'plugin.json',
      /changed/,
    ],
    [
      'a link stands for a file with other content',
      (at) => {
        rmSync(join(at, 'module.js'));
        symlinkSync('img/logo.svg', join(at, 'module.js'));
      },
      'module.js',
      /has changed/,
    ],
  ])('%s', async (_, change, file, message) => {
    const directory = await signedBundle();
    change(directory);
    const signature = await signatureOf(directory);
    expect(signature).toMatchObject({
      state: 'modified',
      problems: [
        {
          code: 'MORTISE_ERR_SIGNATURE_MODIFIED',
          subject: join(directory, file),
          where: file,
          message: expect.stringMatching(message),
        },
      ],
    });
  });

  it('it was signed for another id or version', async () => {
    const directory = await signedBundle({ plugin: 'other-datasource', version: '1.0.0' });
    expect(await signatureOf(directory)).toMatchObject({
      state: 'modified',
      problems: [
        { message: 'other-datasource was signed, this is test-datasource', expected: 'other-datasource' },
        { message: 'version 1.0.0 was signed, this is 1.2.0', expected: '1.0.0', found: '1.2.0' },
      ],
    });
  });

  it('all that differs is named at once', async () => {
    const directory = await signedBundle();
    writeFileSync(join(directory, 'a.js'), '');
    rmSync(join(directory, 'empty'));
    const signature = await signatureOf(directory);
    expect(signature.state === 'modified' && signature.problems.map(({ where }) => where)).toEqual([
      'a.js',
      'empty',
    ]);
  });
});

describe('is invalid when', () => {
  const invalid = { state: 'invalid', problems: [{ code: 'MORTISE_ERR_SIGNATURE_INVALID' }] };

  it.each<[string, (text: string) => string, RegExp]>([
    [
      'one letter was changed',
      (text) => text.replace('"Test"', '"Tesu"'),
      /the signature by [0-9a-f]{16} is bad/,
    ],
    ['a sum was changed', (text) => text.replace(/"plugin.json": "./, '"plugin.json": "g'), /is bad/],
    ['the signature was cut', (text) => text.replace(/-----END[\s\S]*/, ''), /not one signed block/],
    [
      'the signature is damaged',
      (text) => text.replace(/\n[A-Za-z0-9+/]{20}/, '\n!!!!!!!!!!!!!!!!!!!!'),
      /damaged|bad/,
    ],
    ['it is no signed text', (text) => JSON.stringify({ text: text.length }), /not one signed block/],
    ['there are two blocks', (text) => text + text, /2 signed blocks/],
    ['text stands before it', (text) => `{ "plugin": "mine" }\n${text}`, /not one signed block/],
    ['text stands after it', (text) => `${text}\n{ "plugin": "mine" }`, /not one signed block/],
    ['it holds a zero byte', (text) => `\0${text}`, /not one signed block/],
  ])('%s', async (_, change, message) => {
    const directory = await signedBundle();
    rewrite(directory, change);
    const signature = await signatureOf(directory);
    expect(signature).toMatchObject(invalid);
    expect(signature.state === 'invalid' && signature.problems[0].message).toMatch(message);
  });

  it('nobody trusts the key', async () => {
    const directory = await signedBundle();
    for (const trust of [[], [other.publicKey]]) {
      expect(await signatureOf(directory, { trust })).toMatchObject({
        state: 'invalid',
        problems: [{ message: expect.stringMatching(/not in the trust store/), found: key.id }],
      });
    }
  });

  it('its bytes are not UTF-8', async () => {
    const directory = await signedBundle();
    writeFileSync(join(directory, 'MANIFEST.txt'), Buffer.alloc(100, 0xff));
    expect(await signatureOf(directory)).toMatchObject({
      state: 'invalid',
      problems: [{ code: 'MORTISE_ERR_BUNDLE' }],
    });
  });

  it('it is larger than any', async () => {
    const directory = await signedBundle();
    writeFileSync(join(directory, 'MANIFEST.txt'), Buffer.alloc(10 * 1024 * 1024 + 1, 0x20));
    expect(await signatureOf(directory)).toMatchObject({
      state: 'invalid',
      problems: [{ code: 'MORTISE_ERR_BUNDLE' }],
    });
  });

  it('its files are larger than any, whatever little of them is on the disk', async () => {
    const directory = await signedBundle();
    truncateSync(join(directory, 'module.js'), 5 * 1024 ** 3);
    const signature = await signatureOf(directory);
    expect(signature).toMatchObject({ state: 'invalid', problems: [{ code: 'MORTISE_ERR_BUNDLE' }] });
    expect(signature.state === 'invalid' && signature.problems[0].message).toMatch(
      /more than 4294967296 bytes/,
    );
  });

  it.skipIf(process.platform === 'win32').each(['MANIFEST.txt', 'module.js'])(
    'or modified, or unsigned, a pipe stands for %s',
    async (name) => {
      const directory = await signedBundle();
      rmSync(join(directory, name));
      expect(spawnSync('mkfifo', [join(directory, name)]).status).toBe(0);
      expect((await signatureOf(directory)).state).toBe(name === 'module.js' ? 'modified' : 'unsigned');
    },
  );

  it.each<[string, unknown, RegExp]>([
    ['of another version', { manifestVersion: '1.0.0' }, /manifestVersion is "1.0.0"/],
    ['of a later version', { manifestVersion: '20' }, /manifestVersion is "20"/],
    ['without a version', { manifestVersion: undefined }, /manifestVersion is undefined/],
    ['of an unknown kind', { signatureType: 'homemade' }, /signatureType is not valid/],
    ['with a sum that is none', { files: { 'plugin.json': 'abc' } }, /files.plugin.json is not valid/],
    ['without files', { files: undefined }, /files is not valid/],
  ])('it is a manifest %s', async (_, more, message) => {
    const signature = await signatureOf(await signedBundle(more as object));
    expect(signature).toMatchObject(invalid);
    expect(signature.state === 'invalid' && signature.problems[0].message).toMatch(message);
  });

  it.each(['no JSON', '[]', 'null', '"text"'])('what is signed is %s', async (content) => {
    const directory = await signedBundle();
    writeFileSync(join(directory, 'MANIFEST.txt'), await signed(content, key));
    expect(await signatureOf(directory)).toMatchObject(invalid);
  });

  it('a link leads out of the bundle', async () => {
    const directory = await signedBundle();
    mkdirSync(join(root, 'elsewhere'), { recursive: true });
    writeFileSync(join(root, 'elsewhere/secret'), 'x');
    symlinkSync('../elsewhere/secret', join(directory, 'link'));
    expect(await signatureOf(directory)).toMatchObject({
      state: 'invalid',
      problems: [
        {
          code: 'MORTISE_ERR_BUNDLE_OUTSIDE',
          subject: join(directory, 'link'),
          found: join(root, 'elsewhere/secret'),
        },
      ],
    });
  });
});

describe('a private signature', () => {
  const state = async (rootUrls: string[], rootUrl?: string, signatureType = 'private') =>
    (await signatureOf(await signedBundle({ signatureType, rootUrls }), { rootUrl })).state;

  it('is for the hosts that it names, by scheme, host and path', async () => {
    const urls = ['https://one.example.com/', 'https://two.example.com/grafana'];
    expect(await state(urls, 'https://one.example.com')).toBe('valid');
    expect(await state(urls, 'https://two.example.com/grafana/')).toBe('valid');
    expect(await state(urls, 'http://one.example.com')).toBe('invalid');
    expect(await state(urls, 'https://one.example.com/grafana')).toBe('invalid');
    expect(await state(urls, 'https://one.example.com:8443')).toBe('invalid');
    expect(await state(urls, 'no address')).toBe('invalid');
    expect(await state(urls)).toBe('invalid');
    expect(await state([], 'https://one.example.com')).toBe('invalid');
  });

  it('may name them by a pattern', async () => {
    const glob = (url: string, own: string) => state([url], own, 'private-glob');
    expect(await glob('https://*.example.com/', 'https://one.example.com')).toBe('valid');
    expect(await glob('https://*.example.com/**', 'https://one.example.com/a/b')).toBe('valid');
    expect(await glob('https://*.example.com/', 'https://one.two.example.com')).toBe('invalid');
    expect(await glob('https://*.example.com/', 'https://oneXexample.com')).toBe('invalid');
    expect(await glob('https://*.example.com/', 'https://one.example.com.evil.com')).toBe('invalid');
  });

  it('of another kind counts too when it names hosts', async () => {
    const urls = ['https://one.example.com/'];
    expect(await state(urls, 'https://two.example.com', 'community')).toBe('invalid');
    expect(await state(urls, 'https://one.example.com', 'community')).toBe('valid');
  });
});

describe('a trust store', () => {
  it.each<[string, () => string]>([
    ['a file that is not there', () => 'gone.asc'],
    ['a directory', () => '.'],
    [
      'text that is no key',
      () => '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----',
    ],
    ['a private key', () => key.privateKey.armor()],
  ])('with %s is the embedder’s error', async (_, trust) => {
    await expect(signatureOf(await signedBundle(), { trust: [trust()] })).rejects.toMatchObject({
      code: 'MORTISE_ERR_TRUST_KEY',
      where: 'sources.trust',
    });
  });
});

const gpg = spawnSync('gpg', ['--version']).status === 0;

describe.skipIf(!gpg)('gpg, as a second opinion (skipped without gpg)', () => {
  const home = join(root, 'gpg');
  const run = (...args: string[]) =>
    spawnSync('gpg', ['--homedir', home, '--batch', '--no-tty', '--trust-model', 'always', ...args], {
      encoding: 'utf8',
    });

  it('agrees on what openpgp signed, good and altered', async () => {
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(join(root, 'own.asc'), key.publicKey);
    expect(run('--import', join(root, 'own.asc')).status).toBe(0);
    const directory = await signedBundle();
    const path = join(directory, 'MANIFEST.txt');
    expect([run('--verify', path).status, (await signatureOf(directory)).state]).toEqual([0, 'valid']);
    rewrite(directory, (text) => text.replace('"Test"', '"Tesu"'));
    expect([run('--verify', path).status === 0, (await signatureOf(directory)).state]).toEqual([
      false,
      'invalid',
    ]);
  });

  it('signs what is then valid', async () => {
    const made = run('--passphrase', '', '--quick-generate-key', 'gpg@example.com', 'ed25519', 'sign');
    expect(made.status, made.stderr).toBe(0);
    const directory = await signedBundle();
    writeFileSync(join(root, 'text'), JSON.stringify(manifestOf(directory)));
    const out = join(directory, 'MANIFEST.txt');
    expect(
      run('--yes', '-u', 'gpg@example.com', '--output', out, '--clear-sign', join(root, 'text')).status,
    ).toBe(0);
    const { stdout } = run('--armor', '--export', 'gpg@example.com');
    expect((await signatureOf(directory, { trust: [stdout] })).state).toBe('valid');
    expect((await signatureOf(directory)).state).toBe('invalid');
    spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
  });
});
