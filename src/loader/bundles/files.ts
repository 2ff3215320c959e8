/** The files of a bundle, each with its SHA-256. */
import { createHash } from 'node:crypto';
import { createReadStream, type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MortiseError } from '../../errors.js';
import { look } from '../directories.js';
import { isInside, outside, realPath } from './inside.js';

/** Of one bundle: large ones have some thousands. */
const maxFiles = 50_000;
/** Up to this size a file is read in one go. */
const maxAtOnce = 1024 * 1024;
/** Of all files of one bundle, 4 GiB: large ones have some hundred MB. A sparse file says any size, and is read for hours. */
const maxBytes = 4 * 1024 ** 3;
/** Directories in a bundle. */
const maxDepth = 64;

/**
 * By path from the root, with slashes, in order of names. A link stands for the file that it leads to.
 * @param root real
 * @throws MortiseError MORTISE_ERR_BUNDLE_OUTSIDE, MORTISE_ERR_BUNDLE, MORTISE_ERR_FILE_UNREADABLE
 */
export async function filesIn(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const sized = [...pathsIn(root)].map(([name, path]) => ({ name, path, size: look(path)?.size ?? 0 }));
  if (sized.reduce((sum, { size }) => sum + size, 0) > maxBytes) throw tooLarge(root);
  for (const { name, path, size } of sized) files.set(name, await hashOf(path, size));
  return files;
}

/** By name: what is to be read. */
function pathsIn(root: string): Map<string, string> {
  const paths = new Map<string, string>();
  const visit = (directory: string, prefix: string, depth: number): void => {
    for (const entry of entriesOf(directory)) {
      const [path, name] = [join(directory, entry.name), `${prefix}${entry.name}`];
      if (paths.size > maxFiles || depth > maxDepth) throw tooMany(root);
      if (entry.isDirectory()) visit(path, `${name}/`, depth + 1);
      else if (entry.isSymbolicLink()) follow(path, name);
      else if (entry.isFile()) paths.set(name, path);
    }
  };
  const follow = (path: string, name: string): void => {
    const real = realPath(path);
    if (real === undefined) return;
    if (!isInside(root, real)) {
      throw new MortiseError(outside(path, real, root, 'Put the file itself into the bundle.'));
    }
    if (look(real)?.isFile()) paths.set(name, real);
  };
  visit(root, '', 0);
  return paths;
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw unreadable(directory, error);
  }
}

/** Of what is added meanwhile, one byte more is read: the sum is another then. */
async function hashOf(path: string, size: number): Promise<string> {
  try {
    const hash = createHash('sha256');
    if (size <= maxAtOnce) return hash.update(readFileSync(path)).digest('hex');
    for await (const chunk of createReadStream(path, { end: size })) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(subject: string, cause: unknown): MortiseError {
  const { message, code } = cause as NodeJS.ErrnoException;
  return new MortiseError(
    {
      code: 'MORTISE_ERR_FILE_UNREADABLE',
      message,
      subject,
      expected: 'a file that can be read',
      found: code,
      remedy: 'Let this user read it, or get the bundle again.',
    },
    { cause },
  );
}

function tooLarge(subject: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_BUNDLE',
    message: `its files have more than ${maxBytes} bytes`,
    subject,
    expected: `at most ${maxBytes} bytes`,
    found: 'more',
    remedy: 'Get the bundle again from who makes it.',
  });
}

function tooMany(subject: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_BUNDLE',
    message: `it has more than ${maxFiles} files, or directories more than ${maxDepth} deep`,
    subject,
    expected: 'the files of one plugin',
    found: 'more',
    remedy: 'Get the bundle again from who makes it.',
  });
}
