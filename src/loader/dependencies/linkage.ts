/** What libraries ask of each other and give to each other; each is read once while it stays as it is. */
import {
  type Definitions,
  openFile,
  type Reference,
  type References,
  readDefinitions,
  readReferences,
} from '../../binary/index.js';
import { identify } from './identify.js';

/** The tables of libraries are kept up to this size; the ones that were not asked for longest go first. */
const maxTableBytes = 8 * 1024 * 1024;
/** Some 200 bytes each. */
const maxReferences = 50_000;

const known = new Map<string, Linkage>();
let references = 0;
const tables = new Map<Linkage, Definitions>();
let tableBytes = 0;

/** A library as others bind to it. */
export class Linkage {
  /** Who defined each of the references the last time. */
  readonly hints: (Linkage | undefined)[] = [];
  #references: References | undefined;
  #versions: Pick<Definitions, 'versions' | 'versioned'> | undefined;

  constructor(readonly path: string) {}

  /** @throws MortiseError MORTISE_ERR_FILE_*, MORTISE_ERR_BINARY_* */
  get references(): References {
    if (!this.#references) {
      this.#references = read(this.path, readReferences);
      references += this.#references.symbols.length;
      if (references > maxReferences) {
        known.clear();
        references = 0;
      }
    }
    return this.#references;
  }

  /** @throws MortiseError MORTISE_ERR_FILE_*, MORTISE_ERR_BINARY_* */
  get versions(): Pick<Definitions, 'versions' | 'versioned'> {
    // Kept when the tables are not: each closure asks for them.
    if (!this.#versions) {
      const { versions, versioned } = this.#definitions();
      this.#versions = { versions, versioned };
    }
    return this.#versions;
  }

  /** @throws MortiseError MORTISE_ERR_FILE_*, MORTISE_ERR_BINARY_* */
  defines(reference: Reference, effort: { left: number }): boolean {
    return this.#definitions().defines(reference, effort);
  }

  #definitions(): Definitions {
    let found = tables.get(this);
    if (found) {
      tables.delete(this);
    } else {
      found = read(this.path, readDefinitions);
      tableBytes += found.bytes;
      for (const [oldest, { bytes }] of tables) {
        if (tableBytes <= maxTableBytes) break;
        tables.delete(oldest);
        tableBytes -= bytes;
      }
    }
    tables.set(this, found);
    return found;
  }
}

/** Undefined when there is no such file any more. */
export function linkageOf(path: string): Linkage | undefined {
  const state = identify(path)?.state;
  if (state === undefined) return undefined;
  let linkage = known.get(state);
  if (!linkage) {
    linkage = new Linkage(path);
    known.set(state, linkage);
  }
  return linkage;
}

function read<T>(path: string, reader: (source: ReturnType<typeof openFile>) => T): T {
  const source = openFile(path);
  try {
    return reader(source);
  } finally {
    source.close();
  }
}
