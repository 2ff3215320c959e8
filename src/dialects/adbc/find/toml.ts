/** Small TOML files that others write: driver manifests and connection profiles. */
import { readFileSync } from 'node:fs';
import { parse, TomlError, type TomlTable } from 'smol-toml';
import { isDeeper, maxDepth } from '../../../config/depth.js';
import { MortiseError, type Problem } from '../../../errors.js';
import { look } from '../../../loader/directories.js';

/** Written by hand, or by an installer. */
const maxBytes = 1024 * 1024;

type Details = Pick<Problem, 'where' | 'expected' | 'found' | 'remedy'>;
const pages = {
  MORTISE_ERR_ADBC_MANIFEST: 'Install the driver again, or correct its manifest.',
  MORTISE_ERR_ADBC_PROFILE: 'Correct the profile: see docs/adbc.md for what it has.',
} as const;

/** A file and the code that says what it fails to be. */
export class SmallToml {
  readonly path: string;
  readonly #code: keyof typeof pages;

  constructor(path: string, code: keyof typeof pages) {
    this.path = path;
    this.#code = code;
  }

  /** @throws MortiseError with the file's code */
  read(): TomlTable {
    const size = look(this.path)?.size ?? 0;
    if (size > maxBytes) {
      throw this.wrong('the file is too large', {
        expected: `at most ${maxBytes} bytes`,
        found: `${size} bytes`,
      });
    }
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(this.path));
      const table = parse(text, { integersAsBigInt: 'asNeeded' });
      if (isDeeper(table, maxDepth)) {
        throw this.wrong(`tables in it are nested more than ${maxDepth} deep`, {
          expected: `at most ${maxDepth}`,
          found: 'more',
        });
      }
      return table;
    } catch (cause) {
      if (cause instanceof MortiseError) throw cause;
      const [first = ''] = (cause as Error).message.split('\n');
      const where = cause instanceof TomlError ? `${cause.line}:${cause.column}` : undefined;
      throw this.wrong(`the file cannot be read as TOML: ${first}`, {
        where,
        expected: 'TOML',
        found: first,
      });
    }
  }

  wrong(message: string, details: Details): MortiseError {
    return new MortiseError({
      code: this.#code,
      message,
      subject: this.path,
      remedy: pages[this.#code],
      ...details,
    });
  }
}

/** What kind of value stands there, for `found`. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'a table'
    : `${typeof value === 'bigint' ? 'number' : typeof value} ${value}`;
}
