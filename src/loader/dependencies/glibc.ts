/** Searches for libraries as the loader of glibc does. */
import { dirname } from 'node:path';
import { exists } from '../directories.js';
import type { Via } from './dependency.js';
import { supportedHwcaps } from './hwcaps.js';
import type { CacheEntry } from './ld-cache.js';
import { defaultDirectories, libToken, machineOf } from './machine.js';
import type { Loader, Needer, Needs, Place } from './place.js';
import { systemCache } from './system-cache.js';
import { expand, namesOrigin, type Tokens } from './tokens.js';

/**
 * ld.so of glibc (ld.so(8); elf/dl-load.c, _dl_map_object): RPATH of the library, of those that led to it and
 * of the program, LD_LIBRARY_PATH, RUNPATH, the cache, the built-in directories.
 */
export function glibcLoader(
  needs: Needs,
  env: NodeJS.ProcessEnv,
  sysroot: string,
  programRpath: readonly string[] = [],
): Loader {
  const machine = machineOf(needs);
  const tokensOf = (path: string): Tokens => ({
    ORIGIN: dirname(path),
    LIB: libToken(machine, needs.bits, sysroot),
    PLATFORM: machine.platform,
  });
  const system = systemPlaces(needs, sysroot);
  const placesIn = directories();
  // Tokens of LD_LIBRARY_PATH stand for the program's own place.
  const program: Needer = { path: process.execPath, needs, beside: false };

  return {
    misfit: 'skip',
    *places(asked, needer) {
      const name = expand(asked, tokensOf(needer.path));
      if (name.includes('/')) {
        const file = absolute(name);
        yield { file, label: file, via: 'default', beside: needer.beside && namesOrigin(asked) };
        return;
      }
      // RUNPATH switches RPATH off: its own, and that of all that led to it.
      if (needer.needs.runpath.length === 0) {
        for (let one: Needer | undefined = needer; one; one = one.loader) {
          if (one.needs.runpath.length === 0) yield* listed(name, one.needs.rpath, one, 'rpath');
        }
        yield* listed(name, programRpath, program, 'rpath');
      }
      const environment = env.LD_LIBRARY_PATH;
      if (environment) yield* listed(name, environment.split(/[:;]/), program, 'environment');
      yield* listed(name, needer.needs.runpath, needer, 'runpath');
      yield* system(name, needer.needs.noDefaultDirectories === true);
    },
  };

  function* listed(name: string, elements: readonly string[], owner: Needer, via: Via): Generator<Place> {
    for (const element of elements) {
      // An empty element is the current directory, and so is a relative one's base.
      const directory = absolute(expand(element, tokensOf(owner.path)));
      const beside = owner.beside && namesOrigin(element);
      yield* placesIn(directory, name, { via, beside });
    }
  }
}

/** The cache and the built-in directories, which don't depend on who asks. */
function systemPlaces(
  needs: Needs,
  sysroot: string,
): (name: string, noDefaultDirectories: boolean) => Iterable<Place> {
  const machine = machineOf(needs);
  const cachePath = `${sysroot}/etc/ld.so.cache`;
  const builtin = defaultDirectories(machine, needs.bits, sysroot);
  const placesIn = directories();
  return function* (name, noDefaultDirectories) {
    const entries = systemCache(cachePath).get(name) ?? [];
    const best = bestOf(entries.filter(({ flags }) => machine.cacheFlags?.includes(flags) ?? true));
    const isDefault = builtin.some((directory) => best && (sysroot + best.path).startsWith(`${directory}/`));
    const usable = best && !(noDefaultDirectories && isDefault);
    // Named also when it knows nothing, because that is where most libraries are looked for.
    yield { file: usable ? sysroot + best.path : '', label: cachePath, via: 'cache', beside: false };
    if (noDefaultDirectories) return;
    for (const directory of builtin) {
      yield* placesIn(directory, name, { via: 'default', beside: false });
    }
  };
}

/** The entry that ld.so prefers: the best subdirectory that the processor can use, else the plain one. */
function bestOf(entries: readonly CacheEntry[]): CacheEntry | undefined {
  if (entries.some(({ hwcaps }) => hwcaps !== undefined)) {
    for (const level of supportedHwcaps()) {
      const found = entries.find(({ hwcaps }) => hwcaps === level);
      if (found) return found;
    }
  }
  return entries.find(({ hwcaps, legacyHwcaps }) => hwcaps === undefined && !legacyHwcaps);
}

/**
 * The places of a name in a directory and in its glibc-hwcaps subdirectories. Whether those exist is asked
 * once each, because most search paths name directories that nobody made.
 */
function directories(): (directory: string, name: string, rest: Omit<Place, 'file' | 'label'>) => Place[] {
  const known = new Map<string, string[]>();
  return (directory, name, rest) => {
    let existing = known.get(directory);
    if (!existing) {
      const root = `${directory}/glibc-hwcaps`;
      const levels = exists(root) ? supportedHwcaps().map((level) => `${root}/${level}`) : [];
      existing = exists(directory) ? [...levels, directory] : [];
      known.set(directory, existing);
    }
    // One that doesn't exist is still one that was searched.
    if (existing.length === 0) return [{ file: '', label: directory, ...rest }];
    return existing.map((place) => ({ file: `${place}/${name}`, label: directory, ...rest }));
  };
}

/** Against the current directory, but with its `..` kept: what they mean is up to the file system. */
export function absolute(path: string): string {
  const whole = path.startsWith('/') ? path : `${process.cwd()}/${path}`;
  return whole.replace(/\/+$/, '') || '/';
}
