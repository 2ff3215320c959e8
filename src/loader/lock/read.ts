/** mortise.lock from the disk to a checked record. Whatever is odd about it is refused: it vouches for others. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { parse, TomlError, type TomlTable } from 'smol-toml';
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { type Lock, type LockEntry, type LockedLibrary, lockSchema, maxLockSize } from './record.js';

/**
 * @param path absolute
 * @throws MortiseError MORTISE_ERR_LOCK_MISSING, MORTISE_ERR_LOCK_INVALID, MORTISE_ERR_LOCK_SCHEMA
 */
export function readLock(path: string): Lock {
  const document = parseToml(read(path), path);
  const { schema, plugin = [], ...others } = document;
  // First: of a later schema nothing else can be judged.
  if (typeof schema === 'number' && schema > lockSchema) {
    throw new MortiseError({
      code: 'MORTISE_ERR_LOCK_SCHEMA',
      message: `it has schema ${schema}, and this mortise knows schema ${lockSchema}`,
      subject: path,
      where: 'schema',
      expected: `schema = ${lockSchema}`,
      found: `schema = ${schema}`,
      remedy: 'Use the release of mortise that wrote it, or remove it and run `mortise lock`.',
    });
  }
  if (schema !== lockSchema) throw invalid(path, 'schema', `schema = ${lockSchema}`, kindOf(schema));
  refuseOthers(path, '', others);
  if (!Array.isArray(plugin)) throw invalid(path, 'plugin', 'sections [[plugin]]', kindOf(plugin));
  const entries = plugin.map((one, index) => entryIn(path, one, `plugin ${index + 1}`));
  refuseTwice(path, entries, ({ name, platform }) => `${name} for ${platform}`);
  return { path, entries };
}

function read(path: string): string {
  let fd: number;
  try {
    // A FIFO must not keep us waiting for whoever writes to it.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_LOCK_MISSING',
        message: code === 'ENOENT' ? 'there is no such file' : message,
        subject: path,
        remedy: 'Write it with `mortise lock`.',
      },
      { cause },
    );
  }
  try {
    const stats: BigIntStats = fstatSync(fd, { bigint: true });
    if (!stats.isFile()) throw invalid(path, undefined, 'a regular file', 'something else');
    if (stats.size > maxLockSize) {
      throw invalid(path, undefined, `at most ${maxLockSize} bytes`, `${stats.size} bytes`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(fd));
  } catch (cause) {
    if (cause instanceof MortiseError) throw cause;
    const { message } = cause as Error;
    throw invalid(path, undefined, 'a file of text in UTF-8', message);
  } finally {
    closeSync(fd);
  }
}

function parseToml(text: string, path: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ''] = error.message.split('\n');
    throw invalid(path, `${error.line}:${error.column}`, 'TOML, as `mortise lock` writes it', first);
  }
}

function entryIn(path: string, value: unknown, where: string): LockEntry {
  const { name, version, platform, file, sha256, library = [], ...others } = tableIn(path, value, where);
  refuseOthers(path, where, others);
  const text = (key: string, found: unknown) => textIn(path, found, `${where}, ${key}`);
  if (!Array.isArray(library)) {
    throw invalid(path, where, 'sections [[plugin.library]]', kindOf(library));
  }
  const libraries = library.map((one, index): LockedLibrary => {
    const place = `${where}, library ${index + 1}`;
    const { file, sha256, ...others } = tableIn(path, one, place);
    refuseOthers(path, place, others);
    return { file: textIn(path, file, `${place}, file`), sha256: hashIn(path, sha256, `${place}, sha256`) };
  });
  refuseTwice(path, libraries, ({ file }) => `library ${file} of ${where}`);
  return {
    name: text('name', name),
    version: text('version', version),
    platform: text('platform', platform),
    file: text('file', file),
    sha256: hashIn(path, sha256, `${where}, sha256`),
    libraries,
  };
}

function tableIn(path: string, value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw invalid(path, where, 'a table', kindOf(value));
}

function textIn(path: string, value: unknown, where: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= 4096) return value;
  throw invalid(path, where, 'a string that is not empty', kindOf(value));
}

function hashIn(path: string, value: unknown, where: string): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw invalid(path, where, '64 lower-case hexadecimal digits', kindOf(value));
}

function refuseOthers(path: string, where: string, others: object): void {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw invalid(path, where || undefined, 'the keys that `mortise lock` writes', `key ${shown(unknown)}`);
  }
}

/** Of two entries for one thing, one would be believed and the other not. */
function refuseTwice<T>(path: string, all: readonly T[], keyOf: (one: T) => string): void {
  const seen = new Set<string>();
  for (const one of all) {
    const key = keyOf(one);
    if (seen.has(key)) throw invalid(path, key, 'one entry', 'two entries');
    seen.add(key);
  }
}

function invalid(subject: string, where: string | undefined, expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_LOCK_INVALID',
    message: `it is damaged${where ? ` (${where})` : ''}: expected ${expected}`,
    subject,
    where,
    expected,
    found,
    remedy: 'Take it from version control again, or remove it and run `mortise lock`.',
  });
}

/** Of a list or a table only that it is one: what it holds may be long. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a table' : shown(value);
}
