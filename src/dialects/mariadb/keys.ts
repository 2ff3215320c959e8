/** Keys of MariaDB plugins: one that isn't there is told from one that can't be had. */

import { requireInteger } from '../../capabilities/arguments.js';
import type { KeyOffer } from '../../capabilities/keys.js';
import { mariadbAddon, type NativeAnswer, type NativeBytes } from '../../native/mariadb.js';
import { failed, sorted } from './messages.js';
import type { Started } from './started.js';

/** ENCRYPTION_KEY_VERSION_INVALID: there is no such key, or no such version of it. */
const noSuchKey = 2 ** 32 - 1;
/** ENCRYPTION_KEY_NOT_ENCRYPTED, as a newest version: what has this id is not to be encrypted. */
const notEncrypted = 0;
/** ENCRYPTION_KEY_BUFFER_TOO_SMALL. */
const tooSmall = 100;

export function keysOf({ name, library, alive, turns }: Started, index: number): KeyOffer {
  const check = (id: number, version?: number) => {
    alive();
    requireInteger(name, 'id', id, 2 ** 32 - 1);
    if (version !== undefined) requireInteger(name, 'version', version, 2 ** 32 - 1);
  };
  const native = mariadbAddon();
  return {
    get(id, version) {
      check(id, version);
      const wanted = version ?? newest(name, id, native.mariadbLatestKey(library, index, id));
      if (wanted === undefined) return undefined;
      return keyIn(name, id, wanted, native.mariadbKey(library, index, id, wanted));
    },
    async getAsync(id, version) {
      check(id, version);
      const wanted =
        version ?? newest(name, id, await turns.take(() => native.mariadbLatestKeyLater(library, index, id)));
      if (wanted === undefined) return undefined;
      alive();
      const answer = await turns.take(() => native.mariadbKeyLater(library, index, id, wanted));
      return keyIn(name, id, wanted, answer);
    },
  };
}

/** Undefined when the plugin says that there is none, or that nothing is to be encrypted with it. */
function newest(plugin: string, id: number, answer: NativeAnswer): number | undefined {
  if (answer.status === notEncrypted) return undefined;
  if (answer.status !== noSuchKey) return answer.status;
  if (isSilent(answer)) return undefined;
  throw refused(plugin, `the newest version of key ${id}`, answer);
}

/** Undefined when the plugin says that there is none. */
function keyIn(
  plugin: string,
  id: number,
  version: number,
  answer: NativeBytes & { size: number },
): Buffer | undefined {
  if (answer.bytes) return answer.bytes;
  if (answer.status === noSuchKey && isSilent(answer)) return undefined;
  const what = `version ${version} of key ${id}`;
  if (answer.status === tooSmall || answer.status === 0) {
    throw refused(
      plugin,
      what,
      answer,
      `it says that the key has ${answer.size} bytes, and a key has at most 1 MiB`,
    );
  }
  throw refused(plugin, what, answer);
}

/** Everything else, with what the plugin said. */
function refused(
  plugin: string,
  what: string,
  { status, messages }: NativeAnswer,
  otherwise = `status ${status}`,
) {
  return failed(
    plugin,
    what,
    { messages, otherwise: `${what} failed: ${otherwise}`, found: `status ${status}` },
    'a key, or the answer that there is none (status 4294967295, and no error)',
    'Do what the message asks for; it is the plugin’s own. Until then it isn’t known whether the key exists.',
  );
}

/** Whether it says nothing but notes: file_key_management says nothing, hashicorp_key_management notes "not found". */
const isSilent = ({ messages }: NativeAnswer): boolean => sorted(messages).reasons.length === 0;
