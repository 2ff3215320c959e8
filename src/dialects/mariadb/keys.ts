/** Keys of MariaDB plugins: one that isn't there is told from one that can't be had. */
import { mariadbAddon, type NativeAnswer, type NativeLibrary } from '../../native/mariadb.js';
import { failed, sorted } from './messages.js';

/** ENCRYPTION_KEY_VERSION_INVALID: there is no such key, or no such version of it. */
const noSuchKey = 2 ** 32 - 1;
/** ENCRYPTION_KEY_NOT_ENCRYPTED, as a newest version: what has this id is not to be encrypted. */
const notEncrypted = 0;
/** ENCRYPTION_KEY_BUFFER_TOO_SMALL. */
const tooSmall = 100;

/**
 * @param version default: the newest
 * @returns the key; undefined when the plugin says that there is none
 * @throws MortiseError MORTISE_ERR_PLUGIN_FAILED: everything else, with what the plugin said
 */
export function keyOf(
  plugin: string,
  library: NativeLibrary,
  index: number,
  id: number,
  version?: number,
): Buffer | undefined {
  const refuse = (what: string, { status, messages }: NativeAnswer, otherwise = `status ${status}`) =>
    failed(
      plugin,
      what,
      { messages, otherwise: `${what} failed: ${otherwise}`, found: `status ${status}` },
      'a key, or the answer that there is none (status 4294967295, and no error)',
      'Do what the message asks for; it is the plugin’s own. Until then it isn’t known whether the key exists.',
    );
  const newest = version === undefined ? mariadbAddon().mariadbLatestKey(library, index, id) : undefined;
  if (newest?.status === noSuchKey) {
    if (isSilent(newest)) return undefined;
    throw refuse(`the newest version of key ${id}`, newest);
  }
  if (newest?.status === notEncrypted) return undefined;
  const wanted = version ?? (newest?.status as number);
  const answer = mariadbAddon().mariadbKey(library, index, id, wanted);
  if (answer.bytes) return answer.bytes;
  if (answer.status === noSuchKey && isSilent(answer)) return undefined;
  const what = `version ${wanted} of key ${id}`;
  if (answer.status === tooSmall || answer.status === 0) {
    throw refuse(what, answer, `it says that the key has ${answer.size} bytes, and a key has at most 1 MiB`);
  }
  throw refuse(what, answer);
}

/** Whether it says nothing but notes: file_key_management says nothing, hashicorp_key_management notes "not found". */
const isSilent = ({ messages }: NativeAnswer): boolean => sorted(messages).reasons.length === 0;
