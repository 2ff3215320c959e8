/** Makes tarballs of a plugin's directory. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MortiseError } from '../errors.js';
import { digestOf } from '../loader/bundles/packed.js';
import { look } from '../loader/directories.js';
import { readFolder } from './folder.js';
import { npmPackages, tarballName } from './npm-packages.js';
import { type Staged, stage } from './stage.js';
import { tarballIn, writeTarball } from './tarball.js';

export interface Packed {
  name: string;
  version: string;
  /** Library by platform. */
  libraries: Record<string, string>;
  tarballs: {
    path: string;
    /** The npm package's, where it is one. */
    package?: string;
    /** How many files are in it. */
    files: number;
    bytes: number;
    sha256: string;
  }[];
}

/** @throws MortiseError as `readFolder` and `stage` do, MORTISE_ERR_PACK_WRITE */
export function packBundle(directory: string, output: string): Promise<Packed> {
  return packed(directory, output, async (staged, folder) => {
    const name = `${staged.json.name}-${staged.json.version}`;
    return [{ name, prefix: name, directory: folder, files: staged.files }];
  });
}

/** @param npm the npm package's name @throws MortiseError as `packBundle` does */
export function packPackages(directory: string, output: string, npm: string): Promise<Packed> {
  return packed(directory, output, async (staged, folder) =>
    npmPackages(staged, folder, npm).map((one) => ({
      name: tarballName(one.name, staged.json.version ?? ''),
      package: one.name,
      prefix: 'package',
      directory: one.directory,
      files: one.files,
    })),
  );
}

interface Content {
  name: string;
  prefix: string;
  directory: string;
  files: string[];
  package?: string;
}

async function packed(
  directory: string,
  output: string,
  contents: (staged: Staged, folder: string) => Promise<Content[]>,
): Promise<Packed> {
  const folder = await readFolder(directory);
  const work = mkdtempSync(join(tmpdir(), 'mortise-pack-'));
  try {
    const staged = await stage(folder, makeDirectory(join(work, 'bundle')));
    const tarballs: Packed['tarballs'] = [];
    for (const { name, prefix, directory, files, package: npm } of await contents(
      staged,
      join(work, 'bundle'),
    )) {
      const path = tarballIn(output, name);
      await written(output, () => writeTarball(path, directory, files, prefix));
      const bytes = look(path)?.size ?? 0;
      const sha256 = await digestOf(path);
      tarballs.push({ path, ...(npm && { package: npm }), files: files.length, bytes, sha256 });
    }
    const { name = '', version = '', library } = staged.json;
    return { name, version, libraries: library as Record<string, string>, tarballs };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function makeDirectory(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

async function written(output: string, write: () => Promise<void>): Promise<void> {
  try {
    makeDirectory(output);
    await write();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const remedy = 'Name another directory with --output, or make room and let this user write there.';
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_PACK_WRITE',
        message,
        subject: output,
        expected: 'a directory that can be written to',
        found: code,
        remedy,
      },
      { cause },
    );
  }
}
