/** Tarballs of plugins: the same files give the same bytes, and nothing is written outside of where it should. */
import { join } from 'node:path';
import type { ReadEntry } from 'tar';
import { MortiseError } from '../errors.js';
import { look } from '../loader/directories.js';

/** As npm's own tarballs: no file is older, which some file systems can't hold. */
const epoch = new Date('1985-10-26T08:15:00Z');
/** Of one bundle, unpacked: 1 GiB. */
const maxBytes = 1024 * 1024 * 1024;
const maxEntries = 10_001;

/** @param files paths from `directory`, in the order in which they are packed */
export async function writeTarball(
  file: string,
  directory: string,
  files: readonly string[],
  prefix: string,
): Promise<void> {
  const { create } = await import('tar');
  const options = {
    gzip: { level: 9 },
    portable: true,
    mtime: epoch,
    noDirRecurse: true,
    sync: true,
  } as const;
  create({ file, cwd: directory, prefix, ...options }, [...files]);
}

/**
 * Unpacks a tarball whose files all lie in one directory, without that directory.
 * @throws MortiseError MORTISE_ERR_BUNDLE_OUTSIDE, MORTISE_ERR_BUNDLE: nothing is written then
 */
export async function readTarball(file: string, directory: string): Promise<void> {
  const size = look(file)?.size ?? 0;
  if (size > maxBytes) throw damaged(file, `at most ${maxBytes} bytes`, `${size} bytes`);
  const { list, extract } = await import('tar');
  const seen = new Set<string>();
  let bytes = 0;
  const check = (entry: ReadEntry) => {
    if (entry.type === 'Directory') return;
    const { path, type } = entry;
    if (!isPlain(path)) throw outside(file, path);
    if (type !== 'File' && type !== 'OldFile') throw damaged(file, 'files only', `${type} ${path}`);
    bytes += entry.size;
    if (seen.has(path)) throw damaged(file, 'each file once', `${path} twice`);
    seen.add(path);
    if (bytes > maxBytes) throw damaged(file, `at most ${maxBytes} bytes in it`, 'more');
    if (seen.size > maxEntries) throw damaged(file, `at most ${maxEntries} files`, 'more');
  };
  try {
    list({ file, sync: true, strict: true, onReadEntry: check });
    if (seen.size === 0) throw damaged(file, 'a tarball with files', 'none');
    extract({
      file,
      cwd: directory,
      sync: true,
      strip: 1,
      strict: true,
      noMtime: true,
      preserveOwner: false,
    });
  } catch (error) {
    if (error instanceof MortiseError) throw error;
    throw damaged(file, 'a gzipped tarball', (error as Error).message, error);
  }
}

/** One directory, and a path below it that goes nowhere else on any system. */
function isPlain(path: string): boolean {
  const parts = path.split('/');
  return (
    parts.length > 1 &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the characters meant.
    !/[\\:\x00-\x1f]/.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function outside(subject: string, path: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_BUNDLE_OUTSIDE',
    message: `${JSON.stringify(path)} in it leads out of its directory`,
    subject,
    where: path,
    expected: 'paths inside one directory',
    found: path,
    remedy: 'Do not use it; tell who makes it.',
  });
}

function damaged(subject: string, expected: string, found: string, cause?: unknown): MortiseError {
  return new MortiseError(
    {
      code: 'MORTISE_ERR_BUNDLE',
      message: `it can’t be unpacked: expected ${expected}, found ${found}`,
      subject,
      expected,
      found,
      remedy: 'Get the bundle again from who makes it, or pack it with `mortise pack`.',
    },
    { cause },
  );
}

export const tarballIn = (directory: string, name: string): string => join(directory, `${name}.tgz`);
