/** MariaDB 11.8's plugins: the same interface, other versions of some services, and one more way to authenticate. */
import { createPrivateKey, pbkdf2Sync, randomBytes, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Audit, Authentication, type Conversation, Keys, Passwords, verify } from '../../../src/index.js';
import { directory, open } from '../../host/open.js';
import * as ed25519 from './ed25519.js';
import { libraryPath, mariadbPlugins } from './parts.js';

const plugins = process.arch === 'x64' ? mariadbPlugins('trixie') : undefined;
const libraries = plugins && libraryPath();

const config = (name: string, settings: Record<string, string | number | boolean> = {}) => ({
  name: plugins?.get(name) ?? '',
  config: settings,
});

/** What a newer C library than this machine's would mend. */
const ofTheMachine = /^MORTISE_ERR_(LIBC_VERSION|DEPENDENCY_VERSION|DEPENDENCY_MISSING)$/;

/** Answers as MariaDB's client does for `parsec`: the salt decides which key the password makes. */
function parsec(password: string): Conversation {
  const written: Buffer[] = [];
  let reads = 0;
  return {
    async write(packet) {
      written.push(packet);
    },
    async read() {
      if (reads++ === 0) return Buffer.alloc(0); // asks for the salt
      const [challenge, salted] = written as [Buffer, Buffer];
      const rounds = 1024 << (salted[1] as number);
      const seed = pbkdf2Sync(password, salted.subarray(2), rounds, 32, 'sha512');
      const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
      const own = randomBytes(32);
      const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      return Buffer.concat([own, sign(null, Buffer.concat([challenge, own]), key)]);
    },
  };
}

/** As `client_ed25519` does. */
function signing(password: string): Conversation {
  let asked: Buffer = Buffer.alloc(0);
  return {
    async write(packet) {
      asked = packet;
    },
    async read() {
      return ed25519.sign(password, asked);
    },
  };
}

describe.skipIf(!libraries)("plugins of MariaDB 11.8 (needs Debian trixie's packages of MariaDB)", () => {
  it('16 of the 36 need only services', async () => {
    const reports = await verify([...(plugins?.values() ?? [])]);
    expect(reports).toHaveLength(36);
    const fit = reports.filter(({ checks }) =>
      checks.every(({ status, code }) => status !== 'fail' || ofTheMachine.test(code ?? '')),
    );
    expect(fit.map(({ path }) => path.replace(/^.*\/|\.so$/g, '')).sort()).toEqual([
      'auth_ed25519',
      'auth_gssapi',
      'auth_pam',
      'auth_pam_v1',
      'auth_parsec',
      'cracklib_password_check',
      'file_key_management',
      'hashicorp_key_management',
      'password_reuse_check',
      'provider_bzip2',
      'provider_lz4',
      'provider_lzma',
      'provider_lzo',
      'provider_snappy',
      'simple_password_check',
      'sql_errlog',
    ]);
  });

  it('ed25519 and parsec let in who has the password, and nobody else', async () => {
    const host = await open({ plugins: [config('auth_ed25519'), config('auth_parsec')], log: () => {} });
    const authentication = host.capability(Authentication);
    expect(authentication.names()).toEqual(['ed25519', 'parsec']);
    for (const [name, client] of [
      ['ed25519', signing],
      ['parsec', parsec],
    ] as const) {
      const one = authentication.get(name);
      const login = { user: 'alice', hash: one.hashPassword('secret') };
      expect((await one.authenticate(login, client('secret'))).accepted, name).toBe(true);
      expect((await one.authenticate(login, client('Secret'))).accepted, name).toBe(false);
    }
    expect(authentication.get('parsec').hashPassword('secret')).toMatch(/^P0:[A-Za-z0-9+/]+:[A-Za-z0-9+/]+$/);
  });

  it('judges passwords, and says why', async () => {
    const passwords = await open({ plugins: [config('simple_password_check')], log: () => {} });
    const { message } = passwords.capability(Passwords).validate({ user: 'alice', password: 'short' });
    expect(message).toMatch(/^simple_password_check: Too short password \(< 8\); /);
  });

  it('keys and lines of errors come out as from 10.11', async () => {
    const filename = join(directory(), 'keys');
    const key = randomBytes(32);
    writeFileSync(filename, `1;${key.toString('hex')}\n`, { mode: 0o600 });
    const errors = join(directory(), 'errors.log');
    const host = await open({
      plugins: [config('file_key_management', { filename }), config('sql_errlog', { filename: errors })],
      log: () => {},
    });
    expect(host.capability(Keys).get(1)).toEqual(key);
    host.capability(Audit).notify({
      event: 'error',
      user: 'alice[alice] @ localhost []',
      query: 'SELECT 1 FROM nowhere',
      command: 'no such table',
      errorCode: 1146,
    });
    await host.close();
    expect(readFileSync(errors, 'utf8')).toContain(
      'alice[alice] @ localhost [] ERROR 1146: no such table : SELECT 1 FROM nowhere',
    );
  });
});
