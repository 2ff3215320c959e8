/** Searches for libraries as the loader of macOS does. */
import { dirname, join, resolve } from 'node:path';
import type { Via } from './dependency.js';
import type { Loader, Needer, Place } from './place.js';

/**
 * dyld of macOS (dyld(1)): DYLD_LIBRARY_PATH, then the name itself with @rpath, @loader_path and
 * @executable_path replaced, then DYLD_FALLBACK_LIBRARY_PATH. Since macOS 11 the system's own libraries
 * lie in a shared cache and have no file.
 */
export function dyldLoader(env: NodeJS.ProcessEnv, program: string = process.execPath): Loader {
  return {
    misfit: 'skip',
    *places(name, needer) {
      const leaf = name.slice(name.lastIndexOf('/') + 1);
      yield* inDirectories(leaf, env.DYLD_LIBRARY_PATH, 'environment');
      if (name.startsWith('@rpath/')) yield* onRpath(name.slice('@rpath/'.length), needer);
      else yield at(name, needer, name.startsWith('@') ? 'rpath' : 'default');
      yield* inDirectories(leaf, env.DYLD_FALLBACK_LIBRARY_PATH ?? '/usr/local/lib', 'default');
    },
  };

  /** The paths of the library and of all that led to it; each counts from where its owner lies. */
  function* onRpath(rest: string, needer: Needer): Generator<Place> {
    for (let one: Needer | undefined = needer; one; one = one.loader) {
      for (const element of one.needs.runpath) {
        const place = at(`${element.replace(/\/+$/, '')}/${rest}`, one, 'rpath');
        yield { ...place, label: dirname(place.file) };
      }
    }
  }

  function at(path: string, owner: Needer, via: Via): Place {
    const [, token, rest = ''] = /^@(loader_path|executable_path)(?:\/(.*))?$/s.exec(path) ?? [];
    if (token === 'loader_path') {
      const file = join(dirname(owner.path), rest);
      return { file, label: file, via, beside: owner.beside };
    }
    if (token === 'executable_path') {
      const file = join(dirname(program), rest);
      return { file, label: file, via, beside: false };
    }
    if (inSharedCache(path)) {
      return { file: path, label: path, via: 'cache', beside: false, system: 'without a file' };
    }
    const file = resolve(path);
    return { file, label: file, via, beside: false };
  }
}

/** The directories whose libraries lie in the shared cache. What isn't one of macOS's can't be told apart by its name. */
function inSharedCache(path: string): boolean {
  if (path.startsWith('/usr/lib/swift/')) return /\/libswift\w+\.dylib$/.test(path);
  return /^\/(usr\/lib|System\/Library|System\/iOSSupport)\//.test(path);
}

function* inDirectories(leaf: string, list: string | undefined, via: Via): Generator<Place> {
  for (const directory of (list ?? '').split(':').filter(Boolean)) {
    yield { file: join(directory, leaf), label: directory, via, beside: false };
  }
}
