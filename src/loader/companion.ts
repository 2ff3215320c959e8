/** A library that a plugin needs in the process beside its own: mapped from a private copy as the plugin is. */
import { createHash } from 'node:crypto';
import { type ByteSource, imageFor, openFile, readBinary } from '../binary/index.js';
import { MortiseError } from '../errors.js';
import { type Library, openLibrary } from '../native/library.js';
import { missingDependencies, resolveDependencies } from './dependencies/index.js';
import type { PrivateDirectory } from './private-copy.js';

const chunk = 1024 * 1024;
/** Plugins that need the same bytes share one: what it keeps for one of them serves the others. */
const known = new WeakMap<PrivateDirectory, Map<string, Library>>();

/**
 * Runs the library's constructors when these bytes are new to the directory's host.
 * @throws MortiseError MORTISE_ERR_FILE_*, MORTISE_ERR_BINARY_*, MORTISE_ERR_DEPENDENCY_MISSING,
 *   MORTISE_ERR_COPY_FAILED, MORTISE_ERR_LOAD_FAILED
 */
export function loadCompanion(path: string, directory: PrivateDirectory): Library {
  const libraries = known.get(directory) ?? new Map<string, Library>();
  known.set(directory, libraries);
  const file = openFile(path);
  try {
    const sha256 = digestOf(file);
    const before = libraries.get(sha256);
    if (before) return before;
    const image = imageFor(readBinary(file), process.arch);
    const dependencies = resolveDependencies(path, image);
    const [first, ...rest] = missingDependencies(dependencies);
    if (first) throw new MortiseError([first, ...rest]);
    const beside = dependencies.filter((dependency) => dependency.beside);
    const copy = directory.copy(path, file, sha256, beside);
    const library = openLibrary(copy, path, { directory: directory.path, deep: false });
    libraries.set(sha256, library);
    return library;
  } finally {
    file.close();
  }
}

/** Lower-case hex. At once, as all of a start: nothing else may come in between. */
function digestOf(source: ByteSource): string {
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += chunk) {
    hash.update(source.read(at, Math.min(chunk, source.size - at)));
  }
  return hash.digest('hex');
}
