/** A plugin.json from the disk to a value, or to problems that name the line. */
import type { ParseError } from 'jsonc-parser';
import { openFile } from '../../binary/index.js';
import { isDeeper, maxDepth } from '../../config/depth.js';
import { type Position, positionAt } from '../../config/positions.js';
import { MortiseError, type Problem } from '../../errors.js';

/** 10 MiB: real ones have some kB. What is larger is refused before it is read. */
export const maxBundleBytes = 10 * 1024 * 1024;

/** A JSON file that was read. */
export interface JsonFile {
  path: string;
  text: string;
  value: unknown;
}

/** @throws MortiseError MORTISE_ERR_BUNDLE, MORTISE_ERR_FILE_* */
export async function readJson(path: string): Promise<JsonFile> {
  const text = readText(path, maxBundleBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw await notJson(path, text, cause as Error);
  }
  if (!isDeeper(value, maxDepth + 1)) return { path, text, value };
  throw new MortiseError({
    code: 'MORTISE_ERR_BUNDLE',
    message: `lists and tables in it are nested more than ${maxDepth} deep`,
    subject: path,
    where: 'config',
    expected: `at most ${maxDepth}`,
    found: 'more',
    remedy: 'Write a configuration that a plugin can read.',
  });
}

/**
 * Without a byte order mark.
 * @throws MortiseError MORTISE_ERR_BUNDLE when it is larger than `maxBytes`, or not UTF-8; MORTISE_ERR_FILE_*
 */
export function readText(path: string, maxBytes: number): string {
  const file = openFile(path);
  try {
    if (file.size > maxBytes) {
      throw new MortiseError({
        code: 'MORTISE_ERR_BUNDLE',
        message: 'the file is too large',
        subject: path,
        expected: `at most ${maxBytes} bytes`,
        found: `${file.size} bytes`,
        remedy: 'Get the bundle again from who makes it.',
      });
    }
    const bytes = file.read(0, file.size);
    file.assertUnchanged();
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof MortiseError) throw cause;
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_BUNDLE',
        message: 'its bytes are not UTF-8',
        subject: path,
        expected: 'text in UTF-8',
        found: 'other bytes',
        remedy: 'Get the bundle again from who makes it.',
      },
      { cause },
    );
  } finally {
    file.close();
  }
}

/** Which words stand for what the parser calls by a number. */
async function notJson(path: string, text: string, cause: Error): Promise<MortiseError> {
  const { parse, printParseErrorCode } = (await import('jsonc-parser')).default;
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [first] = errors;
  const said =
    first && printParseErrorCode(first.error).replace(/\B[A-Z]/g, (one) => ` ${one.toLowerCase()}`);
  const where = first && place(positionAt(text, first.offset));
  return new MortiseError(
    {
      code: 'MORTISE_ERR_BUNDLE',
      message: `the file cannot be read as JSON${where ? ` (${where})` : ''}: ${said?.toLowerCase() ?? cause.message}`,
      subject: path,
      where,
      expected: 'JSON',
      found: said ?? cause.message,
      remedy: 'Correct the JSON.',
    },
    { cause },
  );
}

/** Where each key of the file stands. */
export async function placesIn({
  text,
}: JsonFile): Promise<(path: readonly PropertyKey[]) => string | undefined> {
  const { findNodeAtLocation, parseTree } = (await import('jsonc-parser')).default;
  const tree = parseTree(text);
  return (path) => {
    for (let length = path.length; tree && length > 0; length--) {
      const node = findNodeAtLocation(tree, path.slice(0, length) as (string | number)[]);
      if (node) return place(positionAt(text, node.offset));
    }
    return place(positionAt(text, tree?.offset ?? 0));
  };
}

const place = ({ line, column }: Position) => `line ${line}, column ${column}`;

/** @param message goes on after the key: "must be …" */
export function wrongKey(
  subject: string,
  key: string,
  at: string | undefined,
  rest: Pick<Problem, 'message' | 'expected' | 'found' | 'remedy'>,
): Problem {
  const { message, ...details } = rest;
  return {
    code: 'MORTISE_ERR_BUNDLE',
    message: `${key || 'the file'}${at ? ` (${at})` : ''} ${message}`,
    subject,
    where: at,
    ...details,
  };
}
