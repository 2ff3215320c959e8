/** What MariaDB plugins can be asked. `Plugin` offers the same and says which of it a plugin has. */
import { isUint8Array } from 'node:util/types';
import { MortiseError } from '../../errors.js';
import type { NativeDeclaration, NativeLibrary } from '../../native/mariadb.js';
import { mariadbAddon } from '../../native/mariadb.js';
import { kind } from './layout.js';
import { nativeAnswerOf, type SqlService } from './sql.js';

/** Who wants which password. */
export interface Credentials {
  user: string;
  password: string;
  /** Where the user connects from. Default `%`: from anywhere. */
  host?: string;
}

export interface Verdict {
  accepted: boolean;
  /** The plugin's own words, when it has any. */
  message?: string;
}

/** What a plugin can be asked beside routing. What is missing, it can't. */
export interface PluginFunctions {
  validatePassword?(credentials: Credentials): Verdict;
  encryptionKey?(id: number, version?: number): Buffer | undefined;
  compress?(bytes: Uint8Array): Buffer;
  decompress?(bytes: Uint8Array, most: number): Buffer;
  serveSql?(service: SqlService): void;
}

/**
 * The three texts together, as UTF-8. password_reuse_check writes one byte past its buffer from 2042 on
 * (10.11.19), and cracklib cuts passwords off at 1023.
 */
const mostText = 2000;
const mostDecompressed = 2 ** 30;

/** Binds what a started library's plugins can do. */
export function functionsOf(
  name: string,
  library: NativeLibrary,
  declarations: readonly NativeDeclaration[],
  linked: ReadonlySet<string>,
): PluginFunctions {
  const native = mariadbAddon();
  const functions: PluginFunctions = {};
  const validator = declarations.findIndex(({ type }) => type === kind.passwordValidation);
  if (validator >= 0) {
    functions.validatePassword = (credentials) => {
      if (typeof credentials !== 'object' || credentials === null) {
        throw badArgument(name, 'credentials', 'an object with user and password', typeof credentials);
      }
      const { user, password, host = '%' } = credentials;
      const texts = { user, password, host };
      for (const [key, text] of Object.entries(texts)) requireText(name, key, text);
      const size = Object.values(texts).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      if (size > mostText) {
        throw badArgument(
          name,
          'user, password and host',
          `at most ${mostText} bytes together`,
          `${size} bytes`,
        );
      }
      const { status, messages } = native.mariadbValidate(library, validator, user, password, host);
      const message = messages.map(({ text }) => text).join('; ');
      return { accepted: status === 0, ...(message !== '' && { message }) };
    };
  }
  const keys = declarations.findIndex(({ type }) => type === kind.encryptionKeys);
  if (keys >= 0) {
    functions.encryptionKey = (id, version) => {
      requireInteger(name, 'id', id, 2 ** 32 - 1);
      if (version !== undefined) requireInteger(name, 'version', version, 2 ** 32 - 1);
      const wanted = version ?? native.mariadbLatestKey(library, keys, id);
      return wanted === null ? undefined : (native.mariadbKey(library, keys, id, wanted) ?? undefined);
    };
  }
  if ([...linked].some((service) => service.startsWith('provider_service_'))) {
    functions.compress = (bytes) => done(name, native.mariadbCompress(library, requireBytes(name, bytes)));
    functions.decompress = (bytes, most) => {
      requireInteger(name, 'most', most, mostDecompressed);
      return done(name, native.mariadbDecompress(library, requireBytes(name, bytes), most));
    };
  }
  if (linked.has('sql_service')) {
    functions.serveSql = (service) => {
      if (typeof service?.query !== 'function') {
        throw badArgument(name, 'service', 'an object with a function query(sql)', typeof service);
      }
      native.mariadbServeSql(library, (sql) => nativeAnswerOf(service, sql));
    };
  }
  return functions;
}

/** Plugins take passwords as C strings, where a zero would end them early. */
function requireText(plugin: string, key: string, text: unknown): void {
  if (typeof text === 'string' && !text.includes('\0')) return;
  const found = typeof text === 'string' ? 'a text with a zero' : typeof text;
  throw badArgument(plugin, key, 'a text without zeros', found);
}

function requireInteger(plugin: string, key: string, number: unknown, most: number): void {
  if (Number.isInteger(number) && (number as number) >= 0 && (number as number) <= most) return;
  throw badArgument(plugin, key, `an integer from 0 to ${most}`, String(number));
}

function requireBytes(plugin: string, bytes: unknown): Buffer {
  if (!isUint8Array(bytes)) throw badArgument(plugin, 'bytes', 'a Uint8Array', typeof bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function badArgument(plugin: string, where: string, expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: `${where} must be ${expected}`,
    subject: plugin,
    where,
    expected,
    found,
    remedy: `Check ${where} before the call.`,
  });
}

function done(plugin: string, answer: Buffer | string): Buffer {
  if (typeof answer !== 'string') return answer;
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_FAILED',
    message: answer,
    subject: plugin,
    expected: 'data that the plugin’s library takes, and room enough for what comes out',
    found: answer,
    remedy: 'Check that the data comes from the same algorithm, and how large it was before.',
  });
}
