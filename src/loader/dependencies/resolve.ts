/** Finds all libraries that a plugin needs, directly or through others. */
import { resolve as absolutePath, basename } from 'node:path';
import { MortiseError } from '../../errors.js';
import type { Dependency, ResolveOptions, Via } from './dependency.js';
import { misfit } from './fit.js';
import { identify } from './identify.js';
import { type Loaded, loadedLibraries } from './loaded.js';
import { loaderFor } from './loaders.js';
import { readNeeds } from './needs.js';
import type { Loader, Needer, Needs, Place } from './place.js';

/** Chromium's component build, the largest there is, has some 500. */
const maxLibraries = 2048;
/** A search path of a thousand directories times a thousand libraries is an attack on whoever checks it. */
const maxPlaces = 100_000;

/** All libraries of an image. */
export interface Closure {
  /** Breadth-first, as the system's loader maps them; each library once. */
  dependencies: Dependency[];
  /** Under each name by which another asks for it, or by which it calls itself; missing ones aside. */
  byName: ReadonlyMap<string, Dependency>;
  /** What this process already has; undefined when it isn't this process that would load the image. */
  loaded?: Loaded;
}

/**
 * All libraries that an image needs, its dependencies' dependencies included. Reads files, runs nothing.
 *
 * An image that no loader of the platform and processor would take has no dependencies here: refusing it
 * is another check's business.
 *
 * @param path Where the image lies: `$ORIGIN` and `@loader_path` count from it.
 * @throws MortiseError MORTISE_ERR_BINARY_LIMIT when there are more than 2048 libraries or 100,000 places to look at
 */
export function closureOf(path: string, image: Needs, options: ResolveOptions = {}): Closure {
  const here = (options.platform ?? process.platform) === process.platform && !options.sysroot;
  const loaded = here && process.platform === 'linux' ? loadedLibraries() : undefined;
  const loader = loaderFor(image, options, loaded?.programRpath);
  if (!loader) return { dependencies: [], byName: new Map() };
  const walk = new Walk(loader, absolutePath(path), image, loaded, options.copies);
  return { dependencies: walk.run(), byName: walk.byName, loaded };
}

/** @see closureOf */
export function resolveDependencies(path: string, image: Needs, options?: ResolveOptions): Dependency[] {
  return closureOf(path, image, options).dependencies;
}

class Walk {
  readonly #found: Dependency[] = [];
  readonly #queue: Needer[];
  /** Names under which a library is already there: as it was asked for, and as it calls itself. */
  readonly #names = new Set<string>();
  readonly byName = new Map<string, Dependency>();
  readonly #files = new Map<string, Dependency | undefined>();
  readonly #missing = new Map<string, Dependency>();
  #places = 0;

  constructor(
    readonly loader: Loader,
    readonly path: string,
    readonly image: Needs,
    readonly loaded: Loaded | undefined,
    readonly copies: ResolveOptions['copies'],
  ) {
    this.#queue = [{ path, needs: image, beside: true }];
    if (image.soname) this.#names.add(image.soname);
    const file = identify(path)?.file;
    if (file !== undefined) this.#files.set(file, undefined);
  }

  run(): Dependency[] {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      for (const name of next.needs.dependencies) this.#add(name, next);
    }
    return this.#found;
  }

  #add(name: string, needer: Needer): void {
    if (name === '') return; // to the loader, the program
    // A name with a place of its own means another file to each library that needs it.
    const shared = !name.includes('@') && !name.includes('$');
    if (shared && this.#names.has(name)) return;
    const optional = needer.needs.weakDependencies.includes(name);
    const { place, file, needs, searched, via, instead, copy } = this.#find(name, needer);
    if (!place) {
      this.#miss({ name, neededBy: needer.path, via, searched, optional, beside: false });
      return;
    }
    const { beside } = place;
    const same = file === undefined ? undefined : this.#files.get(file);
    const found = same ?? { name, neededBy: needer.path, path: place.file, via, searched, optional, beside };
    if (instead !== undefined) found.instead = instead;
    if (copy !== undefined) found.copy = copy;
    if (same && same.path !== place.file && !same.also?.includes(place.file)) {
      same.also = [...(same.also ?? []), place.file];
    }
    if (shared) this.#name(name, found);
    if (file !== undefined) {
      if (this.#files.has(file)) return;
      this.#files.set(file, found);
    }
    if (needs?.soname) this.#name(needs.soname, found);
    this.#push(found);
    if (needs && place.system !== 'complete') {
      this.#queue.push({ path: place.file, needs, loader: needer, beside });
    }
  }

  #name(name: string, dependency: Dependency): void {
    this.#names.add(name);
    if (!this.byName.has(name)) this.byName.set(name, dependency);
  }

  /** Another library may find it where the first did not; the first one's failure stays one. */
  #miss(dependency: Dependency): void {
    const known = this.#missing.get(dependency.name);
    if (!known) {
      this.#missing.set(dependency.name, dependency);
      this.#push(dependency);
    } else if (known.optional && !dependency.optional) {
      Object.assign(known, dependency);
    }
  }

  #push(dependency: Dependency): void {
    if (this.#found.length >= maxLibraries) {
      throw this.#tooMuch(`more than ${maxLibraries} libraries are needed`);
    }
    this.#found.push(dependency);
  }

  /** A name without a directory means first what is loaded, whatever a search would find. */
  #find(name: string, needer: Needer): Outcome {
    const loaded = name.includes('/') ? undefined : this.loaded?.byName.get(name);
    if (loaded === undefined) return this.#search(name, needer);
    const place: Place = { file: loaded, label: 'the process', via: 'loaded', beside: false };
    const outcome: Outcome = { place, searched: [place.label], via: 'loaded' };
    const reading = readNeeds(loaded, this.image.arch);
    if (reading.kind === 'library') Object.assign(outcome, { file: reading.file, needs: reading.needs });
    const other = this.#search(name, needer);
    if (other.place && other.file !== outcome.file) outcome.instead = other.place.file;
    return outcome;
  }

  #search(name: string, needer: Needer): Outcome {
    const searched = new Set<string>();
    let via: Via = 'default';
    for (const place of this.loader.places(name, needer)) {
      if (++this.#places > maxPlaces) throw this.#tooMuch(`more than ${maxPlaces} places to look at`);
      ({ via } = place);
      searched.add(place.label);
      if (place.system === 'without a file') return { place, searched: [...searched], via };
      const copy = place.beside ? this.copies?.get(place.file)?.copy : undefined;
      const reading = readNeeds(copy ?? place.file, this.image.arch);
      if (reading.kind === 'absent') continue;
      const refusal = reading.kind === 'refused' ? reading : misfit(reading.needs, this.image);
      if (!refusal) {
        const { file, needs } = reading as Extract<typeof reading, { kind: 'library' }>;
        return { place, file, needs, searched: [...searched], via, copy };
      }
      searched.add(`${place.file} (${refusal.reason})`);
      if (!refusal.foreign || this.loader.misfit === 'stop') break;
    }
    return { searched: [...searched], via };
  }

  #tooMuch(message: string): MortiseError {
    return new MortiseError({
      code: 'MORTISE_ERR_BINARY_LIMIT',
      message,
      subject: this.path,
      where: 'its dependencies',
      remedy: `Check what ${basename(this.path)} was linked with, and its RUNPATH: no real library is like this.`,
    });
  }
}

interface Outcome {
  place?: Place;
  file?: string;
  needs?: Needs;
  searched: string[];
  via: Via;
  instead?: string;
  copy?: string;
}
