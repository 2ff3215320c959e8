/** The libraries that lie beside a plugin: they come with it, and what was checked of them is what is loaded. */
import { basename } from 'node:path';
import { type OpenFile, openFile } from '../binary/index.js';
import { MortiseError } from '../errors.js';
import { assertSize } from './bootstrap.js';
import { sha256Of } from './bytes.js';
import { closureOf, identify } from './dependencies/index.js';
import type { Evidence, HostFacts, OwnLibrary } from './record.js';

/** No file of this machine's system may count for another platform. */
export const nowhere = '/.mortise-no-such-root';

/** Makes a private copy of a library, and says where it is and what its bytes are. */
export type Stage = (file: OpenFile) => Promise<{ path: string; sha256: string }>;

/** A library that names others which were not there before: as often as anyone has libraries beneath each other. */
const maxRounds = 64;

/**
 * @param stage for a plugin that will be loaded; what a file is then read from is its private copy, so that nobody can
 *   change it between the checks and the loading
 * @returns by path; without those that can't be read, unless `stage` is given
 * @throws MortiseError with `stage`: MORTISE_ERR_FILE_*, MORTISE_ERR_COPY_FAILED
 */
export async function ownLibraries(
  { image, path }: Pick<Evidence, 'image' | 'path'>,
  { platform, arch, target }: Pick<HostFacts, 'platform' | 'arch' | 'target'>,
  stage?: Stage,
): Promise<Map<string, OwnLibrary>> {
  const libraries = new Map<string, OwnLibrary>();
  if (!image || image.arch !== arch) return libraries;
  const system = target ? { arch, env: {}, sysroot: nowhere } : {};
  const byFile = new Map<string, OwnLibrary>();
  for (let round = 0; round < maxRounds; round++) {
    const before = libraries.size;
    // A copy is what counts: it may need other libraries than the file that it was made of, by now.
    for (const one of closureOf(path, image, { platform, ...system, copies: libraries }).dependencies) {
      if (!one.beside || one.path === undefined) continue;
      for (const place of [one.path, ...(one.also ?? [])]) {
        if (libraries.has(place)) continue;
        const library = await read(one.name, place, byFile, stage);
        if (library) libraries.set(place, library);
      }
    }
    if (!stage || libraries.size === before) break;
  }
  return libraries;
}

async function read(
  name: string,
  path: string,
  byFile: Map<string, OwnLibrary>,
  stage: Stage | undefined,
): Promise<OwnLibrary | undefined> {
  const identity = identify(path)?.file;
  const known = identity === undefined ? undefined : byFile.get(identity);
  if (known) return { ...known, name: basename(path), path };
  try {
    const file = openFile(path);
    try {
      assertSize(file);
      const staged = await stage?.(file);
      const { mode, uid } = file;
      const sha256 = staged?.sha256 ?? (await sha256Of(file));
      const library: OwnLibrary = { name, path, sha256, mode, uid, copy: staged?.path };
      if (identity !== undefined) byFile.set(identity, library);
      return library;
    } finally {
      file.close();
    }
  } catch (error) {
    if (stage || !(error instanceof MortiseError)) throw error;
    return undefined;
  }
}
