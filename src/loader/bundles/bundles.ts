/** The bundles of one host: found in its sources, and those that are named by a path. */
import { basename, dirname, join, resolve } from 'node:path';
import { isPath } from '../../config/is-path.js';
import { MortiseError, type Problem } from '../../errors.js';
import { isFile } from '../directories.js';
import { isInside, realPath } from './inside.js';
import { type JsonFile, readJson } from './json.js';
import { type LoadOptions, loadBundle } from './load.js';
import { isPluginJson } from './plugin-json.js';
import { type Bundle, type BundleClass, bundleClasses } from './record.js';
import { policyOf, type Source, type Sources, sourcesIn } from './sources.js';
import { TrustStore } from './trust.js';
import { bundleFile, type Place, walk } from './walk.js';

/** A plugin.json that was found in a source, whatever came of it. */
export interface FoundBundle {
  class: BundleClass;
  /** The plugin.json, or the path that could not be looked at. */
  path: string;
  directory: string;
  /** Its id; the name of its directory where that isn't known. */
  name: string;
  aliases: readonly string[];
  /** Undefined for what could not be read, and for a bundle of mortise's own. */
  bundle?: Bundle;
  /** Why it is out of the question; empty otherwise. */
  problems: readonly Problem[];
}

/** What bundles are read for. */
export interface System {
  cwd: string;
  platform: NodeJS.Platform;
  arch: string;
}

export class Bundles {
  readonly #sources: Sources;
  readonly #cwd: string;
  readonly #options: LoadOptions;
  #found: readonly FoundBundle[] = [];
  /** What `below` found, by plugin.json. */
  readonly #below = new Map<string, FoundBundle>();

  constructor(sources: Sources, { cwd, platform, arch }: System) {
    const { trust = [], rootUrl } = sources;
    const { signed } = policyOf(sources);
    this.#sources = sources;
    this.#cwd = cwd;
    this.#options = { trust: new TrustStore(trust, cwd), rootUrl, signed, platform, arch };
  }

  /** What `discover` found. */
  get found(): readonly FoundBundle[] {
    return this.#found;
  }

  /** The one of an id, or else of an alias, or at a path. Those that are out of the question come last. */
  find(name: string): FoundBundle | undefined {
    if (isPath(name)) return this.#found.length > 0 ? this.#foundAt(resolve(this.#cwd, name)) : undefined;
    const good = this.#found.filter(({ problems }) => problems.length === 0);
    return (
      good.find((one) => one.name === name) ??
      good.find(({ aliases }) => aliases.includes(name)) ??
      this.#found.find((one) => one.name === name)
    );
  }

  /**
   * Looks into all sources: core, bundled, external, each in the order given, directories in order of their names. The
   * first of an id wins.
   * @throws MortiseError MORTISE_ERR_SOURCE, MORTISE_ERR_TRUST_KEY
   */
  async discover(): Promise<readonly FoundBundle[]> {
    const found: FoundBundle[] = [];
    for (const source of sourcesIn(this.#sources, this.#cwd)) found.push(...(await this.#in(source)));
    this.#found = withoutDuplicates(found);
    return this.#found;
  }

  /**
   * The bundle at a path that somebody named: external, unless it lies in a source of another class. What it has of a
   * bundle around it counts where that lies in the same source.
   * @param file its plugin.json
   * @throws MortiseError MORTISE_ERR_BUNDLE, MORTISE_ERR_TRUST_KEY; as `below` found it, when that did
   */
  async at(file: string): Promise<Bundle> {
    const directory = realPath(dirname(file)) ?? dirname(file);
    this.assertUsable(file);
    const bundle = this.#below.get(join(directory, basename(file)))?.bundle;
    if (bundle) return bundle;
    const around = this.#around(directory);
    const parent = around === undefined ? undefined : await this.at(around);
    const found = { file: await readJson(file), directory, class: this.#classOf(directory), parent };
    return loadBundle(found, this.#options);
  }

  /** All in one directory that somebody named. @throws MortiseError as `discover` does */
  async below(given: string): Promise<readonly FoundBundle[]> {
    const directory = realPath(given) ?? given;
    const found = withoutDuplicates(await this.#in({ class: this.#classOf(directory), directory }));
    for (const one of found) this.#below.set(one.path, one);
    return found;
  }

  /** @throws MortiseError why `below` found that what is at a path is out of the question */
  assertUsable(path: string): void {
    const directory = realPath(dirname(path)) ?? dirname(path);
    const [first, ...rest] = this.#below.get(join(directory, basename(path)))?.problems ?? [];
    if (first) throw new MortiseError([first, ...rest]);
  }

  /** @param path its directory, or its plugin.json */
  #foundAt(path: string): FoundBundle | undefined {
    const real = realPath(path) ?? path;
    return this.#found.find(
      ({ directory, path: file, bundle }) => file === real || (bundle && directory === real),
    );
  }

  #classOf(directory: string): BundleClass {
    return this.#sourceOf(directory)?.class ?? 'external';
  }

  #sourceOf(directory: string): Source | undefined {
    for (const name of bundleClasses) {
      for (const given of this.#sources[name] ?? []) {
        const source = realPath(resolve(this.#cwd, given)) ?? given;
        if (isInside(source, directory)) return { class: name, directory: source };
      }
    }
    return undefined;
  }

  /** The plugin.json of the bundle around a directory of a source. */
  #around(directory: string): string | undefined {
    const source = this.#sourceOf(directory)?.directory;
    if (source === undefined || directory === source) return undefined;
    for (let above = dirname(directory); isInside(source, above); above = dirname(above)) {
      const file = join(above, bundleFile);
      if (isFile(file)) return file;
      if (above === source) break;
    }
    return undefined;
  }

  async #in(source: Source): Promise<FoundBundle[]> {
    const { places, refused } = walk(source.directory);
    const read = await inTurns(withThoseInside(places), (group) => this.#readAll(group, source));
    const others = refused.map(
      ({ path, problem }): FoundBundle => ({
        class: source.class,
        path,
        directory: basename(path) === bundleFile ? dirname(path) : path,
        name: basename(path) === bundleFile ? basename(dirname(path)) : basename(path),
        aliases: [],
        problems: [problem],
      }),
    );
    return [...read.flat(), ...others];
  }

  /** A bundle, and those inside it, which need to know of it. */
  async #readAll(places: readonly Place[], source: Source): Promise<FoundBundle[]> {
    const found = new Map<string, FoundBundle>();
    for (const { file, directory, parent } of places) {
      const around = parent === undefined ? undefined : found.get(parent);
      found.set(file, await this.#read(file, directory, source, around));
    }
    return [...found.values()];
  }

  async #read(
    path: string,
    directory: string,
    source: Source,
    around: FoundBundle | undefined,
  ): Promise<FoundBundle> {
    const common = { class: source.class, path, directory, name: basename(directory), aliases: [] };
    let file: JsonFile;
    try {
      file = await readJson(path);
      // Of a bundle of mortise's own, the loader reads the rest.
      if (!isPluginJson(file.value) && isOwn(file.value))
        return { ...common, ...ownNames(file.value), problems: [] };
      const parent = around?.bundle;
      const bundle = await loadBundle({ file, directory, class: source.class, parent }, this.#options);
      const { id, aliases } = bundle;
      const problems = around && around.problems.length > 0 ? [orphan(path, around)] : [];
      return { ...common, name: id, aliases, bundle, problems };
    } catch (error) {
      if (!(error instanceof MortiseError) || error.code === 'MORTISE_ERR_TRUST_KEY') throw error;
      return { ...common, problems: error.problems };
    }
  }
}

/** Each bundle with those inside it, which a walk finds right after it. */
function withThoseInside(places: readonly Place[]): Place[][] {
  const groups: Place[][] = [];
  for (const place of places) {
    if (place.parent === undefined) groups.push([place]);
    else groups.at(-1)?.push(place);
  }
  return groups;
}

/** Signatures are checked on other threads: while one is, the next bundle is read. */
const atOnce = 8;

/** In the order of `all`, however long each takes. */
async function inTurns<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < all.length) {
      const index = next++;
      results[index] = await work(all[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
  return results;
}

function isOwn(value: unknown): value is { name?: unknown; aliases?: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'library');
}

/** As far as they are any: what is wrong with them is said when the bundle is loaded. */
function ownNames({ name, aliases }: { name?: unknown; aliases?: unknown }) {
  return {
    ...(typeof name === 'string' && name !== '' && { name }),
    ...(Array.isArray(aliases) && { aliases: aliases.filter((one) => typeof one === 'string') }),
  };
}

function orphan(subject: string, around: FoundBundle): Problem {
  return {
    code: 'MORTISE_ERR_BUNDLE',
    message: `the bundle around it, ${around.path}, cannot be used`,
    subject,
    expected: 'a bundle that can be used around it',
    found: around.problems[0]?.message,
    remedy: 'Correct that one first.',
  };
}

/** Of those of one id the first keeps it, also one that can't be used: another must not take the place of what is broken. */
function withoutDuplicates(found: readonly FoundBundle[]): FoundBundle[] {
  const first = new Map<string, FoundBundle>();
  const lost = new Map<string, FoundBundle>();
  return found.map((one) => {
    const isKnown = one.bundle !== undefined || one.problems.length === 0;
    if (!isKnown) return one;
    const around = one.bundle?.parent === undefined ? undefined : lost.get(one.bundle.root);
    if (around) return { ...one, problems: [...one.problems, orphan(one.path, around)] };
    const winner = first.get(one.name);
    if (!winner) {
      first.set(one.name, one);
      return one;
    }
    const loser = { ...one, problems: [...one.problems, duplicate(one, winner)] };
    if (one.bundle) lost.set(one.bundle.directory, loser);
    return loser;
  });
}

function duplicate(one: FoundBundle, winner: FoundBundle): Problem {
  return {
    code: 'MORTISE_ERR_BUNDLE_DUPLICATE',
    message: `${one.name} (${one.class}) is already the id of ${winner.path} (${winner.class}), which wins`,
    subject: one.path,
    where: 'id',
    expected: 'an id that no bundle before it has',
    found: winner.path,
    remedy: 'Remove one of the two.',
  };
}
