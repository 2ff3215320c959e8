/** Authentication by a MariaDB plugin: the embedder drives the conversation, the plugin waits on a thread of its own. */

import { badArgument, requireBytes, requireObject, requireText } from '../../capabilities/arguments.js';
import type {
  AuthenticationOffer,
  Conversation,
  Login,
  LoginVerdict,
} from '../../capabilities/authentication.js';
import { MortiseError } from '../../errors.js';
import {
  mariadbAddon,
  type NativeAttempt,
  type NativeBytes,
  type NativeLogin,
} from '../../native/mariadb.js';
import { failed, sorted } from './messages.js';
import type { Started } from './started.js';
import { withoutThread } from './turns.js';

/** CR_OK, and CR_OK_HANDSHAKE_COMPLETE: the plugin itself told the client. */
const accepted = [-1, -2];
/** Longer ones are cut off by plugins. */
const maxUser = 512;
const maxHash = 2048;
const maxPassword = 2000;
/** As large as a packet of MariaDB's protocol may be. */
const maxPacket = 2 ** 24;

export function authenticationOf(
  { name, library, alive, endings, turns }: Started,
  index: number,
): AuthenticationOffer {
  const check = (password: string) => {
    alive();
    requireText(name, 'password', password);
    requireSize(name, 'password', password, maxPassword);
  };
  return {
    hashPassword(password) {
      check(password);
      return hashIn(name, mariadbAddon().mariadbHash(library, index, password));
    },
    async hashPasswordAsync(password) {
      check(password);
      return hashIn(name, await turns.take(() => mariadbAddon().mariadbHashLater(library, index, password)));
    },
    async authenticate(login, conversation) {
      alive();
      const { user, hash, host } = checked(name, login, conversation);
      return await attempt(name, conversation, endings, (hear) =>
        mariadbAddon().mariadbAuthenticate(library, index, user, hash, host, hear),
      );
    },
  };
}

function hashIn(plugin: string, answer: NativeBytes | null): string {
  if (!answer) throw keepsNone(plugin);
  const { status, messages, bytes } = answer;
  if (bytes) return bytes.toString('utf8');
  throw failed(
    plugin,
    'hashPassword',
    { messages, otherwise: `hashPassword failed: status ${status}`, found: `status ${status}` },
    'a hash',
    'Do what the message asks for; it is the plugin’s own.',
  );
}

function checked(plugin: string, login: Login, conversation: Conversation): Required<Login> {
  requireObject(plugin, 'login', login, 'user, hash and host');
  const { user, hash = '', host = '' } = login;
  for (const [key, text] of Object.entries({ user, hash, host })) requireText(plugin, key, text);
  requireSize(plugin, 'user', user, maxUser);
  requireSize(plugin, 'hash', hash, maxHash);
  requireObject(plugin, 'conversation', conversation, 'functions read and write');
  for (const key of ['read', 'write'] as const) {
    if (typeof conversation[key] !== 'function') {
      throw badArgument(plugin, `conversation.${key}`, 'a function', typeof conversation[key]);
    }
  }
  return { user, hash, host };
}

type Hear = Parameters<ReturnType<typeof mariadbAddon>['mariadbAuthenticate']>[5];

/** What the embedder does wrong, or can't do, ends the attempt: the plugin gets no packet any more. */
function attempt(
  plugin: string,
  conversation: Conversation,
  endings: Set<(error: MortiseError) => void>,
  begin: (hear: Hear) => NativeAttempt | NativeLogin | null,
): Promise<LoginVerdict> {
  return new Promise((resolve, reject) => {
    let failure: { error: unknown } | undefined;
    let native: NativeAttempt | undefined;
    const fail = (error: unknown) => {
      failure ??= { error };
      if (native) mariadbAddon().mariadbAnswer(native);
    };
    // What the plugin writes goes out in its order, and before what it then waits for is read.
    let before: Promise<void> = Promise.resolve();
    const next = (act: () => Promise<void>) => {
      before = before.then(async () => {
        if (failure) return;
        try {
          await act();
        } catch (error) {
          fail(error);
        }
      });
    };
    const begun = begin((event, given) => {
      if (event === 'wrote') next(async () => await conversation.write(given as Buffer));
      else if (event === 'waits') {
        next(async () => {
          const packet = requireBytes(plugin, await conversation.read(), 'conversation.read()');
          if (packet.length > maxPacket)
            throw badArgument(
              plugin,
              'conversation.read()',
              `at most ${maxPacket} bytes`,
              `${packet.length}`,
            );
          mariadbAddon().mariadbAnswer(native as NativeAttempt, packet);
        });
      } else {
        endings.delete(fail);
        // What the embedder still reads may never come.
        if (failure) return reject(failure.error);
        // After all that it wrote went out.
        before.then(() => (failure ? reject(failure.error) : resolve(verdictOf(given as NativeLogin))));
      }
    });
    if (!begun) return reject(withoutThread(plugin));
    if ('status' in begun) return reject(unreadable(plugin, begun));
    native = begun;
    endings.add(fail);
  });
}

function verdictOf({ status, messages, as = '', external = '' }: NativeLogin): LoginVerdict {
  const { reasons, notes } = sorted(messages);
  const message = (reasons.length > 0 ? reasons : notes).join('; ');
  return { accepted: accepted.includes(status), as, external, ...(message !== '' && { message }) };
}

function unreadable(plugin: string, { messages }: NativeLogin): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: sorted(messages).reasons.join('; ') || 'the hash is not one of this plugin’s',
    subject: plugin,
    where: 'hash',
    expected: 'what hashPassword gave',
    found: 'another text',
    remedy: 'Give what hashPassword of this plugin gave.',
  });
}

function keepsNone(plugin: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_FUNCTION',
    message: `${plugin} keeps no passwords`,
    subject: plugin,
    expected: 'a plugin that keeps them',
    found: 'one that asks others who a user is',
    remedy: 'See in its documentation what an account of it has instead of a password.',
  });
}

function requireSize(plugin: string, key: string, text: string, max: number): void {
  const size = Buffer.byteLength(text);
  if (size > max) throw badArgument(plugin, key, `at most ${max} bytes`, `${size} bytes`);
}
