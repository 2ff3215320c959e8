/** What MariaDB plugins offer: their functions, with arguments that were checked. */
import { isAsyncFunction } from 'node:util/types';
import { badArgument, requireBytes, requireInteger, requireText } from '../../capabilities/arguments.js';
import type { CompressionOffer } from '../../capabilities/compression.js';
import type { KeyOffer } from '../../capabilities/keys.js';
import type { PasswordOffer } from '../../capabilities/passwords.js';
import type { SqlOffer } from '../../capabilities/sql.js';
import type { Offers } from '../../loader/running.js';
import type { NativeBytes } from '../../native/mariadb.js';
import { mariadbAddon } from '../../native/mariadb.js';
import { auditOf } from './audit.js';
import { authenticationOf } from './authentication.js';
import { encryptionOf } from './encryption.js';
import { keyOf } from './keys.js';
import { kind } from './layout.js';
import { failed, sorted } from './messages.js';
import { nativeAnswerOf } from './sql.js';
import type { Started } from './started.js';

/**
 * The three texts together, as UTF-8. password_reuse_check writes one byte past its buffer from 2042 on
 * (10.11.19), and cracklib cuts passwords off at 1023.
 */
const maxText = 2000;
const maxDecompressed = 2 ** 30;

/** By the status of native/node/bind_mariadb.cc, for libraries that don't say it themselves. */
const refusals: Readonly<Record<number, string>> & { 1: string } = {
  1: 'the library refused the data',
  2: 'its table is not filled',
  3: 'there is no memory for what comes out',
};

/** What the plugins of a library can do. */
export function offersOf(started: Started): Offers {
  const { declarations, library, linked } = started;
  const index = (type: number) => declarations.findIndex((declaration) => declaration.type === type);
  const validator = index(kind.passwordValidation);
  const keys = index(kind.encryptionKeys);
  const authentication = index(kind.authentication);
  const audit = index(kind.audit);
  const encrypts = keys >= 0 && mariadbAddon().mariadbCrypts(library, keys);
  const compresses = [...linked].some((service) => service.startsWith('provider_service_'));
  return {
    ...(validator >= 0 && { passwords: passwordsOf(started, validator) }),
    ...(keys >= 0 && { keys: keysOf(started, keys) }),
    ...(encrypts && { encryption: encryptionOf(started, keys) }),
    ...(authentication >= 0 && { authentication: authenticationOf(started, authentication) }),
    ...(audit >= 0 && { audit: auditOf(started, audit) }),
    ...(compresses && { compression: compressionOf(started) }),
    ...(linked.has('sql_service') && { sql: sqlOf(started) }),
  };
}

function passwordsOf({ name, library, alive }: Started, index: number): PasswordOffer {
  return {
    validate(credentials) {
      alive();
      if (typeof credentials !== 'object' || credentials === null) {
        throw badArgument(name, 'credentials', 'an object with user and password', typeof credentials);
      }
      const { user, password, host = '%' } = credentials;
      const texts = { user, password, host };
      for (const [key, text] of Object.entries(texts)) requireText(name, key, text);
      const size = Object.values(texts).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      if (size > maxText) {
        const where = 'user, password and host';
        throw badArgument(name, where, `at most ${maxText} bytes together`, `${size} bytes`);
      }
      const { status, messages } = mariadbAddon().mariadbValidate(library, index, user, password, host);
      const { reasons, notes } = sorted(messages);
      const message = (reasons.length > 0 ? reasons : notes).join('; ');
      return { accepted: status === 0, ...(message !== '' && { message }) };
    },
  };
}

function keysOf({ name, library, alive }: Started, index: number): KeyOffer {
  return {
    get(id, version) {
      alive();
      requireInteger(name, 'id', id, 2 ** 32 - 1);
      if (version !== undefined) requireInteger(name, 'version', version, 2 ** 32 - 1);
      return keyOf(name, library, index, id, version);
    },
  };
}

function compressionOf({ name, library, alive }: Started): CompressionOffer {
  return {
    compress(bytes) {
      alive();
      return codedBytes(name, 'compress', mariadbAddon().mariadbCompress(library, requireBytes(name, bytes)));
    },
    decompress(bytes, maxBytes) {
      alive();
      requireInteger(name, 'maxBytes', maxBytes, maxDecompressed);
      const answer = mariadbAddon().mariadbDecompress(library, requireBytes(name, bytes), maxBytes);
      return codedBytes(name, 'decompress', answer);
    },
  };
}

function sqlOf({ name, library, alive }: Started): SqlOffer {
  return {
    serve(service) {
      alive();
      if (typeof service?.query !== 'function') {
        throw badArgument(name, 'service', 'an object with a function query(sql)', typeof service);
      }
      if (isAsyncFunction(service.query)) {
        const expected = 'a function that answers at once: the plugin waits for it';
        throw badArgument(name, 'query', expected, 'an asynchronous function');
      }
      mariadbAddon().mariadbServeSql(library, (sql) => nativeAnswerOf(service, sql));
    },
  };
}

function codedBytes(plugin: string, where: string, { bytes, status, messages }: NativeBytes): Buffer {
  if (bytes) return bytes;
  throw failed(
    plugin,
    where,
    { messages, otherwise: refusals[status] ?? refusals[1], found: `status ${status}` },
    'data that the plugin’s library takes, and room enough for what comes out',
    'Check that the data comes from the same algorithm, and how large it was before.',
  );
}
