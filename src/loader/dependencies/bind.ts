/** Binds the symbols of a library and of those that it needs as the system's loader would; nothing runs. */
import {
  type ByteSource,
  type Definitions,
  type Image,
  type Reference,
  type References,
  readDefinitions,
  readReferences,
} from '../../binary/index.js';
import { MortiseError } from '../../errors.js';
import { type Linkage, linkageOf } from './linkage.js';
import type { Closure } from './resolve.js';

/** What the loader would stop at. */
export interface Unbound {
  versions: LackingVersion[];
  symbols: UnboundSymbol[];
  /** Libraries that can't be looked into: what they define isn't known. */
  unknown: string[];
  /** All that is still to be bound, the library itself first. */
  bound: Bound[];
}

/** What a library asks for, and who answers if nobody before them does. */
export interface Bound {
  path: string;
  references: References;
  /** By the index of the symbol among the references. */
  hints: (Linkage | undefined)[];
}

/** A version that the library which was found doesn't define. */
export interface LackingVersion {
  neededBy: string;
  version: string;
  /** As the needing file calls it. */
  library: string;
  /** Its file; undefined when nothing loads a library of that name, which the loader takes for granted. */
  path?: string;
}

/** A symbol that nothing defines. */
export interface UnboundSymbol {
  neededBy: string;
  name: string;
  version?: string;
}

/** The library whose closure it is. */
export interface Root {
  path: string;
  source: ByteSource;
  soname?: string;
  /** What it defines, if only the names count: its own tables are read for nothing else. */
  exports: readonly string[];
  /** What its own tables define and don't lead to. */
  lost?: NonNullable<Image['loading']>['lost'];
}

/** Symbols that are looked at in one closure. The largest programs need a few million. */
const maxEffort = 50_000_000;

/**
 * @param exporter who in this process defines a symbol
 * @throws MortiseError MORTISE_ERR_BINARY_* when the library's own tables are damaged, or make more work than those of
 *   any real one
 */
export function bindClosure(
  root: Root,
  closure: Closure,
  exporter: (symbol: string) => string | undefined,
): Unbound {
  return new Binding(root, closure, exporter).run();
}

/** No library is named for a version that the file itself defines. */
function lostReference({ name, version }: NonNullable<Root['lost']>[number]): Reference {
  if (!version) return { name };
  const own = { library: '', index: 0, weak: false, hidden: false };
  return { name, version: { ...own, version: version.name, hash: version.hash } };
}

const keyOf = (neededBy: string, library: string, version: string) => `${neededBy}\0${library}\0${version}`;

class Binding {
  readonly #root: Root;
  readonly #closure: Closure;
  readonly #exporter: (symbol: string) => string | undefined;
  /** In the loader's order, without what can't be read. */
  readonly #scope = new Map<string, Linkage>();
  readonly #unknown = new Set<string>();
  readonly #effort = { left: maxEffort };
  readonly #said = new Set<string>();
  /** Where the library of a name is read. */
  readonly #files = new Map<string, string | undefined>();
  #own: Definitions | undefined;
  #exports: ReadonlySet<string> | undefined;

  constructor(root: Root, closure: Closure, exporter: (symbol: string) => string | undefined) {
    this.#root = root;
    this.#closure = closure;
    this.#exporter = exporter;
  }

  run(): Unbound {
    const asking = this.#asking();
    const versions = asking.flatMap((one) => this.#lacking(one));
    // Symbols of a version that is lacking are lacking for that reason, which is said already.
    for (const { neededBy, library, version } of versions) this.#said.add(keyOf(neededBy, library, version));
    const symbols = asking.flatMap((one) => this.#unbound(one));
    return { versions, symbols, unknown: [...this.#unknown], bound: asking };
  }

  /** What is not loaded yet, and so is still to be bound. */
  #asking(): Bound[] {
    const { source } = this.#root;
    const { symbols, versions } = readReferences(source);
    const references = { versions, symbols: [...symbols, ...(this.#root.lost ?? []).map(lostReference)] };
    const asking: Bound[] = [{ path: this.#root.path, references, hints: [] }];
    for (const { path, copy, via } of this.#closure.dependencies) {
      if (path === undefined) continue;
      const linkage = linkageOf(copy ?? path);
      if (!linkage) {
        this.#unknown.add(path);
        continue;
      }
      this.#scope.set(linkage.path, linkage);
      if (via === 'loaded' || this.#closure.loaded?.has(path)) continue;
      const references = this.#tried(linkage.path, () => linkage.references);
      if (references) asking.push({ path, references, hints: linkage.hints });
    }
    return asking;
  }

  #lacking({ path: neededBy, references }: Bound): LackingVersion[] {
    const lacking: LackingVersion[] = [];
    for (const need of references.versions) {
      const { library, version, hash, weak } = need;
      const path = this.#fileOf(library);
      const found = this.#versionsOf(library, path);
      if (found === 'unknown') continue;
      const { versions, versioned } = found === 'absent' ? { versions: undefined, versioned: false } : found;
      if (versions ? weak || versions.get(version) === hash : versioned) continue;
      // A library without any versions will do for each, and yet the loader ends the process where it finds in it a
      // symbol whose version should be there.
      const isMet =
        found !== 'absent' &&
        !versions &&
        !references.symbols.some((one) => one.version === need && this.#definesIn(path, one));
      if (!isMet) lacking.push({ neededBy, version, library, path: this.#closure.byName.get(library)?.path });
    }
    return lacking;
  }

  #definesIn(path: string | undefined, reference: Reference): boolean {
    const linkage = path === undefined ? undefined : this.#scope.get(path);
    return linkage !== undefined && this.#defines(linkage, reference);
  }

  #versionsOf(library: string, file: string | undefined): Linkage['versions'] | 'absent' | 'unknown' {
    if (library === this.#root.soname) return this.#ownDefinitions();
    if (file === undefined) return this.#closure.loaded?.has(library) ? 'unknown' : 'absent';
    const linkage = this.#scope.get(file);
    return (linkage && this.#tried(file, () => linkage.versions)) ?? 'unknown';
  }

  #fileOf(library: string): string | undefined {
    if (this.#files.has(library)) return this.#files.get(library);
    const found = this.#closure.byName.get(library);
    const place = found?.copy ?? found?.path;
    // Two paths of one file have one linkage, under the path that was met first.
    const file = place === undefined ? undefined : linkageOf(place)?.path;
    this.#files.set(library, file);
    return file;
  }

  #unbound({ path: neededBy, references, hints }: Bound): UnboundSymbol[] {
    const unbound: UnboundSymbol[] = [];
    for (const [index, reference] of references.symbols.entries()) {
      const hint = hints[index];
      if (hint && this.#scope.get(hint.path) === hint) continue;
      const found = this.#find(reference);
      if (found) {
        hints[index] = found;
        continue;
      }
      const { version } = reference;
      if (version && this.#said.has(keyOf(neededBy, version.library, version.version))) continue;
      const name = Buffer.from(reference.name, 'latin1').toString();
      this.#exports ??= new Set(this.#root.exports);
      if (this.#exports.has(name) && this.#ownDefinitions().defines(reference, this.#effort)) continue;
      if (!this.#isHere(name, reference)) unbound.push({ neededBy, name, version: version?.version });
    }
    return unbound;
  }

  /** Whether this process has it already, in the version that is asked for. */
  #isHere(name: string, reference: Reference): boolean {
    const file = this.#exporter(name);
    const { version } = reference;
    if (!version) return file !== undefined;
    // The program is named as it was called, and seems to have what it only calls itself.
    const shown = file?.startsWith('/') === false ? process.execPath : file;
    return [shown, this.#closure.loaded?.byName.get(version.library)].some((path) => {
      const linkage = path === undefined ? undefined : (this.#scope.get(path) ?? linkageOf(path));
      return linkage !== undefined && (this.#unknown.has(linkage.path) || this.#defines(linkage, reference));
    });
  }

  /** The library that defines it. */
  #find(reference: Reference): Linkage | undefined {
    const named = reference.version && this.#fileOf(reference.version.library);
    const likely = named === undefined ? undefined : this.#scope.get(named);
    if (likely && this.#defines(likely, reference)) return likely;
    for (const linkage of this.#scope.values()) {
      if (linkage !== likely && this.#defines(linkage, reference)) return linkage;
    }
    return undefined;
  }

  #defines(linkage: Linkage, reference: Reference): boolean {
    if (--this.#effort.left < 0) throw this.#tooMuch();
    return this.#tried(linkage.path, () => linkage.defines(reference, this.#effort)) === true;
  }

  #ownDefinitions(): Definitions {
    this.#own ??= readDefinitions(this.#root.source);
    return this.#own;
  }

  /** A library that can't be read goes out of the scope, and what it defines isn't known. */
  #tried<T>(file: string, look: () => T): T | undefined {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof MortiseError)) throw error;
      this.#unknown.add(file);
      this.#scope.delete(file);
      return undefined;
    }
  }

  #tooMuch(): MortiseError {
    return new MortiseError({
      code: 'MORTISE_ERR_BINARY_LIMIT',
      message: 'too many symbols to look up',
      subject: this.#root.path,
      where: 'its dependencies',
      expected: `at most ${maxEffort}`,
      remedy: 'Check what it was linked with: no real library is like this.',
    });
  }
}
