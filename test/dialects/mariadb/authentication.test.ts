/** auth_ed25519 lets in who has the password, and nobody else. */
import { describe, expect, it } from 'vitest';
import { Authentication, type Conversation, type Host } from '../../../src/index.js';
import { expectComplete, open } from '../../host/open.js';
import { sign } from './ed25519.js';
import { mariadbPlugins } from './parts.js';

const plugins = mariadbPlugins();

async function ed25519(): Promise<Host> {
  return open({ plugins: [plugins?.get('auth_ed25519') ?? ''], log: () => {} });
}

/** Answers as MariaDB's client does: a signature of the server's random bytes. */
function client(password: string, change: (signature: Buffer) => Uint8Array = (same) => same): Conversation {
  let asked: Buffer = Buffer.alloc(0);
  return {
    async write(packet) {
      asked = packet;
    },
    async read() {
      return change(sign(password, asked));
    },
  };
}

describe.skipIf(!plugins)("auth_ed25519 (needs Debian's packages of MariaDB)", () => {
  it('hashes passwords as MariaDB documents it', async () => {
    const host = await ed25519();
    const authentication = host.capability(Authentication).get();
    expect(host.capability(Authentication).names()).toEqual(['ed25519']);
    expect(authentication.hashPassword('secret')).toBe('ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY');
    expect(authentication.hashPassword('grüße')).toMatch(/^[A-Za-z0-9+/]{43}$/);
  });

  it('accepts a right signature and no wrong one', async () => {
    const host = await ed25519();
    const authentication = host.capability(Authentication).get('ed25519');
    const hash = authentication.hashPassword('secret');
    const login = { user: 'alice', hash, host: 'localhost' };
    expect(await authentication.authenticate(login, client('secret'))).toMatchObject({
      accepted: true,
      as: 'alice',
    });
    expect(await authentication.authenticate(login, client('Secret'))).toMatchObject({ accepted: false });
    const flipped = client('secret', (signature) => {
      signature[0] = (signature[0] ?? 0) ^ 1;
      return signature;
    });
    expect((await authentication.authenticate(login, flipped)).accepted).toBe(false);
    expect(
      (
        await authentication.authenticate(
          login,
          client('secret', (all) => all.subarray(1)),
        )
      ).accepted,
    ).toBe(false);
    expect(
      (
        await authentication.authenticate(
          login,
          client('secret', () => new Uint8Array()),
        )
      ).accepted,
    ).toBe(false);
    // Each has random bytes of its own: many at a time.
    const passwords = Array.from({ length: 20 }, (_, index) => (index % 2 ? 'secret' : 'other'));
    const verdicts = await Promise.all(
      passwords.map((password) => authentication.authenticate(login, client(password))),
    );
    expect(verdicts.map(({ accepted }) => accepted)).toEqual(
      passwords.map((password) => password === 'secret'),
    );
  });

  it('what the embedder’s conversation throws is what comes out', async () => {
    const host = await ed25519();
    const authentication = host.capability(Authentication).get();
    const login = { user: 'alice', hash: authentication.hashPassword('secret') };
    const gone = new Error('the client is gone');
    const rejects = (conversation: Conversation) =>
      authentication.authenticate(login, conversation).then(
        () => 'accepted',
        (error: unknown) => error,
      );
    const usual = client('secret');
    expect(await rejects({ ...usual, read: () => Promise.reject(gone) })).toBe(gone);
    expect(
      await rejects({
        ...usual,
        write() {
          throw gone;
        },
      }),
    ).toBe(gone);
    const wrong = await rejects({ ...usual, read: () => 'text' as unknown as Uint8Array });
    expect(wrong).toMatchObject({ code: 'MORTISE_ERR_PLUGIN_ARGUMENT' });
  });

  it('refuses what it can’t take', async () => {
    const host = await ed25519();
    const authentication = host.capability(Authentication).get();
    const problemOf = async (login: object, conversation: unknown = client('secret')) => {
      const error = await authentication
        .authenticate(login as { user: string }, conversation as Conversation)
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      const [problem] = (error as { problems: Parameters<typeof expectComplete>[0][] }).problems;
      if (problem) expectComplete(problem);
      return `${problem?.code}: ${problem?.message}`;
    };
    expect(await problemOf({ user: 'a', hash: 'short' })).toBe(
      'MORTISE_ERR_PLUGIN_ARGUMENT: Password hash should be 43 characters long',
    );
    expect(await problemOf({ user: 'a\0b' })).toBe(
      'MORTISE_ERR_PLUGIN_ARGUMENT: user must be a text without zeros',
    );
    expect(await problemOf({ user: 'a'.repeat(513) })).toBe(
      'MORTISE_ERR_PLUGIN_ARGUMENT: user must be at most 512 bytes',
    );
    expect(await problemOf({ user: 'a' }, { read: () => new Uint8Array() })).toBe(
      'MORTISE_ERR_PLUGIN_ARGUMENT: conversation.write must be a function',
    );
    expect(await problemOf(null as unknown as object)).toMatch(
      /^MORTISE_ERR_PLUGIN_ARGUMENT: login must be an object/,
    );
  });

  it('an attempt that waits ends when its host closes', async () => {
    const host = await ed25519();
    const authentication = host.capability(Authentication).get();
    const login = { user: 'alice', hash: authentication.hashPassword('secret') };
    let waits: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      waits = resolve;
    });
    const attempt = authentication.authenticate(login, {
      write() {},
      read() {
        waits();
        return new Promise(() => {});
      },
    });
    const ended = expect(attempt).rejects.toMatchObject({ code: 'MORTISE_ERR_PLUGIN_FUNCTION' });
    await waiting;
    await host.close();
    await ended;
    expect([...host.plugins][0]?.state).toBe('stopped');
    await expect(authentication.authenticate(login, client('secret'))).rejects.toMatchObject({
      code: 'MORTISE_ERR_PLUGIN_FUNCTION',
    });
  });
});
