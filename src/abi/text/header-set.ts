/** Which headers a path stands for, and in which language they are. */
import type { Dir } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { MortiseError } from '../../errors.js';

export type Language = 'c' | 'c++';

const languages: ReadonlyMap<string, Language> = new Map([
  ['.h', 'c'],
  ['.hpp', 'c++'],
  ['.hh', 'c++'],
  ['.hxx', 'c++'],
  ['.h++', 'c++'],
]);

/** More files than that are not a directory of headers, but one that holds a project or a disk. */
const maxFiles = 50_000;

export const isHeader = (path: string): boolean => languages.has(extname(path));

/** Headers that are compared with another version of themselves. */
export interface HeaderSet {
  language: Language;
  /** Where they lie; a real path. */
  folder: string;
  /** What is included, relative to the folder, with slashes. */
  names: string[];
  /** One header was named, and not a directory: what it is called is no part of the promise. */
  isSingle: boolean;
  /** include/mortise: included as `<mortise/….h>`, and with a version of its own. */
  isOwn: boolean;
}

/**
 * A directory of headers, or one header with those beside it that it includes. The `include` around a `mortise`
 * stands for what is inside.
 *
 * @throws MortiseError MORTISE_ERR_FILE_MISSING, MORTISE_ERR_ABI_HEADERS
 */
export async function findHeaders(path: string, language?: Language): Promise<HeaderSet> {
  const isSingle = (isHeader(path) || language !== undefined) && !(await isThere(path, 'isDirectory'));
  const inside = join(path, 'mortise');
  const isAround = basename(path) !== 'mortise' && (await isThere(join(inside, 'abi.h'), 'isFile'));
  const folder = await realFolder(isSingle ? dirname(path) : isAround ? inside : path, path);
  if (isSingle && !(await isThere(path, 'isFile'))) throw missing(path);
  const all = isSingle ? [basename(path)] : await listHeaders(folder, path);
  const own = ['abi.h', 'mortise.h'].map((name) => isThere(join(folder, name), 'isFile'));
  const isOwn = (await Promise.all(own)).every(Boolean);
  // What unit tests are written with is no part of the ABI.
  const names = isOwn ? all.filter((name) => !/^testing(\.h$|\/)/.test(name)) : all;
  return {
    language: language ?? (names.some((name) => languages.get(extname(name)) === 'c++') ? 'c++' : 'c'),
    folder,
    names,
    isSingle,
    isOwn,
  };
}

const isThere = (path: string, kind: 'isFile' | 'isDirectory'): Promise<boolean> =>
  stat(path).then(
    (stats) => stats[kind](),
    () => false,
  );

async function realFolder(folder: string, subject: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (cause) {
    throw missing(subject, cause);
  }
}

const missing = (subject: string, cause?: unknown): MortiseError =>
  new MortiseError(
    {
      code: 'MORTISE_ERR_FILE_MISSING',
      message: 'there is no such file or directory',
      subject,
      expected: 'a directory of headers, or a header',
      remedy: 'Check the path.',
    },
    cause === undefined ? undefined : { cause },
  );

async function listHeaders(folder: string, subject: string): Promise<string[]> {
  const refuse = (message: string) =>
    new MortiseError({
      code: 'MORTISE_ERR_ABI_HEADERS',
      message,
      subject,
      expected: `files that end in ${[...languages.keys()].join(', ')}`,
      remedy: 'Name the directory that holds the headers, or one header.',
    });
  const names: string[] = [];
  let files = 0;
  for await (const file of (await opendir(folder, { recursive: true })) as Dir) {
    if (++files > maxFiles) throw refuse(`the directory holds more than ${maxFiles} files`);
    if (!file.isFile() || !isHeader(file.name)) continue;
    names.push(relative(folder, join(file.parentPath, file.name)).split(sep).join('/'));
  }
  if (names.length === 0) throw refuse('the directory has no headers');
  return names.sort();
}
