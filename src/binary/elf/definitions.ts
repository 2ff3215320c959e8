/** Which symbols an ELF file gives to others, looked up as the system's loader does. */
import type { ByteSource } from '../image.js';
import { tags } from './dynamic.js';
import { type Hash, readHash } from './hash.js';
import type { Reference } from './references.js';
import { type Linked, readLinked, SymbolTable, symbolKinds } from './tables.js';
import { readVersionDefinitions, readVersionNeeds, type Version } from './versions.js';

/** What an ELF file defines. It holds its tables in memory, and no file open. */
export interface Definitions {
  /** Of the tables. */
  readonly bytes: number;
  /** The hashes of the versions that it defines, by name; undefined when it says nothing of versions. */
  readonly versions: ReadonlyMap<string, number> | undefined;
  /** Whether its symbols carry versions, if only those of others (DT_VERSYM). */
  readonly versioned: boolean;
  /**
   * Whether the loader would bind the reference to this file.
   * @param effort is lowered by each symbol that is looked at
   */
  defines(reference: Reference, effort: { left: number }): boolean;
}

const hiddenFlag = 0x8000;
/** Without a version, the loader takes the first versions of a file over later ones. */
const firstVersions = 2;
/** STT_NOTYPE, _OBJECT, _FUNC, _COMMON, _TLS, _GNU_IFUNC. */
const bindable = new Set([0, 1, 2, 5, 6, 10]);

/** @throws MortiseError MORTISE_ERR_BINARY_* */
export function readDefinitions(source: ByteSource): Definitions {
  const linked = readLinked(source);
  const hash = linked && readHash(linked);
  if (!linked || !hash) return { bytes: 0, versions: undefined, versioned: false, defines: () => false };
  return new Tables(linked, hash);
}

class Tables implements Definitions {
  readonly versions: ReadonlyMap<string, number> | undefined;
  readonly versioned: boolean;
  readonly #hash: Hash;
  readonly #symbols: SymbolTable;
  readonly #strings: Buffer;
  readonly #byIndex: ReadonlyMap<number, Version>;

  constructor(linked: Linked, hash: Hash) {
    this.#hash = hash;
    this.#symbols = new SymbolTable(linked);
    this.versioned = linked.dynamic.values.has(tags.versions);
    this.#strings = linked.dynamic.strings.bytes;
    const byIndex = readVersionDefinitions(linked);
    // A program has copies of variables, in the versions that it needs of them.
    const needs = readVersionNeeds(linked.source, linked.header, linked.segments, linked.dynamic);
    const needed = needs.map(({ index, version: name, hash }) => [index, { name, hash }] as const);
    this.#byIndex = new Map([...needed, ...(byIndex ?? [])]);
    this.versions = byIndex && new Map([...byIndex.values()].map(({ name, hash }) => [name, hash]));
  }

  get bytes(): number {
    return this.#symbols.bytes + this.#strings.length + this.#hash.bytes;
  }

  defines({ name, version }: Reference, effort: { left: number }): boolean {
    /** Of later versions, while none was asked for. */
    let later = 0;
    let bytes: Buffer | undefined;
    const hash = this.#hash;
    let left = hash.limit;
    for (let index = hash.first(name); index > 0 && left > 0; index = hash.next(index, name), left--) {
      effort.left--;
      if (index >= this.#symbols.count || !this.#isDefinition(index)) continue;
      bytes ??= Buffer.from(`${name}\0`, 'latin1');
      const at = this.#symbols.name(index);
      if (this.#strings.compare(bytes, 0, bytes.length, at, at + bytes.length) !== 0) continue;
      const own = this.#symbols.version(index);
      if (own === undefined) return true;
      const isHidden = (own & hiddenFlag) !== 0;
      if (!version) {
        if ((own & ~hiddenFlag) <= firstVersions) return true;
        if (!isHidden) later++;
        continue;
      }
      const found = this.#byIndex.get(own & ~hiddenFlag);
      if (found?.hash === version.hash && found.name === version.version) return true;
      if (!found && !isHidden && !version.hidden) return true;
    }
    return later === 1;
  }

  #isDefinition(index: number): boolean {
    const { local, global, weak, gnuUnique, undefined: none, absolute, threadLocal } = symbolKinds;
    const symbols = this.#symbols;
    const type = symbols.type(index);
    const section = symbols.section(index);
    if (section === none || !bindable.has(type)) return false;
    if (symbols.value(index) === 0 && section !== absolute && type !== threadLocal) return false;
    const binding = symbols.binding(index);
    if (binding === local || (binding !== global && binding !== weak && binding !== gnuUnique)) return false;
    const visibility = symbols.visibility(index);
    return visibility !== symbolKinds.internal && visibility !== symbolKinds.hidden;
  }
}
